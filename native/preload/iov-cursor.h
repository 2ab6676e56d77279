/* A position in a vector of buffers. */
#ifndef WS_PRELOAD_IOV_CURSOR_H
#define WS_PRELOAD_IOV_CURSOR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* Buffers handed to the kernel in one call; a longer vector is worked off in several. */
#define WS_IOV_PARTS 16

struct ws_iov_cursor {
  const struct iovec *iov;
  size_t count;  /* elements from iov on */
  size_t offset; /* into the first */
};

static inline void ws_iov_cursor_skip_empty(struct ws_iov_cursor *cursor) {
  while (cursor->count > 0 && cursor->offset == cursor->iov->iov_len) {
    cursor->iov++;
    cursor->count--;
    cursor->offset = 0;
  }
}

static inline struct ws_iov_cursor ws_iov_cursor_begin(const struct iovec *iov, size_t count) {
  struct ws_iov_cursor cursor = {iov, count, 0};
  ws_iov_cursor_skip_empty(&cursor);
  return cursor;
}

/* The rest of the element that the cursor is in; length 0 at the end. */
static inline struct iovec ws_iov_cursor_here(const struct ws_iov_cursor *cursor) {
  if (cursor->count == 0) {
    return (struct iovec){NULL, 0};
  }
  return (struct iovec){(uint8_t *)cursor->iov->iov_base + cursor->offset, cursor->iov->iov_len - cursor->offset};
}

static inline void ws_iov_cursor_advance(struct ws_iov_cursor *cursor, size_t len) {
  ws_iov_cursor_skip_empty(cursor);
  while (len > 0 && cursor->count > 0) {
    size_t rest = cursor->iov->iov_len - cursor->offset;
    size_t step = len < rest ? len : rest;
    cursor->offset += step;
    len -= step;
    ws_iov_cursor_skip_empty(cursor);
  }
}

/* Up to `max` non-empty buffers from the cursor on; returns how many, and their length in *total. */
static inline size_t ws_iov_cursor_parts(const struct ws_iov_cursor *cursor, struct iovec *part, size_t max,
                                         size_t *total) {
  struct ws_iov_cursor at = *cursor;
  size_t parts = 0;
  *total = 0;
  while (parts < max && at.count > 0) {
    part[parts] = ws_iov_cursor_here(&at);
    *total += part[parts].iov_len;
    ws_iov_cursor_advance(&at, part[parts].iov_len);
    parts++;
  }
  return parts;
}

static inline size_t ws_iov_total(const struct iovec *iov, size_t count) {
  size_t total = 0;
  for (size_t i = 0; i < count; i++) {
    total += iov[i].iov_len;
  }
  return total;
}

#endif
