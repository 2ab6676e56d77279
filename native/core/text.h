/* Comparing and cutting views of text. Letters are those of ASCII; nothing here knows a locale. */
#ifndef WS_CORE_TEXT_H
#define WS_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

/* A view of text in the caller's input. */
struct ws_text {
  const char *at;
  size_t len;
};

struct ws_text ws_text_of(const char *string);
struct ws_span ws_text_span(struct ws_text text);

bool ws_text_is(struct ws_text text, const char *string);
/* Upper and lower case are the same. */
bool ws_text_is_nocase(struct ws_text text, const char *string);
bool ws_text_same(struct ws_text a, struct ws_text b);
bool ws_text_same_nocase(struct ws_text a, struct ws_text b);
bool ws_text_begins(struct ws_text text, const char *string);
bool ws_text_begins_nocase(struct ws_text text, const char *string);
bool ws_text_ends_nocase(struct ws_text text, const char *string);

/* The index of the first such character, or text.len. */
size_t ws_text_find(struct ws_text text, char character);
/* text without its first `count` characters, which must be there. */
struct ws_text ws_text_from(struct ws_text text, size_t count);
struct ws_text ws_text_first(struct ws_text text, size_t count);
/* Without spaces and tabs at both ends. */
struct ws_text ws_text_trim(struct ws_text text);

/* Steps through items that are separated by any character of `separators`, trimmed; empty ones are
 * passed over. False at the end. */
bool ws_text_next_item(struct ws_text *rest, const char *separators, struct ws_text *item);

bool ws_is_digit(char c);
/* RFC 9110 section 5.6.2: what a method, a field name or a subprotocol is made of. */
bool ws_is_token_character(char c);
/* At least one such character and nothing else. */
bool ws_text_is_token(struct ws_text text);
/* The number that the digits make; false when there is none, or anything else, or above max. */
bool ws_text_number(struct ws_text text, uint32_t max, uint32_t *number);

#endif
