/* accept(2) must fail as ever: with EAGAIN when nobody is there, with EMFILE when the descriptors are used up, in which
 * case the connection waits and is accepted when there is room again. Then echoes, one connection at a time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

static void expect_failure(int listener, int expected, const char *what) {
  int fd = accept(listener, NULL, NULL);
  if (fd >= 0) errno = 0;
  if (fd >= 0 || errno != expected) server_fail(what);
}

static int use_up_descriptors(void) {
  struct rlimit limit = {64, 64};
  int last = -1, fd;
  if (setrlimit(RLIMIT_NOFILE, &limit) < 0) server_fail("setrlimit");
  while ((fd = open("/dev/null", O_RDONLY)) >= 0)
    last = fd;
  if (errno != EMFILE || last < 0) server_fail("open");
  return last;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen_on(atoi(argv[1]));
  server_set_nonblocking(listener);
  expect_failure(listener, EAGAIN, "accept with nobody there");
  server_ready(listener);
  int spare = use_up_descriptors();
  struct pollfd wait = {.fd = listener, .events = POLLIN};
  if (poll(&wait, 1, -1) != 1) server_fail("poll");
  expect_failure(listener, EMFILE, "accept without descriptors");
  puts("full");
  close(spare);
  for (;;) {
    if (poll(&wait, 1, -1) != 1) server_fail("poll");
    int fd = server_accept(listener);
    if (fd < 0) continue;
    server_echo(fd);
    close(fd);
  }
}
