/* The bytes that travel while something is measured: a sequence that repeats, so that each piece of it can be sent and
 * verified at the speed of memory. */
#ifndef TEST_BENCH_STREAM_H
#define TEST_BENCH_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message's size divides it. */
#define STREAM_PERIOD (256u * 1024u)
/* Bytes that lie together in memory at any offset. */
#define STREAM_RUN (256u * 1024u)

/* To be called once, before the others. */
void stream_begin(void);

/* STREAM_RUN bytes of the stream from that offset on. */
const uint8_t *stream_at(uint64_t offset);

/* True when these are the stream's bytes from that offset on; of any length. */
bool stream_is(uint64_t offset, const uint8_t *bytes, size_t len);

#endif
