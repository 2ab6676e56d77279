/* Two read from one connection, a few bytes at a time, as often as they are told that there are some: processes, or with the word
 * "threads" threads; with "set" they wait in one epoll set that they share, else in poll. Says "read COUNT SUM", of bytes and of
 * their values, when both have met the end. With "accept" they wait for connections instead, and tell each client "hello". */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

static struct {
  _Atomic long count;
  _Atomic long sum;
} * shared;
static int watched, set = -1;

static void await(void) {
  struct pollfd one = {.fd = watched, .events = POLLIN};
  struct epoll_event event;
  if ((set >= 0 ? epoll_wait(set, &event, 1, -1) : poll(&one, 1, -1)) != 1) server_fail("wait");
}

/* The other one may have been faster. */
static void *read_all(void *argument) {
  unsigned char bytes[7];
  ssize_t n = 1;
  while (n != 0) {
    await();
    n = recv(watched, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN) server_fail("recv");
    for (ssize_t i = 0; i < n; i++)
      shared->sum += bytes[i];
    shared->count += n > 0 ? n : 0;
  }
  return argument;
}

static void *accept_all(void *argument) {
  for (;;) {
    await();
    int fd = accept(watched, NULL, NULL);
    if (fd < 0 && errno == EAGAIN) continue;
    if (fd < 0) server_fail("accept");
    server_write_all(fd, "hello", 5);
    close(fd);
  }
  return argument;
}

static void run_twice(void *(*run)(void *)) {
  if (server_word("threads")) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL) != 0) server_fail("thread");
    run(NULL);
    pthread_join(thread, NULL);
    return;
  }
  pid_t child = server_fork(SIGKILL);
  if (child == 0) {
    run(NULL);
    _exit(0);
  }
  run(NULL);
  waitpid(child, NULL, 0);
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) server_fail("mmap");
  int listener = server_listen();
  watched = server_word("accept") ? listener : server_accept(listener);
  struct epoll_event event = {.events = EPOLLIN};
  if (server_word("set")) set = epoll_create1(EPOLL_CLOEXEC);
  if (set >= 0 && epoll_ctl(set, EPOLL_CTL_ADD, watched, &event) < 0) server_fail("epoll_ctl");
  run_twice(server_word("accept") ? accept_all : read_all);
  printf("read %ld %ld\n", shared->count, shared->sum);
  close(watched);
  pause();
}
