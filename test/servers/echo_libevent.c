/* Echoes, by libevent's listener and bufferevents. */
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "server.h"

static void on_read(struct bufferevent *client, void *context) {
  (void)context;
  bufferevent_write_buffer(client, bufferevent_get_input(client));
}

static void on_event(struct bufferevent *client, short what, void *context) {
  (void)context;
  if (!(what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))) return;
  server_ended(what & BEV_EVENT_EOF ? 0 : -1);
  bufferevent_free(client);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int len,
                      void *context) {
  struct bufferevent *client = bufferevent_socket_new(context, fd, BEV_OPT_CLOSE_ON_FREE);
  (void)listener;
  (void)address;
  (void)len;
  if (!client) server_fail("bufferevent");
  bufferevent_setcb(client, on_read, NULL, on_event, NULL);
  bufferevent_enable(client, EV_READ | EV_WRITE);
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  struct event_base *base = event_base_new();
  int listener = server_listen();
  evutil_make_socket_nonblocking(listener);
  if (!base || !evconnlistener_new(base, on_accept, base, LEV_OPT_CLOSE_ON_FREE, 0, listener)) server_fail("listener");
  return event_base_dispatch(base);
}
