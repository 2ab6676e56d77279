/* What the tests of the core share: vectors, memory that ends at a guard page, and a count of failures. */
#ifndef TEST_CORE_SUPPORT_H
#define TEST_CORE_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
  uint8_t *data;
  size_t len;
};

/* One line of a file in test/vectors: a flat JSON object. What is read from it lives until the next one. */
struct vector {
  const char *line;
};

/* Calls run for each vector of that file. */
void for_each_vector(const char *file, void (*run)(const struct vector *vector));

/* A string, one byte for each character (U+0000 to U+00FF); empty when there is no such key. */
struct bytes vector_text(const struct vector *vector, const char *key);
/* The same with a 0 behind it, NULL when there is no such key. */
const char *vector_string(const struct vector *vector, const char *key);
/* A string of hexadecimal digits. */
struct bytes vector_hex(const struct vector *vector, const char *key);
long vector_number(const struct vector *vector, const char *key);
bool vector_is(const struct vector *vector, const char *key, const char *value);

/* `len` bytes that are followed by a page that must not be touched; there are FLUSH_AREAS such areas, of FLUSH_BYTES
 * each. Bytes below the result, down to the beginning of the area, may be used, too. */
#define FLUSH_AREAS 3
#define FLUSH_BYTES (256u * 1024u)
uint8_t *flush(unsigned area, size_t len);
/* A copy at the end of that area. */
uint8_t *flush_copy(unsigned area, const uint8_t *data, size_t len);

/* Pseudo-random, the same in every run. */
uint32_t chance(uint32_t below);
void chance_fill(uint8_t *data, size_t len);

/* What is being tested, for the message of a failure. */
void subject(const char *format, ...) __attribute__((format(printf, 1, 2)));
void fail(const char *file, int line, const char *what);
#define CHECK(condition)                                    \
  do {                                                      \
    if (!(condition)) fail(__FILE__, __LINE__, #condition); \
  } while (0)
bool same_bytes(const void *a, size_t a_len, const void *b, size_t b_len);

/* Exit code of the test: failures, or no CHECK at all, are not success. */
int finish(void);

#endif
