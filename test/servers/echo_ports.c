/* Listens on several ports at once: on PORT and on those of more=PORT,PORT. Tells each client the place of its listener in
 * the list ("0\n", "1\n", …), then echoes, a process for each connection. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

#define MOST 16

static void serve(int listener, size_t place) {
  char greeting[] = {(char)('0' + place), '\n'};
  int fd = server_accept(listener);
  if (fd < 0) return;
  pid_t child = fork();
  if (child < 0) server_fail("fork");
  if (child == 0) {
    server_write_all(fd, greeting, sizeof greeting);
    server_echo(fd);
    exit(0);
  }
  close(fd);
}

int main(int argc, char **argv) {
  struct pollfd listeners[MOST];
  nfds_t count = 0;
  server_begin(argc, argv);
  listeners[count++] = (struct pollfd){.fd = server_listen_on(atoi(argv[1])), .events = POLLIN};
  char *more = strdup(server_value("more", ""));
  for (char *each = strtok(more, ","); each && count < MOST; each = strtok(NULL, ","))
    listeners[count++] = (struct pollfd){.fd = server_listen_on(atoi(each)), .events = POLLIN};
  free(more);
  for (nfds_t i = 0; i < count; i++)
    server_ready(listeners[i].fd);
  for (;;) {
    if (poll(listeners, count, -1) < 0) server_fail("poll");
    for (nfds_t i = 0; i < count; i++)
      if (listeners[i].revents) serve(listeners[i].fd, i);
    while (waitpid(-1, NULL, WNOHANG) > 0)
      ;
  }
}
