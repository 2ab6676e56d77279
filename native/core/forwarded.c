#include "forwarded.h"

#include <string.h>

#include "request.h"

/* RFC 7239 section 4: `for=node` among the parameters of an element; a node with a colon is a quoted string. */
static struct ws_text node_of(struct ws_text element) {
  struct ws_text parameter;
  while (ws_text_next_item(&element, ";", &parameter)) {
    if (ws_text_begins_nocase(parameter, "for=")) {
      struct ws_text node = ws_text_trim(ws_text_from(parameter, 4));
      bool quoted = node.len >= 2 && node.at[0] == '"' && node.at[node.len - 1] == '"';
      return quoted ? ws_text_first(ws_text_from(node, 1), node.len - 2) : node;
    }
  }
  return ws_text_of("unknown");
}

/* Keeps the last ones when there are too many: those nearest to us are the ones that can be trusted. */
static size_t append(struct ws_span *addresses, size_t count, struct ws_text address) {
  if (count == WS_FORWARDED_MAX) {
    memmove(addresses, addresses + 1, (count - 1) * sizeof *addresses);
    count--;
  }
  addresses[count] = ws_text_span(address);
  return count + 1;
}

static void reverse(struct ws_span *addresses, size_t count) {
  for (size_t i = 0; i < count / 2; i++) {
    struct ws_span other = addresses[i];
    addresses[i] = addresses[count - 1 - i];
    addresses[count - 1 - i] = other;
  }
}

size_t ws_forwarded_list(const uint8_t *in, size_t len, enum ws_forwarded_field field,
                         struct ws_span addresses[WS_FORWARDED_MAX]) {
  struct ws_request request;
  ws_request_parse(in, len, &request);
  if (request.state != WS_REQUEST_WHOLE) {
    return 0;
  }
  bool standard = field == WS_FORWARDED;
  struct ws_item_cursor cursor = {0};
  struct ws_text item;
  size_t count = 0;
  while (ws_request_next_item(&request, standard ? "Forwarded" : "X-Forwarded-For", ",", &cursor, &item)) {
    count = append(addresses, count, standard ? node_of(item) : item);
  }
  reverse(addresses, count);
  return count;
}
