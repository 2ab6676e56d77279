/* A thread for each connection. */
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

#include "server.h"

static void *serve(void *argument) {
  int fd = (int)(intptr_t)argument;
  server_echo(fd);
  close(fd);
  return NULL;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    pthread_t thread;
    int fd = server_accept(listener);
    if (fd < 0) continue;
    if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) != 0) server_fail("thread");
    pthread_detach(thread);
  }
}
