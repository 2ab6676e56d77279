/* One thread around level-triggered epoll; connections block. With the word "pwait" it waits in epoll_pwait(2). */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "server.h"

#define EVENTS 64

static int wait_ready(int epoll, struct epoll_event *events) {
  sigset_t mask;
  if (!server_word("pwait")) return epoll_wait(epoll, events, EVENTS, -1);
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  return epoll_pwait(epoll, events, EVENTS, -1, &mask);
}

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) server_fail("epoll_ctl");
}

static void serve(int fd) {
  char buffer[BUFFER_BYTES];
  ssize_t n = read(fd, buffer, sizeof buffer);
  if (n > 0 && server_write_all(fd, buffer, (size_t)n)) return;
  if (n <= 0) server_ended(n);
  close(fd);
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) server_fail("epoll_create1");
  watch(epoll, listener);
  for (;;) {
    struct epoll_event events[EVENTS];
    int count = wait_ready(epoll, events);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) server_fail("epoll_wait");
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd != listener) {
        serve(fd);
      } else {
        fd = server_accept(listener);
        if (fd >= 0) watch(epoll, fd);
      }
    }
  }
}
