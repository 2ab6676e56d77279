import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** Echoes with a thread for each connection, whose reads have a time limit. Usage: java SocketEcho.java PORT */
public class SocketEcho {
  public static void main(String[] args) throws Exception {
    try (var listener =
        new ServerSocket(Integer.parseInt(args[0]), 128, InetAddress.getByName("127.0.0.1"))) {
      for (; ; ) {
        Socket socket = listener.accept();
        new Thread(() -> echo(socket)).start();
      }
    }
  }

  static void echo(Socket socket) {
    System.out.println(
        "accepted " + socket.getInetAddress().getHostAddress() + ":" + socket.getPort());
    try (socket) {
      socket.setSoTimeout(50);
      byte[] buffer = new byte[65536];
      for (int length; (length = read(socket.getInputStream(), buffer)) >= 0; ) {
        socket.getOutputStream().write(buffer, 0, length);
      }
      System.out.println("ended");
    } catch (Exception error) {
      System.out.println("ended " + error);
    }
  }

  static int read(InputStream in, byte[] buffer) throws Exception {
    for (; ; ) {
      try {
        return in.read(buffer);
      } catch (SocketTimeoutException late) {
        // Asks again.
      }
    }
  }
}
