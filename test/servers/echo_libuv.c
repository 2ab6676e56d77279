/* Echoes, by libuv's streams. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <uv.h>

#include "server.h"

struct echo {
  uv_write_t request;
  uv_buf_t buffer;
};

static void on_closed(uv_handle_t *handle) {
  free(handle);
}

static void end(uv_stream_t *client, ssize_t status) {
  errno = status == UV_EOF ? 0 : -(int)status;
  server_ended(status == UV_EOF ? 0 : -1);
  uv_close((uv_handle_t *)client, on_closed);
}

static void give_room(uv_handle_t *client, size_t suggested, uv_buf_t *buffer) {
  (void)client;
  *buffer = uv_buf_init(malloc(suggested), (unsigned)suggested);
}

static void on_written(uv_write_t *request, int status) {
  struct echo *echo = (struct echo *)request;
  (void)status;
  free(echo->buffer.base);
  free(echo);
}

static void on_read(uv_stream_t *client, ssize_t n, const uv_buf_t *buffer) {
  if (n <= 0) {
    free(buffer->base);
    if (n < 0) end(client, n);
    return;
  }
  struct echo *echo = malloc(sizeof *echo);
  if (!echo) server_fail("memory");
  echo->buffer = uv_buf_init(buffer->base, (unsigned)n);
  uv_write(&echo->request, client, &echo->buffer, 1, on_written);
}

static void on_connection(uv_stream_t *listener, int status) {
  uv_tcp_t *client = malloc(sizeof *client);
  if (status < 0 || !client) server_fail("connection");
  uv_tcp_init(listener->loop, client);
  if (uv_accept(listener, (uv_stream_t *)client) < 0) server_fail("accept");
  uv_read_start((uv_stream_t *)client, give_room, on_read);
}

int main(int argc, char **argv) {
  struct sockaddr_in address;
  uv_tcp_t listener;
  uv_os_fd_t fd;
  server_begin(argc, argv);
  uv_tcp_init(uv_default_loop(), &listener);
  uv_ip4_addr("127.0.0.1", atoi(argv[1]), &address);
  if (uv_tcp_bind(&listener, (struct sockaddr *)&address, 0) < 0 ||
      uv_listen((uv_stream_t *)&listener, 128, on_connection) < 0 || uv_fileno((uv_handle_t *)&listener, &fd) < 0)
    server_fail("listen");
  server_ready(fd);
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
