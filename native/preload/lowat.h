/* SO_RCVLOWAT. The program means payload by it, the kernel counts raw bytes; and the library has the kernel be silent until
 * more has come than it has looked at. So a connection remembers the program's value, and the kernel has ours: 1, or one more
 * than is there when that was too little. */
#ifndef WS_PRELOAD_LOWAT_H
#define WS_PRELOAD_LOWAT_H

#include "../state/state.h"

/* The least payload that the program calls readable, and waits for in a read. */
static inline uint32_t ws_lowat_of(const struct ws_connection *connection) {
  uint32_t lowat = atomic_load_explicit(&connection->lowat, memory_order_relaxed);
  return lowat > 1 ? lowat : 1;
}

/* Makes the descriptor readable only when so many raw bytes are there. False when the kernel will not: it allows no more than
 * half of a receive buffer whose size the program has set. */
bool ws_lowat_wake_at(int fd, uint32_t bytes);

/* So many raw bytes have been looked at and are too few: be silent until there is more. False when the kernel will not. */
bool ws_lowat_raise(int fd, struct ws_connection *connection, uint32_t looked_at);
void ws_lowat_lower_now(int fd, struct ws_connection *connection);
/* What has been looked at is about to be taken, or to be looked at anew. */
static inline void ws_lowat_lower(int fd, struct ws_connection *connection) {
  if (__builtin_expect(atomic_load_explicit(&connection->peeked, memory_order_relaxed) > 0, 0)) {
    ws_lowat_lower_now(fd, connection);
  }
}

/* The program has set its value, on whatever descriptor, and the kernel has taken it. */
void ws_lowat_changed(int fd);
/* A new connection may have its listener's value. */
void ws_lowat_inherit(int fd, struct ws_connection *connection);
/* The program gets the connection as it is: the kernel has the program's value again. */
void ws_lowat_give_back(int fd, const struct ws_connection *connection);

#endif
