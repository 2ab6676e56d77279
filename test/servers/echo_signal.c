/* One connection at a time, whose arrivals a signal tells (O_ASYNC); with the word "ioctl" it is asked for so. A read that
 * fills less than its buffer counts as the last one before the next signal. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

static char buffer[BUFFER_BYTES];

static void ask_for_signals(int fd) {
  int on = 1;
  if (fcntl(fd, F_SETOWN, getpid()) < 0) server_fail("F_SETOWN");
  if (server_word("ioctl")) {
    server_set_nonblocking(fd);
    if (ioctl(fd, FIOASYNC, &on) < 0) server_fail("FIOASYNC");
  } else if (fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC) < 0) {
    server_fail("O_ASYNC");
  }
}

static void write_all(int fd, const char *bytes, size_t len) {
  while (len > 0) {
    ssize_t written = write(fd, bytes, len);
    if (written < 0 && errno != EAGAIN) server_fail("write");
    if (written < 0) {
      poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
    } else {
      bytes += written;
      len -= (size_t)written;
    }
  }
}

/* False at the end. */
static bool echo_what_is_there(int fd) {
  ssize_t n;
  do {
    n = read(fd, buffer, sizeof buffer);
    if (n > 0) write_all(fd, buffer, (size_t)n);
  } while (n == (ssize_t)sizeof buffer);
  if (n < 0 && errno != EAGAIN) server_fail("read");
  return n != 0;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  sigset_t arrival;
  sigemptyset(&arrival);
  sigaddset(&arrival, SIGIO);
  sigprocmask(SIG_BLOCK, &arrival, NULL);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    ask_for_signals(fd);
    while (echo_what_is_there(fd))
      sigwaitinfo(&arrival, NULL);
    server_ended(0);
    close(fd);
  }
}
