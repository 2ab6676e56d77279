/* Closes its one client's connection when it has made children in an unusual way, a word:
 *   nested   a handler of SIGCHLD makes a child, too, while the program makes one after the other
 *   burst    many children, made without waiting for any
 *   killed   each child is killed as soon as it is there
 *   zombies  children that are killed and never asked for their status; it exits with a high descriptor of the connection
 *   leader   the child's first thread ends before the one that writes and closes, after this one has closed
 *   handler  a handler of pthread_atfork(3) waits for the thread that closes the connection */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

#define CHILDREN 200

/* At a time, of those that handlers make, too. */
#define CHILDREN_AT_ONCE 4

/* At exit, other holders are looked at one by one only when there are few descriptors. */
#define HIGH_DESCRIPTOR 100

static _Atomic int made, made_on_top, reaped;

static pid_t make_child(void) {
  pid_t child = fork();
  if (child < 0) server_fail("fork");
  if (child == 0) _exit(0);
  made++;
  return child;
}

/* The handler of SIGCHLD counts those that have gone. */
static void leave_at_most(int children) {
  sigset_t ended, before;
  sigemptyset(&ended);
  sigaddset(&ended, SIGCHLD);
  sigprocmask(SIG_BLOCK, &ended, &before);
  while (made - reaped > children)
    sigsuspend(&before);
  sigprocmask(SIG_SETMASK, &before, NULL);
}

static void reap_and_make(int number) {
  static volatile sig_atomic_t inside;
  int saved = errno;
  (void)number;
  while (waitpid(-1, NULL, WNOHANG) > 0)
    reaped++;
  if (!inside && made_on_top < CHILDREN) {
    inside = 1;
    make_child();
    made_on_top++;
    inside = 0;
  }
  errno = saved;
}

static void nested(int fd) {
  struct sigaction action = {.sa_handler = reap_and_make, .sa_flags = SA_RESTART | SA_NODEFER};
  sigaction(SIGCHLD, &action, NULL);
  while (made_on_top < CHILDREN) {
    make_child();
    leave_at_most(CHILDREN_AT_ONCE);
  }
  leave_at_most(0);
  close(fd);
}

static void burst(int fd) {
  signal(SIGCHLD, SIG_IGN);
  for (int i = 0; i < CHILDREN; i++)
    make_child();
  close(fd);
}

static void killed(int fd) {
  for (int i = 0; i < CHILDREN; i++) {
    pid_t child = make_child();
    kill(child, SIGKILL);
    if (waitpid(child, NULL, 0) != child) server_fail("waitpid");
  }
  close(fd);
}

static void zombies(int fd) {
  for (int i = 0; i < CHILDREN_AT_ONCE; i++) {
    pid_t child = fork();
    if (child < 0) server_fail("fork");
    if (child == 0) pause();
    kill(child, SIGKILL);
    siginfo_t info;
    if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0) server_fail("waitid");
  }
  if (dup2(fd, HIGH_DESCRIPTOR) < 0) server_fail("dup2");
  puts("closed");
  exit(0);
}

static int leader_gone[2];

static void *write_and_close(void *argument) {
  char byte;
  int fd = (int)(intptr_t)argument;
  if (read(leader_gone[0], &byte, 1) != 1) server_fail("read");
  server_write_all(fd, "late", 4);
  close(fd);
  _exit(0);
}

static void leader(int fd) {
  pthread_t writer;
  if (pipe(leader_gone) < 0) server_fail("pipe");
  pid_t child = server_fork(SIGKILL);
  if (child == 0) {
    if (pthread_create(&writer, NULL, write_and_close, (void *)(intptr_t)fd) != 0) server_fail("thread");
    pthread_exit(NULL);
  }
  while (server_thread_state(child) != 'Z')
    sched_yield();
  close(fd);
  if (write(leader_gone[1], "x", 1) != 1) server_fail("write");
}

static pthread_mutex_t closing = PTHREAD_MUTEX_INITIALIZER;
static sem_t holds, waits;

static void wait_for_closer(void) {
  sem_post(&waits);
  pthread_mutex_lock(&closing);
}

static void go_on(void) {
  pthread_mutex_unlock(&closing);
}

static void *close_while_forking(void *argument) {
  pthread_mutex_lock(&closing);
  sem_post(&holds);
  sem_wait(&waits);
  close((int)(intptr_t)argument);
  pthread_mutex_unlock(&closing);
  return NULL;
}

static void handler(int fd) {
  pthread_t closer;
  if (pthread_create(&closer, NULL, close_while_forking, (void *)(intptr_t)fd) != 0) server_fail("thread");
  sem_wait(&holds);
  pthread_atfork(wait_for_closer, go_on, go_on);
  waitpid(make_child(), NULL, 0);
  pthread_join(closer, NULL);
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int fd = server_accept(server_listen());
  if (fd < 0) server_fail("accept");
  if (server_word("nested")) nested(fd);
  if (server_word("burst")) burst(fd);
  if (server_word("killed")) killed(fd);
  if (server_word("zombies")) zombies(fd);
  if (server_word("leader")) leader(fd);
  if (server_word("handler")) handler(fd);
  puts("closed");
  pause();
}
