/* Echoes, by libev: level-triggered, everything non-blocking, and nothing is read while something is still to be written. */
#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <unistd.h>

#include "server.h"

struct client {
  ev_io watcher;
  size_t len, sent;
  char buffer[BUFFER_BYTES];
};

static void watch(struct ev_loop *loop, struct client *client, int events) {
  ev_io_stop(loop, &client->watcher);
  ev_io_set(&client->watcher, client->watcher.fd, events);
  ev_io_start(loop, &client->watcher);
}

static void end(struct ev_loop *loop, struct client *client, ssize_t result) {
  server_ended(result);
  ev_io_stop(loop, &client->watcher);
  close(client->watcher.fd);
  free(client);
}

/* False when that was the end. */
static bool flush(struct ev_loop *loop, struct client *client) {
  ssize_t n = write(client->watcher.fd, client->buffer + client->sent, client->len - client->sent);
  if (n < 0 && errno != EAGAIN) {
    end(loop, client, n);
    return false;
  }
  client->sent += n > 0 ? (size_t)n : 0;
  return true;
}

static void on_ready(struct ev_loop *loop, ev_io *watcher, int events) {
  struct client *client = (struct client *)watcher;
  if (events & EV_READ) {
    ssize_t n = read(watcher->fd, client->buffer, sizeof client->buffer);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      end(loop, client, n);
      return;
    }
    client->len = (size_t)n;
    client->sent = 0;
  }
  if (flush(loop, client)) watch(loop, client, client->sent < client->len ? EV_WRITE : EV_READ);
}

static void on_accept(struct ev_loop *loop, ev_io *watcher, int events) {
  int fd = server_accept(watcher->fd);
  (void)events;
  if (fd < 0) return;
  struct client *client = calloc(1, sizeof *client);
  if (!client) server_fail("memory");
  server_set_nonblocking(fd);
  ev_io_init(&client->watcher, on_ready, fd, EV_READ);
  ev_io_start(loop, &client->watcher);
}

int main(int argc, char **argv) {
  ev_io acceptor;
  server_begin(argc, argv);
  struct ev_loop *loop = ev_default_loop(0);
  int listener = server_listen();
  server_set_nonblocking(listener);
  ev_io_init(&acceptor, on_accept, listener, EV_READ);
  ev_io_start(loop, &acceptor);
  return ev_run(loop, 0);
}
