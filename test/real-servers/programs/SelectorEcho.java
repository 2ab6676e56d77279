import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Echoes with one Selector, with direct buffers and others in turn. Usage: java SelectorEcho.java PORT */
public class SelectorEcho {
  static int count = 0;

  public static void main(String[] args) throws Exception {
    Selector selector = Selector.open();
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    for (; ; ) {
      selector.select();
      for (SelectionKey key : selector.selectedKeys()) {
        if (key.isAcceptable()) {
          accept(listener.accept(), selector);
        } else {
          echo(key);
        }
      }
      selector.selectedKeys().clear();
    }
  }

  static void accept(SocketChannel channel, Selector selector) throws Exception {
    if (channel == null) {
      return;
    }
    var peer = (InetSocketAddress) channel.getRemoteAddress();
    System.out.println("accepted " + peer.getAddress().getHostAddress() + ":" + peer.getPort());
    channel.configureBlocking(false);
    var buffer = count++ % 2 == 0 ? ByteBuffer.allocateDirect(65536) : ByteBuffer.allocate(65536);
    channel.register(selector, SelectionKey.OP_READ, buffer);
  }

  static void echo(SelectionKey key) {
    var channel = (SocketChannel) key.channel();
    var buffer = (ByteBuffer) key.attachment();
    try {
      int length = channel.read(buffer);
      buffer.flip();
      channel.write(buffer);
      buffer.compact();
      if (length < 0 && buffer.position() == 0) {
        channel.close();
        System.out.println("ended");
        return;
      }
      key.interestOps(
          (buffer.hasRemaining() ? SelectionKey.OP_READ : 0)
              | (buffer.position() > 0 ? SelectionKey.OP_WRITE : 0));
    } catch (Exception error) {
      System.out.println("ended " + error);
      key.cancel();
    }
  }
}
