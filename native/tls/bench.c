#include "bench.h"

#include <stdlib.h>
#include <string.h>

static bool make_room(struct ws_tls_bench *bench, size_t len) {
  if (bench->len + len <= bench->room) {
    return true;
  }
  size_t room = 2 * (bench->len + len);
  uint8_t *bytes = realloc(bench->bytes, room);
  if (bytes == NULL) {
    return false;
  }
  bench->bytes = bytes;
  bench->room = room;
  return true;
}

bool ws_tls_bench_put(struct ws_tls_bench *bench, const void *bytes, size_t len) {
  if (!make_room(bench, len)) {
    return false;
  }
  memcpy(bench->bytes + bench->len, bytes, len);
  bench->len += len;
  return true;
}

void ws_tls_bench_free(struct ws_tls_bench *bench) {
  free(bench->bytes);
  *bench = (struct ws_tls_bench){NULL, 0, 0};
}
