/* A blocking read that a signal interrupts, or whose SO_RCVTIMEO runs out, ends with EINTR or EAGAIN as ever; reports
 * "interrupted" or "timed out" or "read N" once per connection, then echoes. With timeout=MS it has such a time; with `peek` it
 * looks first; with `restart` signals do not interrupt (SA_RESTART). Each signal is reported as "signalled". */
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
  static const char line[] = "signalled\n";
  (void)number;
  if (write(STDOUT_FILENO, line, sizeof line - 1) < 0) _exit(1);
}

static void set_timeout(int fd, int milliseconds) {
  struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) < 0) server_fail("SO_RCVTIMEO");
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = server_word("restart") ? SA_RESTART : 0};
  sigaction(SIGUSR1, &action, NULL);
  int timeout = atoi(server_value("timeout", "0"));
  int listener = server_listen();
  for (;;) {
    char byte;
    int fd = server_accept(listener);
    if (fd < 0) continue;
    if (timeout) set_timeout(fd, timeout);
    ssize_t n = recv(fd, &byte, 1, server_word("peek") ? MSG_PEEK : 0);
    if (n >= 0)
      printf("read %zd\n", n);
    else
      puts(errno == EINTR ? "interrupted" : errno == EAGAIN ? "timed out" : strerrorname_np(errno));
    set_timeout(fd, 0);
    server_echo(fd);
    close(fd);
  }
}
