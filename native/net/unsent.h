/* Bytes that a socket has not taken yet, in memory of their own. All zero: there are none. */
#ifndef WS_NET_UNSENT_H
#define WS_NET_UNSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ws_unsent {
  uint8_t *memory;      /* NULL when there are none */
  const uint8_t *first; /* of those that are left */
  size_t len;           /* so many */
};

/* Behind those that are there. False when there is no memory; then nothing has changed. */
bool ws_unsent_add(struct ws_unsent *unsent, const uint8_t *bytes, size_t len);
/* So many of them have gone. */
void ws_unsent_drop(struct ws_unsent *unsent, size_t len);
/* All of them are given up. */
void ws_unsent_free(struct ws_unsent *unsent);

#endif
