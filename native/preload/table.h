/* What this process knows about its descriptors: a cache over the kernel's truth and the shared state.
 *
 * An entry says unknown, foreign (not ours: pass by), a wrapped listener, or a connection with its slot and the slot's
 * generation. An entry may be out of date when a descriptor was closed without our seeing it; then the generation differs,
 * or the kernel answers ENOTSOCK, and the entry is dropped (ws_table_forget). */
#ifndef WS_PRELOAD_TABLE_H
#define WS_PRELOAD_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "../state/raw-syscall.h"
#include "../state/state.h"
#include "process.h"

/* fs.nr_open's default; descriptors beyond are passed by. Untouched parts of the table cost no memory. */
#define WS_TABLE_SIZE (1 << 20)

enum ws_kind { WS_KIND_UNKNOWN, WS_KIND_FOREIGN, WS_KIND_LISTENER, WS_KIND_CONNECTION };

/* kind in bits 0..7, generation in 8..39, slot (connection) or index (listener) in 40..63 */
typedef uint64_t ws_entry;
extern _Atomic ws_entry ws_table[WS_TABLE_SIZE];

static inline enum ws_kind ws_entry_kind(ws_entry entry) {
  return (enum ws_kind)(entry & 0xff);
}
static inline uint32_t ws_entry_slot(ws_entry entry) {
  return (uint32_t)(entry >> 40);
}
static inline uint32_t ws_entry_generation(ws_entry entry) {
  return (uint32_t)(entry >> 8);
}
static inline ws_entry ws_entry_make(enum ws_kind kind, uint32_t generation, uint32_t slot) {
  return (uint64_t)kind | (uint64_t)generation << 8 | (uint64_t)slot << 40;
}

static inline ws_entry ws_table_get(int fd) {
  return (unsigned)fd < WS_TABLE_SIZE ? atomic_load_explicit(&ws_table[fd], memory_order_relaxed) : WS_KIND_FOREIGN;
}

/* Finds out what an unknown or out-of-date descriptor is, by asking the kernel, and remembers it. */
ws_entry ws_table_classify(int fd);

/* True when the descriptor is this connection's socket. What closed it, and gave its number to something else, need not have
 * come by us: closefrom(3), a stream's descriptor in libc's hands, a system call without libc. To write a frame into a
 * stranger's socket would be worse than the quarter of a microsecond that the question takes. */
static inline bool ws_table_is_true(int fd, const struct ws_connection *connection) {
  if (ws_process.sandboxed) {
    return true;
  }
  uint64_t cookie = 0;
  socklen_t len = sizeof cookie;
  long result = ws_raw_syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_COOKIE, (long)&cookie, (long)&len, 0);
  return result == 0 && cookie == connection->cookie;
}

static inline uint32_t ws_connection_slot(const struct ws_connection *connection) {
  return (uint32_t)(connection - ws_process.state->connections);
}

/* What the entry stands for; NULL when that is no connection, or one that has ended. */
static inline struct ws_connection *ws_entry_connection(ws_entry entry) {
  struct ws_connection *connection = NULL;
  if (ws_entry_kind(entry) == WS_KIND_CONNECTION) {
    connection = &ws_process.state->connections[ws_entry_slot(entry)];
  }
  return connection != NULL && atomic_load(&connection->generation) == ws_entry_generation(entry) ? connection : NULL;
}

/* What the table says of a descriptor, without asking the kernel whether it is still so; for hints. */
static inline struct ws_connection *ws_connection_remembered(int fd) {
  ws_entry entry = ws_table_get(fd);
  return ws_entry_kind(entry) == WS_KIND_CONNECTION ? &ws_process.state->connections[ws_entry_slot(entry)] : NULL;
}

/* True when a wait for this descriptor may need a second look: it is ours, or nobody has looked yet. */
static inline bool ws_table_may_be_ours(int fd) {
  enum ws_kind kind = ws_entry_kind(ws_table_get(fd));
  if (kind == WS_KIND_UNKNOWN && ws_process_has_connections()) {
    kind = ws_entry_kind(ws_table_classify(fd));
  }
  return kind == WS_KIND_LISTENER || kind == WS_KIND_CONNECTION;
}

/* The connection behind a descriptor, or NULL when it is none of ours. That it is none takes two loads. */
static inline struct ws_connection *ws_connection_of(int fd) {
  ws_entry entry = ws_table_get(fd);
  if (ws_entry_kind(entry) == WS_KIND_UNKNOWN) {
    if (!ws_process_has_connections()) {
      return NULL;
    }
    entry = ws_table_classify(fd);
  }
  struct ws_state *state = ws_process.state;
  if (ws_entry_kind(entry) != WS_KIND_CONNECTION || state == NULL) {
    return NULL;
  }
  struct ws_connection *connection = &state->connections[ws_entry_slot(entry)];
  if (__builtin_expect(atomic_load(&connection->generation) != ws_entry_generation(entry), 0) ||
      __builtin_expect(!ws_table_is_true(fd, connection), 0)) {
    entry = ws_table_classify(fd);
    return ws_entry_kind(entry) == WS_KIND_CONNECTION ? &ws_process.state->connections[ws_entry_slot(entry)] : NULL;
  }
  return connection;
}

/* True while the descriptor stands for this connection: another thread may close it, and the kernel give its number to
 * something else, while a call of ours on it is under way. */
static inline bool ws_table_still(int fd, struct ws_connection *connection) {
  return ws_entry_connection(ws_table_get(fd)) == connection;
}

/* One past the highest descriptor that ever had a listener or connection here. */
int ws_table_end(void);

/* Enters a connection under a descriptor; this process becomes a holder of it. */
void ws_table_enter(int fd, uint32_t slot);
/* Enters a listener under a descriptor; the index is the listener part's. */
void ws_table_enter_listener(int fd, uint32_t index);
/* Remembers that a descriptor is none of ours. */
void ws_table_enter_foreign(int fd);
/* Takes the descriptor's entry out and returns it; the caller has what it stood for. Exactly one of several callers gets
 * a connection's entry, the others unknown. */
ws_entry ws_table_take(int fd);
/* The descriptor is something else than the entry says (closed and reused behind our back). */
void ws_table_forget(int fd);
/* Marks a number as unknown because the kernel has just given it to something new. In a child of vfork it leaves alone what
 * its parent knows about one of ours. */
void ws_table_reset(int fd);

/* Number of descriptors in this process that stand for the connection: one fewer; true when that was the last. */
bool ws_table_unref(uint32_t slot);

/* Takes out entries for the connection that are not true any more. True when no other is left. */
bool ws_table_prune(uint32_t slot);

/* True when a descriptor of this process stands for the connection. */
bool ws_table_has(uint32_t slot);

/* Held while entries come and go, and over fork, so that parent and child agree. */
extern struct ws_lock ws_table_lock;

#endif
