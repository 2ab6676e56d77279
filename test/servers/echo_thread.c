/* A thread for each connection. With the word "forking", one more makes children all the while that use a connection and a
 * socket of their own, and end; after all clients of clients=N are gone it says "forked TIMES". */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

static _Atomic int gone;

static void *serve(void *argument) {
  int fd = (int)(intptr_t)argument;
  server_echo(fd);
  close(fd);
  gone++;
  return NULL;
}

/* What another thread was in the middle of must not hold these up. */
static _Noreturn void use_descriptors(int listener) {
  char byte;
  int own = socket(AF_INET, SOCK_STREAM, 0);
  for (int fd = listener + 1; fd < own; fd++)
    if (recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0) close(dup(fd));
  close(listener);
  close(own);
  _exit(0);
}

static void *fork_all_the_while(void *argument) {
  int times = 0, listener = (int)(intptr_t)argument, clients = atoi(server_value("clients", "1"));
  while (gone < clients) {
    int status;
    pid_t child = fork();
    if (child < 0) server_fail("fork");
    if (child == 0) use_descriptors(listener);
    if (waitpid(child, &status, 0) != child || status != 0) server_fail("child");
    times++;
  }
  printf("forked %d\n", times);
  return NULL;
}

static void start(void *(*run)(void *), int fd) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, (void *)(intptr_t)fd) != 0) server_fail("thread");
  pthread_detach(thread);
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  if (server_word("forking")) start(fork_all_the_while, listener);
  for (;;) {
    int fd = server_accept(listener);
    if (fd >= 0) start(serve, fd);
  }
}
