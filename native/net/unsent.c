#include "unsent.h"

#include <stdlib.h>
#include <string.h>

bool ws_unsent_add(struct ws_unsent *unsent, const uint8_t *bytes, size_t len) {
  uint8_t *memory = malloc(unsent->len + len);
  if (memory == NULL) {
    return false;
  }
  if (unsent->len > 0) {
    memcpy(memory, unsent->first, unsent->len);
  }
  memcpy(memory + unsent->len, bytes, len);
  free(unsent->memory);
  *unsent = (struct ws_unsent){memory, memory, unsent->len + len};
  return true;
}

void ws_unsent_drop(struct ws_unsent *unsent, size_t len) {
  if (len < unsent->len) {
    unsent->first += len;
    unsent->len -= len;
  } else {
    ws_unsent_free(unsent);
  }
}

void ws_unsent_free(struct ws_unsent *unsent) {
  free(unsent->memory);
  *unsent = (struct ws_unsent){NULL, NULL, 0};
}
