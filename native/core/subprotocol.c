#include "subprotocol.h"

struct offer {
  const struct ws_request *request;
  const char *field;
  const char *separators;
};

/* Hixie had a single name at first and a list with spaces later. */
static struct offer offer_of(const struct ws_request *request, enum ws_dialect dialect) {
  bool hixie75 = dialect == WS_DIALECT_HIXIE75;
  return (struct offer){
      .request = request,
      .field = hixie75 ? "WebSocket-Protocol" : "Sec-WebSocket-Protocol",
      .separators = ws_dialect_is_hixie(dialect) ? ", " : ",",
  };
}

static bool is_usable(struct ws_text name) {
  return name.len <= WS_SUBPROTOCOL_MAX && ws_text_is_token(name);
}

/* The first usable name of the offer that is `wanted`, or any when that is empty. */
static bool find(struct offer offer, struct ws_text wanted, struct ws_text *found) {
  struct ws_item_cursor cursor = {0};
  for (size_t seen = 0; seen < WS_SUBPROTOCOL_MAX; seen++) {
    if (!ws_request_next_item(offer.request, offer.field, offer.separators, &cursor, found)) break;
    if (is_usable(*found) && (wanted.len == 0 || ws_text_same(*found, wanted))) return true;
  }
  *found = (struct ws_text){NULL, 0};
  return false;
}

static bool is_empty(struct offer offer) {
  struct ws_item_cursor cursor = {0};
  struct ws_text item;
  return !ws_request_next_item(offer.request, offer.field, offer.separators, &cursor, &item);
}

bool ws_subprotocol_choose(const struct ws_request *request, enum ws_dialect dialect, struct ws_text accepted,
                           struct ws_text *chosen) {
  struct offer offer = offer_of(request, dialect);
  bool hixie = ws_dialect_is_hixie(dialect);
  struct ws_text rest = accepted, name;
  bool listed = ws_text_next_item(&rest, ",", &name);
  rest = listed ? accepted : ws_text_of(hixie ? "base64, binary" : "binary, base64");
  while (ws_text_next_item(&rest, ",", &name)) {
    if (find(offer, name, chosen)) return true;
  }
  if (listed) return is_empty(offer);
  find(offer, (struct ws_text){NULL, 0}, chosen);
  return true;
}
