/* What the fuzz targets share. */
#ifndef TEST_FUZZ_FUZZ_H
#define TEST_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the run, and has the input kept, when an invariant does not hold. */
#define HOLDS(condition)                \
  do {                                  \
    if (!(condition)) __builtin_trap(); \
  } while (0)

/* A stream of small numbers out of one byte of input. */
static inline uint32_t fuzz_next(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 16;
}

#endif
