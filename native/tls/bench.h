/* Where records are made, for one call at a time; all connections of a thread use the same. */
#ifndef WS_TLS_BENCH_H
#define WS_TLS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero to begin with. */
struct ws_tls_bench {
  uint8_t *bytes;
  size_t len;
  size_t room;
};

/* Behind what lies there. False when there is no memory. */
bool ws_tls_bench_put(struct ws_tls_bench *bench, const void *bytes, size_t len);
void ws_tls_bench_free(struct ws_tls_bench *bench);

#endif
