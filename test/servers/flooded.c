/* Is flooded with bad requests, of flood=N clients, by a child of its own; says "flooded", waits for SIGUSR1, and accepts. Says
 * "served LOOKS" when a good connection has come, which is sent "hello": LOOKS is how often it has come to look at another
 * descriptor meanwhile. How it waits is a word: edge, exclusive, oneshot, level, poll, sleeper (a thread sleeps in epoll_wait
 * while another accepts), signal (it accepts once it has been told of connections by a signal). */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

static int listener, other, set, looks;

static void connect_badly(int port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) server_fail("connect");
  if (send(fd, "BAD\r\n\r\n", 7, 0) != 7) server_fail("send");
}

/* The clients stay until the server ends. */
static void flood(int port, int clients) {
  int done[2];
  char byte;
  if (pipe(done) < 0) server_fail("pipe");
  if (server_fork(SIGKILL) == 0) {
    close(listener);
    for (int i = 0; i < clients; i++)
      connect_badly(port);
    if (write(done[1], "x", 1) != 1) server_fail("write");
    pause();
  }
  if (read(done[0], &byte, 1) != 1) server_fail("flood");
  puts("flooded");
}

static void look_at_other(void) {
  uint64_t count;
  if (read(other, &count, sizeof count) == sizeof count) looks++;
}

static void add(int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) < 0) server_fail("epoll_ctl");
}

/* False: nobody is there, as far as accept tells. */
static bool accept_one(void) {
  int fd = accept(listener, NULL, NULL);
  if (fd < 0 && errno == EAGAIN) return false;
  if (fd < 0) server_fail("accept");
  server_write_all(fd, "hello", 5);
  printf("served %d\n", looks);
  close(fd);
  return true;
}

static void accept_all(void) {
  while (accept_one())
    if (!server_word("nonblock")) return;
}

static _Noreturn void serve_by_epoll(uint32_t events) {
  add(listener, EPOLLIN | events);
  add(other, EPOLLIN);
  for (;;) {
    struct epoll_event found[2];
    int count = epoll_wait(set, found, 2, -1);
    for (int i = 0; i < count; i++) {
      if (found[i].data.fd == other) look_at_other();
      if (found[i].data.fd == listener) accept_all();
      struct epoll_event again = {.events = EPOLLIN | events, .data.fd = listener};
      if (events & EPOLLONESHOT) epoll_ctl(set, EPOLL_CTL_MOD, listener, &again);
    }
  }
}

static _Noreturn void serve_by_poll(void) {
  struct pollfd watched[2] = {{.fd = other, .events = POLLIN}, {.fd = listener, .events = POLLIN}};
  for (;;) {
    if (poll(watched, 2, -1) < 0) server_fail("poll");
    if (watched[0].revents) look_at_other();
    if (watched[1].revents) accept_all();
  }
}

static void *sleep_and_serve(void *argument) {
  struct epoll_event event;
  (void)argument;
  puts("sleeping");
  while (epoll_wait(set, &event, 1, -1) == 1)
    accept_all();
  return NULL;
}

/* The edge of the flood is taken first. */
static _Noreturn void accept_while_another_sleeps(const sigset_t *start) {
  pthread_t thread;
  struct epoll_event event;
  int number;
  add(listener, EPOLLIN | EPOLLET);
  if (epoll_wait(set, &event, 1, -1) != 1) server_fail("epoll_wait");
  if (pthread_create(&thread, NULL, sleep_and_serve, NULL) != 0) server_fail("thread");
  sigwait(start, &number);
  if (accept_one()) server_fail("the flood is over");
  for (;;)
    pause();
}

static _Noreturn void serve_by_signal(void) {
  accept_all();
  for (;;)
    pause();
}

int main(int argc, char **argv) {
  sigset_t start;
  int number;
  server_begin(argc, argv);
  sigemptyset(&start);
  sigaddset(&start, SIGUSR1);
  sigprocmask(SIG_BLOCK, &start, NULL);
  listener = server_listen();
  other = eventfd(INT32_MAX, EFD_NONBLOCK | EFD_SEMAPHORE);
  set = epoll_create1(EPOLL_CLOEXEC);
  if (server_word("signal") && fcntl(listener, F_SETFL, O_NONBLOCK | O_ASYNC) < 0) server_fail("O_ASYNC");
  flood(atoi(argv[1]), atoi(server_value("flood", "100")));
  sigwait(&start, &number);
  if (server_word("sleeper")) accept_while_another_sleeps(&start);
  if (server_word("signal")) serve_by_signal();
  if (server_word("poll")) serve_by_poll();
  serve_by_epoll(server_word("edge")        ? EPOLLET
                 : server_word("exclusive") ? EPOLLET | EPOLLEXCLUSIVE
                 : server_word("oneshot")   ? EPOLLET | EPOLLONESHOT
                                            : 0);
}
