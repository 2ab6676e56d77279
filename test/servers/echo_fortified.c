/* Blocking echo, built so that the compiler takes the checked forms of the calls (__read_chk, __recv_chk, __recvfrom_chk,
 * __poll_chk): the buffer's size is known and the length is not. The calls take turns. */
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

static void echo(int fd, size_t len, nfds_t one) {
  char buffer[4096];
  struct pollfd wait[2] = {{.fd = fd, .events = POLLIN}};
  for (unsigned turn = 0;; turn++) {
    ssize_t n;
    if (poll(wait, one, -1) != 1) server_fail("poll");
    if (turn % 3 == 0)
      n = read(fd, buffer, len);
    else if (turn % 3 == 1)
      n = recv(fd, buffer, len, 0);
    else
      n = recvfrom(fd, buffer, len, 0, NULL, NULL);
    if (n <= 0) {
      server_ended(n);
      return;
    }
    if (!server_write_all(fd, buffer, (size_t)n)) return;
  }
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  size_t len = (size_t)atoi(server_value("size", "4096"));
  nfds_t one = (nfds_t)atoi(server_value("one", "1"));
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    echo(fd, len, one);
    close(fd);
  }
}
