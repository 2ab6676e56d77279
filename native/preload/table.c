#define _GNU_SOURCE
#include "table.h"

#include <errno.h>
#include <sys/socket.h>

#include "heartbeat.h"
#include "holders.h"
#include "lifetime.h"
#include "listener.h"
#include "real.h"

_Atomic ws_entry ws_table[WS_TABLE_SIZE];
struct ws_lock ws_table_lock;

static _Atomic uint32_t references[WS_STATE_CONNECTIONS];
static _Atomic int end_of_table;

int ws_table_end(void) {
  return atomic_load(&end_of_table);
}

static void set(int fd, ws_entry entry) {
  atomic_store(&ws_table[fd], entry);
  int end = atomic_load(&end_of_table);
  while (fd >= end && !atomic_compare_exchange_weak(&end_of_table, &end, fd + 1)) {
  }
}

void ws_table_enter(int fd, uint32_t slot) {
  struct ws_connection *connection = &ws_process.state->connections[slot];
  ws_entry entry = ws_entry_make(WS_KIND_CONNECTION, atomic_load(&connection->generation), slot);
  bool owned = ws_lock_take(&ws_table_lock);
  /* Another thread may have found out at the same time. */
  if (ws_table_get(fd) != entry) {
    set(fd, entry);
    atomic_fetch_add(&references[slot], 1);
    ws_holders_add(connection);
    ws_heartbeat_expect();
  }
  if (owned) {
    ws_lock_release(&ws_table_lock);
  }
}

ws_entry ws_table_take(int fd) {
  if ((unsigned)fd >= WS_TABLE_SIZE) {
    return WS_KIND_FOREIGN;
  }
  if (ws_entry_kind(ws_table_get(fd)) != WS_KIND_CONNECTION) {
    return atomic_exchange(&ws_table[fd], WS_KIND_UNKNOWN);
  }
  /* Not while a child is being made, which will hold what is in the table. */
  bool owned = ws_lock_take(&ws_table_lock);
  ws_entry entry = atomic_exchange(&ws_table[fd], WS_KIND_UNKNOWN);
  if (owned) {
    ws_lock_release(&ws_table_lock);
  }
  return entry;
}

bool ws_table_unref(uint32_t slot) {
  return atomic_fetch_sub(&references[slot], 1) == 1;
}

bool ws_table_prune(uint32_t slot) {
  struct ws_connection *connection = &ws_process.state->connections[slot];
  bool last = false;
  int end = ws_table_end();
  for (int fd = 0; fd < end && !last; fd++) {
    ws_entry entry = ws_table_get(fd);
    if (ws_entry_kind(entry) == WS_KIND_CONNECTION && ws_entry_slot(entry) == slot &&
        !ws_table_is_true(fd, connection) && atomic_compare_exchange_strong(&ws_table[fd], &entry, WS_KIND_UNKNOWN)) {
      last = ws_table_unref(slot);
    }
  }
  return last;
}

void ws_table_reset(int fd) {
  if ((unsigned)fd >= WS_TABLE_SIZE || ws_table_get(fd) == WS_KIND_UNKNOWN) {
    return;
  }
  if (ws_table_get(fd) == WS_KIND_FOREIGN) {
    /* In a child of vfork this makes its parent look once more; no harm. */
    ws_table_take(fd);
  } else if (!ws_process_is_borrowed()) {
    ws_table_forget(fd);
  }
}

void ws_table_forget(int fd) {
  ws_entry entry = ws_table_take(fd);
  if (ws_entry_kind(entry) == WS_KIND_CONNECTION) {
    ws_lifetime_lost(entry);
  } else if (ws_entry_kind(entry) == WS_KIND_LISTENER) {
    ws_listener_drop(fd, ws_entry_slot(entry));
  }
}

/* A slot may have been freed since it was found. */
static ws_entry enter_found(int fd, uint32_t slot, uint64_t cookie) {
  ws_table_enter(fd, slot);
  if (ws_process.state->connections[slot].cookie != cookie) {
    ws_table_forget(fd);
  }
  return ws_table_get(fd);
}

static ws_entry enter_other(int fd) {
  if (ws_listener_recognise(fd)) {
    return ws_table_get(fd);
  }
  ws_table_enter_foreign(fd);
  return WS_KIND_FOREIGN;
}

/* A child of vfork has descriptors of its own, but its parent's table: nothing is entered there. */
static ws_entry classify(int fd) {
  uint64_t cookie = 0;
  socklen_t len = sizeof cookie;
  bool borrowed = ws_process_is_borrowed();
  ws_table_reset(fd);
  if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) != 0) {
    if (errno != EBADF && !borrowed) {
      ws_table_enter_foreign(fd);
    }
    return errno == EBADF ? WS_KIND_UNKNOWN : WS_KIND_FOREIGN;
  }
  uint32_t slot = ws_state_find(ws_process.state, cookie);
  if (borrowed) {
    return slot != WS_NO_SLOT
               ? ws_entry_make(WS_KIND_CONNECTION, atomic_load(&ws_process.state->connections[slot].generation), slot)
               : WS_KIND_FOREIGN;
  }
  return slot != WS_NO_SLOT ? enter_found(fd, slot, cookie) : enter_other(fd);
}

ws_entry ws_table_classify(int fd) {
  /* Under seccomp the kernel may not be asked; but every way by which a connection gets a descriptor has been seen, so this is
   * none. */
  if ((unsigned)fd >= WS_TABLE_SIZE || ws_process.sandboxed) {
    return WS_KIND_FOREIGN;
  }
  int saved = errno;
  ws_entry entry = classify(fd);
  errno = saved;
  return entry;
}

void ws_table_enter_foreign(int fd) {
  if ((unsigned)fd < WS_TABLE_SIZE) {
    atomic_store(&ws_table[fd], WS_KIND_FOREIGN);
  }
}

void ws_table_enter_listener(int fd, uint32_t index) {
  set(fd, ws_entry_make(WS_KIND_LISTENER, 0, index));
}

bool ws_table_has(uint32_t slot) {
  return atomic_load(&references[slot]) > 0;
}
