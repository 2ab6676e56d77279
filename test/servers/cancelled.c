/* A thread that is cancelled (pthread_cancel) in a call; then the main thread goes on with the connection: it writes "on" and
 * echoes. The call, named by a word:
 *   read       waits for the client; or, with limited, up to a time limit (SO_RCVTIMEO)
 *   peek       likewise, with MSG_PEEK
 *   jump       a read that a signal handler leaves by siglongjmp, and then another one
 *   write      a zero byte, again and again, without any other call; the client reads them */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

#define PATIENCE_SECONDS 10
#define LIMIT_SECONDS 60

static _Atomic pid_t caller;

static sigjmp_buf outside;

static void jump(int number) {
  (void)number;
  siglongjmp(outside, 1);
}

static void read_and_jump(int fd) {
  char byte;
  signal(SIGUSR1, jump);
  if (sigsetjmp(outside, 1) == 0) {
    caller = (pid_t)syscall(SYS_gettid);
    if (read(fd, &byte, 1) != 0) server_fail("read");
  }
}

static void *call(void *argument) {
  static char bytes[64];
  int fd = (int)(intptr_t)argument;
  if (server_word("jump")) read_and_jump(fd);
  caller = (pid_t)syscall(SYS_gettid);
  for (;;) {
    ssize_t result = server_word("write")  ? write(fd, bytes, 1)
                     : server_word("peek") ? recv(fd, bytes, sizeof bytes, MSG_PEEK)
                                           : read(fd, bytes, sizeof bytes);
    if (result <= 0) server_fail("call");
  }
}

/* A writer does not wait. */
static void await_call(void) {
  while (caller == 0 || (!server_word("write") && server_thread_state(caller) != 'S'))
    sched_yield();
}

static void cancel_one(int fd) {
  const struct timeval limit = {.tv_sec = LIMIT_SECONDS};
  struct timespec until;
  pthread_t thread;
  void *result;
  if (server_word("limited") && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0)
    server_fail("setsockopt");
  if (pthread_create(&thread, NULL, call, (void *)(intptr_t)fd) != 0) server_fail("thread");
  await_call();
  if (server_word("jump")) {
    caller = 0;
    pthread_kill(thread, SIGUSR1);
    await_call();
  }
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += PATIENCE_SECONDS;
  if (pthread_cancel(thread) != 0) server_fail("cancel");
  errno = pthread_timedjoin_np(thread, &result, &until);
  if (errno != 0 || result != PTHREAD_CANCELED) server_fail("join");
  puts("cancelled");
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  int fd = server_accept(listener);
  if (fd < 0) server_fail("accept");
  cancel_one(fd);
  server_write_all(fd, "on", 2);
  server_echo(fd);
  close(fd);
}
