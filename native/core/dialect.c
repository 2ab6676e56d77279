#include "dialect.h"

#include <string.h>

static const char *const names[WS_DIALECT_COUNT] = {
    [WS_DIALECT_RFC6455] = "rfc6455",
    [WS_DIALECT_HYBI] = "hybi",
    [WS_DIALECT_HIXIE76] = "hixie76",
    [WS_DIALECT_HIXIE75] = "hixie75",
};

const char *ws_dialect_name(enum ws_dialect dialect) {
  return (size_t)dialect < WS_DIALECT_COUNT ? names[dialect] : "unknown";
}

bool ws_dialect_from_name(const char *name, size_t len, enum ws_dialect *dialect) {
  for (size_t i = 0; i < WS_DIALECT_COUNT; i++) {
    if (strlen(names[i]) != len || memcmp(names[i], name, len) != 0) continue;
    *dialect = (enum ws_dialect)i;
    return true;
  }
  return false;
}

bool ws_dialect_is_hixie(enum ws_dialect dialect) {
  return dialect == WS_DIALECT_HIXIE76 || dialect == WS_DIALECT_HIXIE75;
}
