/* What the client speaks. Written without a look at native/core, which is under test. */
#ifndef TEST_DIFFERENTIAL_DIALECT_H
#define TEST_DIFFERENTIAL_DIALECT_H

#include <stdbool.h>
#include <stdint.h>

enum dialect { PLAIN, BINARY, BASE64, HIXIE76, HIXIE75, DIALECTS };

static inline bool dialect_is_rfc6455(enum dialect dialect) {
  return dialect == BINARY || dialect == BASE64;
}
static inline bool dialect_is_hixie(enum dialect dialect) {
  return dialect == HIXIE76 || dialect == HIXIE75;
}

#endif
