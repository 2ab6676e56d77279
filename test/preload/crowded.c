/* More processes hold a connection than there is room for in its slot, or even in further blocks. */
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
#define CROWD (8 * WS_STATE_HOLDERS)
#define GENERATIONS 30000 /* even: the last one has the founder's id */

static int blocks_in_use(void) {
  int count = 0;
  for (int i = 0; i < WS_STATE_HOLDER_BLOCKS; i++)
    count += atomic_load(&ws_process.state->holder_blocks[i].used);
  return count;
}

/* Nobody gets one any more; or everybody again. */
static void take_all_blocks(bool taken) {
  for (int i = 0; i < WS_STATE_HOLDER_BLOCKS; i++)
    atomic_store(&ws_process.state->holder_blocks[i].used, taken);
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
  if (blocks_in_use() != 0) connection_fail("blocks are left behind");
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
  if (blocks_in_use() == 0) connection_fail("all are in the first block");
  ws_descriptors_close(crowd.ends.server);
  holding_receive_close(crowd.ends.client);
  close(crowd.gate[0]);
  close(crowd.gate[1]);
  close(crowd.ends.client);
  if (blocks_in_use() != 0) connection_fail("the dead keep their blocks");
}

/* By one that turns out not to hold it. */
static void fill_first_block(struct ws_connection *connection) {
  for (int i = 0; i < WS_STATE_HOLDERS; i++)
    ws_holder_list_enter(ws_process.state, connection, (uint32_t)getppid());
}

/* The only other holder is not in the first block. */
static void who_came_late_holds_it_too(bool listed) {
  int gate[2];
  struct ends ends = holding_open();
  struct ws_connection *connection = ws_connection_of(ends.server);
  fill_first_block(connection);
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
  take_all_blocks(true);
  who_came_late_holds_it_too(false);
  take_all_blocks(false);
}

static void the_dead_make_room(void) {
  struct ends ends = holding_open();
  struct ws_connection *connection = ws_connection_of(ends.server);
  pid_t dead = fork();
  if (dead == 0) _exit(0);
  holding_await(dead);
  for (int i = 0; i < WS_STATE_HOLDERS; i++)
    ws_holder_list_enter(ws_process.state, connection, (uint32_t)dead);
  ws_holders_add_process(connection, getppid());
  if (blocks_in_use() != 0) connection_fail("a block was taken, although most of the holders are dead");
  ws_descriptors_close(ends.server);
  holding_receive_close(ends.client);
  close(ends.client);
}

/* By processes that come and go. */
static void crowd_around(struct ws_connection *connection, bool come) {
  for (int i = 1; i < CROWD; i++) {
    if (!come)
      ws_holder_list_replace(ws_process.state, connection, 1, 0);
    else if (!ws_holder_list_enter(ws_process.state, connection, 1))
      connection_fail("there is no place");
  }
}

/* Each process of the line is entered by its parent, at the end of the list, and comes to enter itself, at its beginning, when
 * that one has closed. Two ids take turns. */
static void found_a_line(struct ws_connection *connection, uint32_t generation) {
  pid_t child = getppid();
  ws_lock_forked();
  ws_process.pid = getpid();
  for (int i = 0; i < GENERATIONS; i++) {
    pid_t parent = ws_process.pid;
    crowd_around(connection, true);
    ws_holders_add_newborn(connection, child);
    crowd_around(connection, false);
    ws_holders_remove(connection, generation);
    ws_process.pid = child;
    ws_holders_add(connection);
    ws_holders_drop_newborn(connection, child);
    child = parent;
  }
  _exit(0);
}

static void who_enters_itself_meanwhile_is_not_overlooked(void) {
  struct ends ends = holding_open();
  struct ws_connection *connection = ws_connection_of(ends.server);
  uint32_t generation = atomic_load(&connection->generation);
  for (int i = WS_STATE_HOLDERS; i < CROWD; i += WS_STATE_HOLDERS)
    ws_holder_list_lengthen(ws_process.state, connection);
  ws_holders_remove(connection, generation);
  pid_t founder = fork();
  if (founder < 0) connection_fail("fork");
  if (founder == 0) found_a_line(connection, generation);
  ws_holders_add_process(connection, founder);
  while (waitpid(founder, NULL, WNOHANG) == 0)
    if (ws_holders_claim(connection, generation)) connection_fail("a connection that somebody holds is nobody's");
  ws_descriptors_close(ends.server);
  holding_receive_close(ends.client);
  close(ends.client);
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
  who_enters_itself_meanwhile_is_not_overlooked();
  return connection_end();
}
