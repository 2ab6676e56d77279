/* Numbers that look random and depend on the seed alone (splitmix64). */
#ifndef TEST_DIFFERENTIAL_RANDOM_H
#define TEST_DIFFERENTIAL_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
  uint64_t state;
};

static inline uint64_t chance_next(struct chance *chance) {
  uint64_t x = chance->state += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/* 0 … below - 1; 0 when below is 0. */
static inline size_t chance_below(struct chance *chance, size_t below) {
  return below == 0 ? 0 : (size_t)(chance_next(chance) % below);
}

/* True once in `times`. */
static inline bool chance_once_in(struct chance *chance, size_t times) {
  return chance_below(chance, times) == 0;
}

#endif
