/* Greets before it reads, then echoes until the end; with size=N greets with N bytes 'x' and a line feed, with "goodbye"
 * closes right after the greeting. A thread for each connection. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

static void greet(int fd) {
  size_t size = (size_t)atoi(server_value("size", "0"));
  char *text = malloc(size + 8);
  if (!text) server_fail("malloc");
  memset(text, 'x', size + 1);
  text[size] = '\n';
  if (size)
    server_write_all(fd, text, size + 1);
  else
    server_write_all(fd, "hello\n", 6);
  free(text);
}

static void *serve(void *argument) {
  int fd = (int)(intptr_t)argument;
  greet(fd);
  if (!server_word("goodbye")) server_echo(fd);
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
