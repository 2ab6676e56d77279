/* More processes hold a connection than there is room for in its own list, or even in that which all connections share. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../native/preload/descriptors.h"
#include "../../native/preload/holders.h"
#include "../../native/preload/process.h"
#include "../../native/preload/table.h"
#include "../../native/state/holder-list.h"
#include "holding.h"

#define PROCESSES 60
#define ROUNDS 20

static struct ws_connection *stranger(void) {
  return &ws_process.state->connections[WS_STATE_CONNECTIONS - 1];
}

static void fill_shared_list(pid_t with) {
  while (ws_holder_list_enter(ws_process.state, stranger(), (uint32_t)with)) {
  }
}

static void empty_shared_list(void) {
  ws_holder_list_clear(ws_process.state, stranger());
}

static int shared_places_in_use(void) {
  int count = 0;
  for (int i = 0; i < WS_STATE_SHARED_HOLDERS; i++)
    count += atomic_load(&ws_process.state->shared_holders[i]) != 0;
  return count;
}

struct crowd {
  struct ends ends;
  int gate[2];
  pid_t processes[PROCESSES];
};

static void gather(struct crowd *crowd) {
  crowd->ends = holding_open();
  if (pipe(crowd->gate) < 0) connection_fail("pipe");
  for (int i = 0; i < PROCESSES; i++)
    crowd->processes[i] = holding_fork(crowd->ends.server, crowd->gate);
}

static void open_gate(struct crowd *crowd) {
  close(crowd->gate[1]);
}

static void await_all(struct crowd *crowd) {
  for (int i = 0; i < PROCESSES; i++)
    holding_await(crowd->processes[i]);
  close(crowd->gate[0]);
}

static void expect_silence(int client) {
  char byte;
  if (recv(client, &byte, 1, MSG_DONTWAIT) >= 0) connection_fail("something came while the crowd had the connection");
}

static void crowd_sends_one_close(void) {
  struct crowd crowd;
  gather(&crowd);
  if (atomic_load(&ws_connection_of(crowd.ends.server)->unlisted)) connection_fail("somebody is not listed");
  ws_descriptors_close(crowd.ends.server);
  expect_silence(crowd.ends.client);
  open_gate(&crowd);
  await_all(&crowd);
  holding_receive_close(crowd.ends.client);
  holding_receive_end(crowd.ends.client);
  close(crowd.ends.client);
  if (shared_places_in_use() != 0) connection_fail("places in the shared list are left behind");
}

static void crowd_and_parent_leave_together(void) {
  struct crowd crowd;
  gather(&crowd);
  open_gate(&crowd);
  ws_descriptors_close(crowd.ends.server);
  holding_receive_close(crowd.ends.client);
  holding_receive_end(crowd.ends.client);
  await_all(&crowd);
  close(crowd.ends.client);
}

static void killed_crowd_leaves_nothing(void) {
  struct crowd crowd;
  gather(&crowd);
  for (int i = 0; i < PROCESSES; i++) {
    kill(crowd.processes[i], SIGKILL);
    waitpid(crowd.processes[i], NULL, 0);
  }
  if (shared_places_in_use() == 0) connection_fail("nobody was entered in the shared list");
  ws_descriptors_close(crowd.ends.server);
  holding_receive_close(crowd.ends.client);
  close(crowd.gate[0]);
  close(crowd.gate[1]);
  close(crowd.ends.client);
  if (shared_places_in_use() != 0) connection_fail("the dead keep their places");
}

/* By processes that turn out not to hold it. */
static void fill_own_list(struct ws_connection *connection) {
  for (int i = 0; i < WS_STATE_HOLDERS; i++)
    ws_holder_list_enter(ws_process.state, connection, (uint32_t)getppid());
}

/* The only other holder has no place in the connection's own list. */
static void who_came_late_holds_it_too(bool listed) {
  int gate[2];
  struct ends ends = holding_open();
  struct ws_connection *connection = ws_connection_of(ends.server);
  fill_own_list(connection);
  if (pipe(gate) < 0) connection_fail("pipe");
  pid_t child = holding_fork(ends.server, gate);
  if (atomic_load(&connection->unlisted) == listed) connection_fail("the child is where it should not be");
  ws_descriptors_close(ends.server);
  expect_silence(ends.client);
  close(gate[1]);
  holding_await(child);
  holding_receive_close(ends.client);
  close(gate[0]);
  close(ends.client);
}

static void who_is_in_no_list_holds_it_too(void) {
  fill_shared_list(getpid());
  who_came_late_holds_it_too(false);
  empty_shared_list();
}

static void the_dead_make_room(void) {
  pid_t dead = fork();
  if (dead == 0) _exit(0);
  holding_await(dead);
  fill_shared_list(dead);
  crowd_sends_one_close();
}

int main(void) {
  connection_begin();
  for (int i = 0; i < ROUNDS; i++)
    crowd_sends_one_close();
  for (int i = 0; i < ROUNDS; i++)
    crowd_and_parent_leave_together();
  killed_crowd_leaves_nothing();
  the_dead_make_room();
  who_came_late_holds_it_too(true);
  who_is_in_no_list_holds_it_too();
  return connection_end();
}
