/* Says all it has to say, closes its writing side, and goes on reading to the end; reports "received BYTES". */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    char buffer[BUFFER_BYTES];
    ssize_t n;
    long long received = 0;
    int fd = server_accept(listener);
    if (fd < 0) continue;
    if (!server_write_all(fd, "all there is\n", 13)) server_fail("write");
    if (shutdown(fd, SHUT_WR) < 0) server_fail("shutdown");
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
      received += n;
    printf("received %lld\n", received);
    server_ended(n);
    close(fd);
  }
}
