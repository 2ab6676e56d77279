/* Threads on one connection, under ThreadSanitizer: one reads, one writes, one looks whether there is something to read,
 * one makes and closes copies of the descriptor, while the client sends frames and Pings. The library's parts are linked
 * into the program without the exported functions, which would be in the sanitizer's way. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../native/preload/descriptors.h"
#include "../../native/preload/reading.h"
#include "../../native/preload/table.h"
#include "../../native/preload/writing.h"
#include "connection.h"

#define BYTES 300000
#define CONNECTIONS 8

/* The client's frames, of 100 zero bytes each, unmasked by a mask of zeros, with a Ping behind each. */
static void *send_frames(void *context) {
  struct ends *ends = context;
  static const char frame[106] = {(char)0x82, (char)(0x80 | 100)}, ping[7] = {(char)0x89, (char)0x81, 0, 0, 0, 0, 'p'};
  for (int i = 0; i < BYTES / 100; i++) {
    connection_put(ends->client, frame, sizeof frame);
    connection_put(ends->client, ping, sizeof ping);
  }
  return NULL;
}

static void *drain_client(void *context) {
  struct ends *ends = context;
  char buffer[4096];
  while (recv(ends->client, buffer, sizeof buffer, 0) > 0) {
  }
  return NULL;
}

static void *read_all(void *context) {
  struct ends *ends = context;
  char buffer[1000];
  size_t got = 0;
  while (got < BYTES) {
    struct iovec iov = {buffer, sizeof buffer};
    ssize_t n = ws_reading_receive(ends->server, ws_connection_of(ends->server), &iov, 1, 0);
    if (n <= 0) connection_fail("read");
    got += (size_t)n;
  }
  atomic_store(&ends->over, true);
  return NULL;
}

static void *write_all(void *context) {
  struct ends *ends = context;
  char buffer[700] = {0};
  for (int i = 0; i < BYTES / 700; i++) {
    struct iovec iov = {buffer, sizeof buffer};
    if (ws_writing_send(ends->server, ws_connection_of(ends->server), &iov, 1, 0) != sizeof buffer)
      connection_fail("write");
  }
  return NULL;
}

static void *look(void *context) {
  struct ends *ends = context;
  while (!atomic_load(&ends->over)) {
    ws_reading_settle(ends->server, ws_connection_of(ends->server));
    ws_reading_available(ends->server, ws_connection_of(ends->server));
  }
  return NULL;
}

static void *copy(void *context) {
  struct ends *ends = context;
  while (!atomic_load(&ends->over)) {
    int fd = ws_descriptors_copied(ends->server, dup(ends->server));
    if (fd < 0 || ws_connection_of(fd) == NULL) connection_fail("dup");
    ws_descriptors_set_nonblocking(fd, false);
    ws_descriptors_close(fd);
  }
  return NULL;
}

static void *use_connection(void *context) {
  static void *(*const parts[])(void *) = {send_frames, drain_client, read_all, write_all, look, copy};
  enum { PARTS = sizeof parts / sizeof *parts };
  pthread_t threads[PARTS];
  struct ends ends = connection_open();
  (void)context;
  for (int i = 0; i < PARTS; i++)
    pthread_create(&threads[i], NULL, parts[i], &ends);
  for (int i = 0; i < PARTS; i++)
    if (i != 1) pthread_join(threads[i], NULL);
  ws_descriptors_close(ends.server);
  pthread_join(threads[1], NULL);
  close(ends.client);
  return NULL;
}

int main(void) {
  pthread_t connections[CONNECTIONS];
  connection_begin();
  for (int i = 0; i < CONNECTIONS; i++)
    pthread_create(&connections[i], NULL, use_connection, NULL);
  for (int i = 0; i < CONNECTIONS; i++)
    pthread_join(connections[i], NULL);
  return connection_end();
}
