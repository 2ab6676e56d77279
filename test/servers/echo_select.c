/* One thread around select(2) without a timeout; listener and connections block unless the word "nonblock" is given for
 * the listener. With "pselect" it waits in pselect(2) with a signal mask. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/select.h>
#include <unistd.h>

#include "server.h"

static int wait_readable(int count, fd_set *set) {
  sigset_t mask;
  if (!server_word("pselect")) return select(count, set, NULL, NULL, NULL);
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  return pselect(count, set, NULL, NULL, NULL, &mask);
}

static void serve(int fd, fd_set *all) {
  char buffer[BUFFER_BYTES];
  ssize_t n = read(fd, buffer, sizeof buffer);
  if (n > 0 && server_write_all(fd, buffer, (size_t)n)) return;
  if (n <= 0) server_ended(n);
  FD_CLR(fd, all);
  close(fd);
}

static void welcome(int listener, fd_set *all, int *highest) {
  int fd = server_accept(listener);
  if (fd < 0) return;
  if (fd >= FD_SETSIZE) server_fail("FD_SETSIZE");
  FD_SET(fd, all);
  if (fd > *highest) *highest = fd;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  int highest = listener;
  fd_set all;
  FD_ZERO(&all);
  FD_SET(listener, &all);
  for (;;) {
    fd_set ready = all;
    int left = wait_readable(highest + 1, &ready);
    if (left < 0 && errno == EINTR) continue;
    if (left <= 0) server_fail("select");
    for (int fd = 0, last = highest; fd <= last; fd++) {
      if (!FD_ISSET(fd, &ready)) continue;
      left--;
      if (fd == listener)
        welcome(listener, &all, &highest);
      else
        serve(fd, &all);
    }
    if (left != 0) server_fail("select's count is not that of its set");
  }
}
