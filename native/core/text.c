#include "text.h"

#include <string.h>

struct ws_text ws_text_of(const char *string) {
  return (struct ws_text){string, string ? strlen(string) : 0};
}

struct ws_span ws_text_span(struct ws_text text) {
  return (struct ws_span){text.at, text.len};
}

static int lower(char c) {
  return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

bool ws_text_same(struct ws_text a, struct ws_text b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool ws_text_same_nocase(struct ws_text a, struct ws_text b) {
  if (a.len != b.len) return false;
  for (size_t i = 0; i < a.len; i++) {
    if (lower(a.at[i]) != lower(b.at[i])) return false;
  }
  return true;
}

bool ws_text_is(struct ws_text text, const char *string) {
  return ws_text_same(text, ws_text_of(string));
}

bool ws_text_is_nocase(struct ws_text text, const char *string) {
  return ws_text_same_nocase(text, ws_text_of(string));
}

bool ws_text_begins(struct ws_text text, const char *string) {
  size_t len = strlen(string);
  return text.len >= len && ws_text_is(ws_text_first(text, len), string);
}

bool ws_text_begins_nocase(struct ws_text text, const char *string) {
  size_t len = strlen(string);
  return text.len >= len && ws_text_is_nocase(ws_text_first(text, len), string);
}

bool ws_text_ends_nocase(struct ws_text text, const char *string) {
  size_t len = strlen(string);
  return text.len >= len && ws_text_is_nocase(ws_text_from(text, text.len - len), string);
}

size_t ws_text_find(struct ws_text text, char character) {
  const char *found = text.len > 0 ? memchr(text.at, character, text.len) : NULL;
  return found ? (size_t)(found - text.at) : text.len;
}

struct ws_text ws_text_from(struct ws_text text, size_t count) {
  return (struct ws_text){text.at + count, text.len - count};
}

struct ws_text ws_text_first(struct ws_text text, size_t count) {
  return (struct ws_text){text.at, count};
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

struct ws_text ws_text_trim(struct ws_text text) {
  while (text.len > 0 && is_blank(text.at[0]))
    text = ws_text_from(text, 1);
  while (text.len > 0 && is_blank(text.at[text.len - 1]))
    text.len--;
  return text;
}

static bool is_one_of(char c, const char *set) {
  return c != '\0' && strchr(set, c) != NULL;
}

bool ws_text_next_item(struct ws_text *rest, const char *separators, struct ws_text *item) {
  while (rest->len > 0) {
    size_t len = 0;
    while (len < rest->len && !is_one_of(rest->at[len], separators))
      len++;
    *item = ws_text_trim(ws_text_first(*rest, len));
    *rest = ws_text_from(*rest, len < rest->len ? len + 1 : len);
    if (item->len > 0) return true;
  }
  *item = (struct ws_text){NULL, 0};
  return false;
}

bool ws_is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool ws_is_token_character(char c) {
  return ws_is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || is_one_of(c, "!#$%&'*+-.^_`|~");
}

bool ws_text_is_token(struct ws_text text) {
  for (size_t i = 0; i < text.len; i++) {
    if (!ws_is_token_character(text.at[i])) return false;
  }
  return text.len > 0;
}

bool ws_text_number(struct ws_text text, uint32_t max, uint32_t *number) {
  uint64_t value = 0;
  *number = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (!ws_is_digit(text.at[i])) return false;
    value = value * 10 + (uint64_t)(text.at[i] - '0');
    if (value > max) return false;
  }
  *number = (uint32_t)value;
  return text.len > 0;
}
