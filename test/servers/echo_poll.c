/* One thread around poll(2); a free place in its table has fd == -1. With the word "ppoll" it waits in ppoll(2) with a
 * signal mask. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "server.h"

#define PLACES 2048

static struct pollfd table[PLACES];

static int wait_readable(void) {
  sigset_t mask;
  if (!server_word("ppoll")) return poll(table, PLACES, -1);
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  return ppoll(table, PLACES, NULL, &mask);
}

/* Every other place stays free for ever, so that there are always holes between connections. */
static void take_place(int fd) {
  for (size_t i = 1; i < PLACES; i += 2) {
    if (table[i].fd != -1) continue;
    table[i].fd = fd;
    return;
  }
  server_fail("no place");
}

static void serve(struct pollfd *place) {
  char buffer[BUFFER_BYTES];
  ssize_t n = read(place->fd, buffer, sizeof buffer);
  if (n > 0 && server_write_all(place->fd, buffer, (size_t)n)) return;
  if (n <= 0) server_ended(n);
  close(place->fd);
  place->fd = -1;
}

static int look_at(struct pollfd *place, int listener) {
  if (place->fd == -1 && place->revents != 0) server_fail("a free place has events");
  if (place->revents == 0) return 0;
  if (place->fd != listener) {
    serve(place);
  } else {
    int fd = server_accept(listener);
    if (fd >= 0) take_place(fd);
  }
  place->revents = 0;
  return 1;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  for (size_t i = 0; i < PLACES; i++)
    table[i] = (struct pollfd){.fd = -1, .events = POLLIN};
  int listener = server_listen();
  table[0].fd = listener;
  for (;;) {
    int count = wait_readable();
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) server_fail("poll");
    for (size_t i = 0; i < PLACES; i++)
      count -= look_at(&table[i], listener);
    if (count != 0) server_fail("poll's count is not that of its table");
  }
}
