/* One process accepts and passes each connection over a Unix socket to another, which echoes. It is taken when its sender has
 * closed it. With `many` by sendmmsg and recvmmsg. */
#include <sys/socket.h>
#include <unistd.h>

#include "passing.h"
#include "server.h"

static void serve_passed(int channel, int gate) {
  int fd;
  char closed;
  while (read(gate, &closed, 1) == 1 && (fd = pass_take(channel)) >= 0) {
    server_echo(fd);
    close(fd);
  }
}

int main(int argc, char **argv) {
  int channel[2], gate[2];
  server_begin(argc, argv);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel) < 0 || pipe(gate) < 0) server_fail("socketpair");
  pid_t child = fork();
  if (child < 0) server_fail("fork");
  if (child == 0) {
    close(channel[0]);
    close(gate[1]);
    serve_passed(channel[1], gate[0]);
    return 0;
  }
  close(channel[1]);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    pass(channel[0], fd);
    close(fd);
    if (write(gate[1], "", 1) != 1) server_fail("gate");
  }
}
