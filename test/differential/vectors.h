/* Vectors of buffers, cut at random out of one buffer. */
#ifndef TEST_DIFFERENTIAL_VECTORS_H
#define TEST_DIFFERENTIAL_VECTORS_H

#include <sys/uio.h>

#include "random.h"

#define PARTS_MAX 24

/* Returns the number of parts; some are empty. */
static inline size_t vector_cut(struct chance *chance, struct iovec *parts, const void *bytes, size_t len) {
  size_t count = 1 + chance_below(chance, chance_once_in(chance, 4) ? PARTS_MAX : 4);
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    size_t part = i + 1 == count ? len - at : chance_once_in(chance, 3) ? 0 : chance_below(chance, (len - at) / 2 + 2);
    if (part > len - at) part = len - at;
    parts[i].iov_base = (char *)(uintptr_t)bytes + at;
    parts[i].iov_len = part;
    at += part;
  }
  return count;
}

#endif
