/* The head of an HTTP/1 request, as views into the caller's input. RFC 9112 sections 2 to 5, without
 * any of the leniences: what a client sends that is not exactly so is refused, never guessed at. */
#ifndef WS_CORE_REQUEST_H
#define WS_CORE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errors.h"
#include "limits.h"
#include "text.h"

struct ws_field {
  struct ws_text name;
  struct ws_text value; /* trimmed; may be empty */
};

enum ws_request_state {
  WS_REQUEST_MORE,  /* no fault so far, and not complete */
  WS_REQUEST_WHOLE, /* the blank line is there */
  WS_REQUEST_BAD    /* `refusal` says why */
};

struct ws_request {
  enum ws_request_state state;
  enum ws_refusal refusal;
  struct ws_text method; /* known methods only */
  struct ws_text target; /* at least one visible ASCII character */
  bool version_1_1;      /* HTTP/1.1, or a later HTTP/1 */
  size_t head_len;       /* when whole: bytes up to and including the blank line */
  size_t field_count;
  struct ws_field fields[WS_HEAD_FIELDS_MAX];
};

/* Parses the head at the beginning of in[0..len). Sets every field of *request except unused entries
 * of `fields`. The first fault in the order of the bytes decides, at the end of its line, so that the
 * outcome does not depend on how the input is cut. */
void ws_request_parse(const uint8_t *in, size_t len, struct ws_request *request);

/* How many fields have that name (any case); *value is that of the first, or empty. */
size_t ws_request_field(const struct ws_request *request, const char *name, struct ws_text *value);

/* Steps through the comma-separated items of all fields of that name. Begin with a cursor of zeros. */
struct ws_item_cursor {
  size_t next_field;
  struct ws_text rest;
};
bool ws_request_next_item(const struct ws_request *request, const char *name, const char *separators,
                          struct ws_item_cursor *cursor, struct ws_text *item);

/* True when a field of that name lists the token (any case). */
bool ws_request_lists_token(const struct ws_request *request, const char *name, const char *token);

#endif
