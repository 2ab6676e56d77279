#define _GNU_SOURCE
#include "holders.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../state/holder-list.h"
#include "../state/liveness.h"
#include "lifetime.h"
#include "numbers.h"
#include "passing.h"
#include "real.h"
#include "table.h"

/* A process with more descriptors than this is believed without a look. */
#define LOOK_AT_MOST 4096

/* For what is asked often, and of many: a zombie is taken for alive here, as long as nobody asks for its status. */
static bool alive(uint32_t pid) {
  return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

static bool is_dead(uint32_t holder) {
  return !alive(holder & ~(WS_HOLDER_LEAVING | WS_HOLDER_NEWBORN));
}

/* In one entry. False when there is none such. */
static bool replace(struct ws_connection *connection, uint32_t old, uint32_t new) {
  return ws_holder_list_replace(ws_process.state, connection, old, new);
}

/* The next holder's entry; 0 when there is none any more. */
static uint32_t next_holder(struct ws_holder_walk *walk) {
  uint32_t entry = 0;
  return ws_holder_list_next(ws_process.state, walk, &entry) != NULL ? entry : 0;
}

/* Forgets holders that have ended. */
static void drop_the_dead(struct ws_connection *connection) {
  int saved = errno;
  uint32_t entry = 0;
  _Atomic uint32_t *place;
  struct ws_holder_walk walk = ws_holder_list_begin(connection);
  while ((place = ws_holder_list_next(ws_process.state, &walk, &entry)) != NULL) {
    if (is_dead(entry)) {
      atomic_compare_exchange_strong(place, &entry, 0);
    }
  }
  errno = saved;
}

static bool enter(struct ws_connection *connection, uint32_t entry) {
  bool entered = false;
  bool room = true;
  while (room && !(entered = ws_holder_list_enter(ws_process.state, connection, entry))) {
    room = ws_holder_list_lengthen(ws_process.state, connection);
  }
  return entered;
}

/* In place of one that has ended, if need be. Where that has not helped, nobody is asked again. */
static void enter_somewhere(struct ws_connection *connection, uint32_t entry) {
  if (!ws_holder_list_enter(ws_process.state, connection, entry)) {
    if (!atomic_load(&connection->unlisted)) {
      drop_the_dead(connection);
    }
    if (!enter(connection, entry)) {
      atomic_store(&connection->unlisted, true);
    }
  }
}

/* The copy is there before it is counted, and counted before the one that it was made from can go. */
static void add_copy(struct ws_connection *connection, uint32_t entry) {
  if (!ws_holder_list_has(ws_process.state, connection, entry)) {
    enter_somewhere(connection, entry);
  }
  atomic_fetch_add(&connection->copies, 1);
}

/* A child and its parent may both have entered it. */
static bool drop(struct ws_connection *connection, uint32_t entry) {
  while (replace(connection, entry, 0)) {
  }
  return true;
}

static bool begin_leaving(struct ws_connection *connection, uint32_t pid) {
  /* Under the lock, where nobody is asked who is dead. */
  if (!replace(connection, pid, pid | WS_HOLDER_LEAVING) && !enter(connection, pid | WS_HOLDER_LEAVING)) {
    atomic_store(&connection->unlisted, true);
  }
  return drop(connection, pid);
}

/* One of what may be several threads. */
static bool end_leaving(struct ws_connection *connection, uint32_t pid) {
  return replace(connection, pid | WS_HOLDER_LEAVING, 0);
}

/* Who enters itself where the look has been, and gives up an entry where it has not come yet, has made a copy meanwhile. */
static bool is_nobodys(struct ws_connection *connection) {
  uint32_t copies = atomic_load(&connection->copies);
  struct ws_holder_walk walk = ws_holder_list_begin(connection);
  bool held =
      ws_passing_is_under_way(connection, ws_now_ms()) || atomic_load(&connection->unlisted) || next_holder(&walk) != 0;
  return !held && atomic_load(&connection->copies) == copies;
}

static bool claim(struct ws_connection *connection, uint32_t pid) {
  return is_nobodys(connection) && enter(connection, pid | WS_HOLDER_LEAVING);
}

/* Another process may have ended the connection meanwhile, and the slot be another one's by now. */
static bool change(struct ws_connection *connection, uint32_t generation,
                   bool (*how)(struct ws_connection *connection, uint32_t pid), uint32_t pid) {
  /* In a sandbox waiting may be forbidden. */
  bool owned = !ws_process.sandboxed && ws_lock_take(&ws_process.state->lock);
  bool changed = atomic_load(&connection->generation) == generation && how(connection, pid);
  if (owned) {
    ws_lock_release(&ws_process.state->lock);
  }
  return changed;
}

void ws_holders_add(struct ws_connection *connection) {
  add_copy(connection, (uint32_t)ws_process.pid);
}
void ws_holders_remove(struct ws_connection *connection, uint32_t generation) {
  change(connection, generation, drop, (uint32_t)ws_process.pid);
}

bool ws_holders_leave(struct ws_connection *connection, uint32_t generation) {
  return change(connection, generation, begin_leaving, (uint32_t)ws_process.pid);
}
bool ws_holders_claim(struct ws_connection *connection, uint32_t generation) {
  return change(connection, generation, claim, (uint32_t)ws_process.pid);
}
void ws_holders_left(struct ws_connection *connection, uint32_t generation) {
  change(connection, generation, end_leaving, (uint32_t)ws_process.pid);
}

bool ws_holders_alone(struct ws_connection *connection) {
  bool alone = !atomic_load(&connection->unlisted) && atomic_load(&connection->arriving) == 0;
  struct ws_holder_walk walk = ws_holder_list_begin(connection);
  uint32_t entry;
  while (alone && (entry = next_holder(&walk)) != 0) {
    alone = entry == (uint32_t)ws_process.pid || entry & WS_HOLDER_LEAVING;
  }
  return alone;
}

void ws_holders_add_process(struct ws_connection *connection, pid_t process) {
  add_copy(connection, (uint32_t)process);
}

void ws_holders_add_newborn(struct ws_connection *connection, pid_t child) {
  add_copy(connection, (uint32_t)child | WS_HOLDER_NEWBORN);
}

void ws_holders_drop_newborn(struct ws_connection *connection, pid_t child) {
  drop(connection, (uint32_t)child | WS_HOLDER_NEWBORN);
}

struct search {
  char link[32]; /* "socket:[inode]" */
  int looked_at;
  bool forbidden; /* to look at some of a process's descriptors */
};

static bool is_the_socket(int at, const char *name, void *context) {
  struct search *search = context;
  char link[32];
  ssize_t len = readlinkat(at, name, link, sizeof link - 1);
  search->forbidden |= len < 0 && errno == EACCES;
  link[len < 0 ? 0 : len] = '\0';
  return ++search->looked_at > LOOK_AT_MOST || strcmp(link, search->link) == 0;
}

/* Of a process, by its id or one of its threads'. */
static int look_at_descriptors(uint32_t id, struct search *search) {
  char directory[32];
  snprintf(directory, sizeof directory, "/proc/%u/fd", id);
  search->looked_at = 0;
  search->forbidden = false;
  return ws_each_number(directory, is_the_socket, search);
}

static bool has_thread_with(int at, const char *name, void *search) {
  (void)at;
  return look_at_descriptors((uint32_t)strtoul(name, NULL, 10), search) > 0;
}

/* As ws_each_number. When a process's first thread has ended, its others have the descriptors. */
static int look_at_process(uint32_t pid, struct search *search) {
  int found = look_at_descriptors(pid, search);
  if (found == 0 && search->looked_at == 0) {
    char directory[32];
    snprintf(directory, sizeof directory, "/proc/%u/task", pid);
    found = ws_each_number(directory, has_thread_with, search);
  }
  return found;
}

static bool holds(uint32_t pid, struct search *search) {
  int found = look_at_process(pid, search);
  /* Another user's: not to be known, so believed; without CAP_SYS_PTRACE root may open the directory, but no more. Not there:
   * ended, or there is no /proc where this process has its root. */
  return found > 0 || search->forbidden || (found < 0 && (errno != ENOENT || alive(pid)));
}

static bool is_holder(int at, const char *name, void *context) {
  (void)at;
  uint32_t pid = (uint32_t)strtoul(name, NULL, 10);
  struct search *search = context;
  /* Who has so many is believed to hold what he is said to hold, not any connection. */
  return pid != (uint32_t)ws_process.pid && look_at_process(pid, search) == 1 && search->looked_at <= LOOK_AT_MOST;
}

/* Names the socket that is to be searched for, unless that is done. False when there is none. */
static bool name_socket(struct search *search, int fd) {
  struct stat info;
  if (search->link[0] == '\0' && fstat(fd, &info) == 0) {
    snprintf(search->link, sizeof search->link, "socket:[%lu]", (unsigned long)info.st_ino);
  }
  return search->link[0] != '\0';
}

static bool unlisted_holds(struct search *search, int fd) {
  return name_socket(search, fd) && ws_each_number("/proc", is_holder, search) == 1;
}

/* All that holds the connection is looked at, one after the other, while it may go from what is still to be looked at to where
 * that has been done. Who has made a copy meanwhile has held the connection after its caller has let go of it, so it is his. */
bool ws_holders_others(struct ws_connection *connection, uint32_t generation, int fd, bool thorough) {
  uint32_t copies = atomic_load(&connection->copies);
  if (ws_passing_is_under_way(connection, ws_now_ms())) {
    return true;
  }
  struct search search = {.looked_at = 0};
  struct ws_holder_walk walk = ws_holder_list_begin(connection);
  uint32_t entry;
  while ((entry = next_holder(&walk)) != 0) {
    if (entry == (uint32_t)ws_process.pid || entry & WS_HOLDER_LEAVING) {
      continue;
    }
    uint32_t process = entry & ~WS_HOLDER_NEWBORN;
    if ((thorough ? name_socket(&search, fd) && holds(process, &search) : ws_liveness_of_process(process)) ||
        atomic_load(&connection->copies) != copies) {
      return true;
    }
    change(connection, generation, drop, entry);
  }
  return (atomic_load(&connection->unlisted) && unlisted_holds(&search, fd)) ||
         atomic_load(&connection->copies) != copies;
}

void ws_holders_in_child(void) {
  int end = ws_table_end();
  for (int fd = 0; fd < end; fd++) {
    struct ws_connection *connection = ws_entry_connection(ws_table_get(fd));
    if (connection != NULL) {
      ws_holders_add(connection);
    }
  }
}

/* A slot is younger than this between being taken and being entered in the table of the process that accepts. */
#define SWEEP_AGE_MS 1000

static bool is_ownerless(struct ws_connection *connection, uint32_t slot, int64_t now_ms, uint32_t *generation) {
  if (!ws_state_is_older(ws_process.state, slot, now_ms - SWEEP_AGE_MS, generation) || ws_table_has(slot)) {
    return false;
  }
  drop_the_dead(connection);
  return is_nobodys(connection);
}

void ws_holders_sweep(uint32_t count) {
  static _Atomic uint32_t hand;
  int64_t now_ms = ws_now_ms();
  uint32_t used = atomic_load(&ws_process.state->used);
  for (uint32_t i = 0; i < count && i < used; i++) {
    uint32_t slot = atomic_fetch_add(&hand, 1) % used;
    uint32_t generation;
    if (is_ownerless(&ws_process.state->connections[slot], slot, now_ms, &generation)) {
      ws_lifetime_left_behind(slot, generation);
    }
  }
}

static bool learn(int at, const char *name, void *context) {
  (void)context;
  int fd = atoi(name);
  if (fd != at) {
    ws_table_classify(fd);
  }
  return false;
}

/* The threads that were leaving have ended with the program. */
static bool held_before_exec(struct ws_connection *connection) {
  uint32_t pid = (uint32_t)ws_process.pid;
  bool held = ws_holder_list_has(ws_process.state, connection, pid);
  while (end_leaving(connection, pid)) {
    held = true;
  }
  return held;
}

void ws_holders_after_exec(void) {
  if (!ws_process_has_connections()) {
    return;
  }
  ws_each_number("/proc/self/fd", learn, NULL);
  uint32_t used = atomic_load(&ws_process.state->used);
  for (uint32_t slot = 0; slot < used; slot++) {
    struct ws_connection *connection = &ws_process.state->connections[slot];
    uint32_t generation = atomic_load(&connection->generation);
    if (atomic_load(&connection->phase) != WS_PHASE_FREE && held_before_exec(connection) && !ws_table_has(slot)) {
      ws_lifetime_left_behind(slot, generation);
    }
  }
}
