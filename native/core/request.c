#include "request.h"

#include <string.h>

/* Other protocols begin with words, too, so only what is HTTP for certain is taken for it. */
static const char *const methods[] = {"GET",     "HEAD",  "POST",  "PUT",      "DELETE", "OPTIONS",
                                      "CONNECT", "TRACE", "PATCH", "PROPFIND", "PRI"};

static bool fail(struct ws_request *request, enum ws_refusal refusal) {
  request->state = WS_REQUEST_BAD;
  request->refusal = refusal;
  return false;
}

/* Decides from the very first bytes, before there is a line: true when a method and a space are
 * there, and sets `method`. */
static bool parse_method(struct ws_text input, struct ws_request *request) {
  bool possible = false;
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    size_t len = strlen(methods[i]);
    size_t common = input.len < len ? input.len : len;
    if (memcmp(input.at, methods[i], common) != 0) continue;
    if (input.len <= len) {
      possible = true;
    } else if (input.at[len] == ' ') {
      request->method = ws_text_first(input, len);
      return true;
    }
  }
  return possible ? false : fail(request, WS_REFUSAL_NOT_HTTP);
}

/* "HTTP/" digit "." digit: RFC 9112 section 2.3. */
static bool parse_version(struct ws_text text, struct ws_request *request) {
  bool shaped = text.len == 8 && ws_text_begins(text, "HTTP/") && text.at[6] == '.' && ws_is_digit(text.at[5]) &&
                ws_is_digit(text.at[7]);
  if (!shaped) return fail(request, WS_REFUSAL_MALFORMED);
  request->version_1_1 = text.at[5] == '1' && text.at[7] >= '1';
  return true;
}

static bool is_visible(struct ws_text text) {
  for (size_t i = 0; i < text.len; i++) {
    if (text.at[i] <= ' ' || text.at[i] >= 0x7f) return false;
  }
  return text.len > 0;
}

static bool parse_request_line(struct ws_text line, struct ws_request *request) {
  struct ws_text rest = ws_text_from(line, request->method.len + 1);
  size_t space = ws_text_find(rest, ' ');
  request->target = ws_text_first(rest, space);
  if (space == rest.len || !is_visible(request->target)) return fail(request, WS_REFUSAL_MALFORMED);
  return parse_version(ws_text_from(rest, space + 1), request);
}

/* RFC 9110 section 5.5: no control characters but the tab. */
static bool is_field_value(struct ws_text text) {
  for (size_t i = 0; i < text.len; i++) {
    uint8_t c = (uint8_t)text.at[i];
    if ((c < ' ' && c != '\t') || c == 0x7f) return false;
  }
  return true;
}

/* A folded line begins with white space, which no token does; neither does one hold any. */
static bool parse_field(struct ws_text line, struct ws_request *request) {
  if (request->field_count == WS_HEAD_FIELDS_MAX) return fail(request, WS_REFUSAL_TOO_LARGE);
  size_t colon = ws_text_find(line, ':');
  if (colon == line.len) return fail(request, WS_REFUSAL_MALFORMED);
  struct ws_text name = ws_text_first(line, colon);
  struct ws_text value = ws_text_trim(ws_text_from(line, colon + 1));
  if (!ws_text_is_token(name) || !is_field_value(value)) return fail(request, WS_REFUSAL_MALFORMED);
  request->fields[request->field_count++] = (struct ws_field){name, value};
  return true;
}

static bool parse_line(struct ws_text line, struct ws_request *request) {
  if (line.len == 0 || line.at[line.len - 1] != '\r') return fail(request, WS_REFUSAL_MALFORMED);
  line.len--;
  if (request->target.len == 0) return parse_request_line(line, request);
  if (line.len > 0) return parse_field(line, request);
  request->state = WS_REQUEST_WHOLE;
  return true;
}

static void parse_lines(struct ws_text input, struct ws_request *request) {
  struct ws_text rest = input;
  while (request->state == WS_REQUEST_MORE) {
    size_t end = ws_text_find(rest, '\n');
    if (end == rest.len) break;
    parse_line(ws_text_first(rest, end), request);
    rest = ws_text_from(rest, end + 1);
  }
  request->head_len = request->state == WS_REQUEST_WHOLE ? input.len - rest.len : 0;
}

void ws_request_parse(const uint8_t *in, size_t len, struct ws_request *request) {
  memset(request, 0, offsetof(struct ws_request, fields));
  struct ws_text input = {(const char *)in, len < WS_HEAD_BYTES_MAX ? len : WS_HEAD_BYTES_MAX};
  if (input.len == 0) return;
  if (in[0] == '\r' || in[0] == '\n') {
    fail(request, WS_REFUSAL_MALFORMED);
    return;
  }
  if (!parse_method(input, request)) return;
  parse_lines(input, request);
  if (request->state == WS_REQUEST_MORE && input.len == WS_HEAD_BYTES_MAX) fail(request, WS_REFUSAL_TOO_LARGE);
}

static size_t find_field(const struct ws_request *request, const char *name, size_t from) {
  size_t i = from;
  while (i < request->field_count && !ws_text_is_nocase(request->fields[i].name, name))
    i++;
  return i;
}

size_t ws_request_field(const struct ws_request *request, const char *name, struct ws_text *value) {
  size_t count = 0;
  *value = (struct ws_text){NULL, 0};
  for (size_t i = 0; (i = find_field(request, name, i)) < request->field_count; i++) {
    if (count++ == 0) *value = request->fields[i].value;
  }
  return count;
}

bool ws_request_next_item(const struct ws_request *request, const char *name, const char *separators,
                          struct ws_item_cursor *cursor, struct ws_text *item) {
  while (!ws_text_next_item(&cursor->rest, separators, item)) {
    size_t i = find_field(request, name, cursor->next_field);
    cursor->next_field = i + 1;
    if (i >= request->field_count) return false;
    cursor->rest = request->fields[i].value;
  }
  return true;
}

bool ws_request_lists_token(const struct ws_request *request, const char *name, const char *token) {
  struct ws_item_cursor cursor = {0};
  struct ws_text item;
  while (ws_request_next_item(request, name, ",", &cursor, &item)) {
    if (ws_text_is_nocase(item, token)) return true;
  }
  return false;
}
