#define _DEFAULT_SOURCE
#include "support.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FAILURES_SHOWN 20

static char subject_text[512];
static unsigned long failures;
static unsigned long subjects;

static uint8_t pool[1024 * 1024];
static size_t pool_used;

_Noreturn static void stop(const char *what, const char *detail) {
  fprintf(stderr, "%s: %s\n", what, detail);
  exit(2);
}

static uint8_t *from_pool(size_t len) {
  if (len > sizeof pool - pool_used) stop("too much in one vector", subject_text);
  uint8_t *data = pool + pool_used;
  pool_used += len;
  return data;
}

/* The text behind "key": */
static const char *find(const struct vector *vector, const char *key) {
  char quoted[64];
  int len = snprintf(quoted, sizeof quoted, "\"%s\": ", key);
  const char *found = strstr(vector->line, quoted);
  return found ? found + len : NULL;
}

static unsigned hex_digit(char c) {
  if (c >= '0' && c <= '9') return (unsigned)(c - '0');
  if (c >= 'a' && c <= 'f') return (unsigned)(c - 'a' + 10);
  stop("not a hexadecimal digit", subject_text);
}

/* One character of a JSON string; steps over it. */
static uint8_t unescape(const char **at) {
  const char *p = *at;
  *at += 1;
  if (*p != '\\') return (uint8_t)*p;
  *at += 1;
  switch (p[1]) {
    case 'r':
      return '\r';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'u':
      *at += 4;
      return (uint8_t)(hex_digit(p[4]) << 4 | hex_digit(p[5]));
    default:
      return (uint8_t)p[1];
  }
}

struct bytes vector_text(const struct vector *vector, const char *key) {
  const char *at = find(vector, key);
  if (!at) return (struct bytes){NULL, 0};
  struct bytes text = {from_pool(strlen(at) + 1), 0};
  at++;
  while (*at != '"')
    text.data[text.len++] = unescape(&at);
  text.data[text.len] = 0;
  return text;
}

const char *vector_string(const struct vector *vector, const char *key) {
  return (const char *)vector_text(vector, key).data;
}

struct bytes vector_hex(const struct vector *vector, const char *key) {
  const char *text = vector_string(vector, key);
  if (!text) stop("vector lacks", key);
  struct bytes bytes = {from_pool(strlen(text) / 2 + 1), strlen(text) / 2};
  for (size_t i = 0; i < bytes.len; i++) {
    bytes.data[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
  }
  return bytes;
}

long vector_number(const struct vector *vector, const char *key) {
  const char *at = find(vector, key);
  if (!at) stop("vector lacks", key);
  return strtol(at, NULL, 10);
}

bool vector_is(const struct vector *vector, const char *key, const char *value) {
  const char *text = vector_string(vector, key);
  return text && strcmp(text, value) == 0;
}

void for_each_vector(const char *file, void (*run)(const struct vector *vector)) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", WSWRAP_VECTORS, file);
  FILE *stream = fopen(path, "r");
  if (!stream) stop("cannot open", path);
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, stream) > 0) {
    if (line[0] != '{') continue;
    struct vector vector = {line};
    pool_used = 0;
    subject("%s: %s", file, vector_string(&vector, "name"));
    run(&vector);
  }
  free(line);
  fclose(stream);
}

uint8_t *flush(unsigned area, size_t len) {
  static uint8_t *ends[FLUSH_AREAS];
  if (!ends[area]) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *base = mmap(NULL, FLUSH_BYTES + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) stop("mmap", "failed");
    if (mprotect(base + FLUSH_BYTES, page, PROT_NONE) != 0) stop("mprotect", "failed");
    ends[area] = base + FLUSH_BYTES;
  }
  if (len > FLUSH_BYTES) stop("area too small", subject_text);
  return ends[area] - len;
}

uint8_t *flush_copy(unsigned area, const uint8_t *data, size_t len) {
  uint8_t *copy = flush(area, len);
  if (len > 0) memcpy(copy, data, len);
  return copy;
}

/* xorshift64*. */
uint32_t chance(uint32_t below) {
  static uint64_t state = 0x9e3779b97f4a7c15u;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (uint32_t)((state * 0x2545f4914f6cdd1du) >> 32) % below;
}

void chance_fill(uint8_t *data, size_t len) {
  for (size_t i = 0; i < len; i++)
    data[i] = (uint8_t)chance(256);
}

void subject(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(subject_text, sizeof subject_text, format, arguments);
  va_end(arguments);
  subjects++;
}

void fail(const char *file, int line, const char *what) {
  if (failures++ < FAILURES_SHOWN) fprintf(stderr, "%s\n  %s:%d: %s\n", subject_text, file, line, what);
}

bool same_bytes(const void *a, size_t a_len, const void *b, size_t b_len) {
  return a_len == b_len && (a_len == 0 || memcmp(a, b, a_len) == 0);
}

int finish(void) {
  printf("%lu subjects, %lu failures\n", subjects, failures);
  return failures > 0 || subjects == 0 ? 1 : 0;
}
