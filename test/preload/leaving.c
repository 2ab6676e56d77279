/* The last holders of a connection let go of it while others come: it gets one Close, nobody takes its slot from under whoever
 * is still at work on it, and what another thread is reading is left to that thread. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../native/preload/descriptors.h"
#include "../../native/preload/guard.h"
#include "../../native/preload/holders.h"
#include "../../native/preload/process.h"
#include "../../native/preload/table.h"
#include "holding.h"

#define PROCESSES 4
#define ROUNDS 200

/* Takes nothing more until the other end is read. */
static void use_full_recorder(int link[2]) {
  char message[1000] = {0};
  socklen_t len = sizeof ws_process.config.recorder_cookie;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, link) < 0) connection_fail("socketpair");
  while (send(link[0], message, sizeof message, MSG_DONTWAIT) > 0) {
  }
  getsockopt(link[0], SOL_SOCKET, SO_COOKIE, &ws_process.config.recorder_cookie, &len);
  ws_process.config.recorder_fd = link[0];
}

static void slot_stays_until_the_end_is_recorded(void) {
  int gate[2], link[2];
  char message[1000];
  struct ends first = holding_open();
  use_full_recorder(link);
  if (pipe(gate) < 0) connection_fail("pipe");
  pid_t child = holding_fork(first.server, gate);
  ws_process.config.recorder_fd = -1;
  ws_descriptors_close(first.server);
  close(gate[1]);
  holding_receive_close(first.client);
  /* The child waits for the recorder now. Whoever accepts looks for slots that nobody holds. */
  struct ends second = connection_open();
  while (recv(link[1], message, sizeof message, MSG_DONTWAIT) > 0) {
  }
  holding_await(child);
  if (ws_connection_of(second.server) == NULL) connection_fail("the next connection has lost its state");
  if (atomic_load(&ws_process.state->live) != 1) connection_fail("the first connection is still there");
  ws_descriptors_close(second.server);
  holding_receive_close(second.client);
  const int used[] = {first.client, second.client, gate[0], link[0], link[1]};
  for (size_t i = 0; i < sizeof used / sizeof *used; i++)
    close(used[i]);
}

static void one_of_many_sends_the_close(void) {
  int gate[2];
  pid_t children[PROCESSES];
  struct ends ends = holding_open();
  if (pipe(gate) < 0) connection_fail("pipe");
  for (int i = 0; i < PROCESSES; i++)
    children[i] = holding_fork(ends.server, gate);
  close(gate[1]);
  ws_descriptors_close(ends.server);
  while (atomic_load(&ws_process.state->live) != 0)
    ws_holders_sweep(1);
  holding_receive_close(ends.client);
  for (int i = 0; i < PROCESSES; i++)
    holding_await(children[i]);
  holding_receive_end(ends.client);
  close(gate[0]);
  close(ends.client);
}

struct reader {
  int fd;
  pthread_barrier_t holds, closed;
};

static void *hold_read_side(void *context) {
  struct reader *reader = context;
  WS_GUARD guard;
  if (!ws_guard_try(&guard, reader->fd, ws_connection_of(reader->fd), WS_SIDE_READ)) connection_fail("the read side");
  pthread_barrier_wait(&reader->holds);
  pthread_barrier_wait(&reader->closed);
  return NULL;
}

static void a_reader_keeps_its_bytes(void) {
  char bytes[16];
  pthread_t thread;
  struct ends ends = connection_open();
  struct reader reader = {.fd = ends.server};
  int copy = dup(ends.server);
  pthread_barrier_init(&reader.holds, NULL, 2);
  pthread_barrier_init(&reader.closed, NULL, 2);
  pthread_create(&thread, NULL, hold_read_side, &reader);
  pthread_barrier_wait(&reader.holds);
  connection_put(ends.client, "half a frame", 12);
  ws_descriptors_close(ends.server);
  if (recv(copy, bytes, sizeof bytes, MSG_DONTWAIT) != 12) connection_fail("bytes were taken from a thread that reads");
  pthread_barrier_wait(&reader.closed);
  pthread_join(thread, NULL);
  close(copy);
  close(ends.client);
}

int main(void) {
  connection_begin();
  slot_stays_until_the_end_is_recorded();
  for (int i = 0; i < ROUNDS; i++)
    one_of_many_sends_the_close();
  a_reader_keeps_its_bytes();
  return connection_end();
}
