/* A blocking read that a signal interrupts, or whose SO_RCVTIMEO runs out, ends with EINTR or EAGAIN as ever; reports
 * "interrupted" or "timed out" once per connection, then echoes. With timeout=MS the latter. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "server.h"

static void on_signal(int number) {
  (void)number;
}

static void set_timeout(int fd, int milliseconds) {
  struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) < 0) server_fail("SO_RCVTIMEO");
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, NULL);
  int timeout = atoi(server_value("timeout", "0"));
  int listener = server_listen();
  for (;;) {
    char byte;
    int fd = server_accept(listener);
    if (fd < 0) continue;
    if (timeout) set_timeout(fd, timeout);
    if (read(fd, &byte, 1) >= 0) server_fail("read was to be interrupted");
    puts(errno == EINTR ? "interrupted" : errno == EAGAIN ? "timed out" : strerrorname_np(errno));
    set_timeout(fd, 0);
    server_echo(fd);
    close(fd);
  }
}
