#include "addon/listeners.h"

#include <string.h>

#include "state/state.h"

#define COMPLETE 2

_Static_assert(ADDON_LISTENERS_MAX == WS_STATE_LISTENERS, "room for all listeners");
_Static_assert(sizeof((struct addon_listener *)0)->address == WS_ADDRESS_TEXT_MAX, "room for an address");

static void copy(const struct ws_listener *listener, struct addon_listener *out) {
  memset(out, 0, sizeof *out);
  out->pid = listener->pid;
  out->port = listener->port;
  out->wrapped = listener->wrapped;
  ws_address_text(&listener->address, out->address, sizeof out->address);
  memcpy(out->command, listener->command, sizeof listener->command);
}

int addon_listeners(int fd, struct addon_listener out[ADDON_LISTENERS_MAX]) {
  struct ws_state *state = ws_state_map(fd);
  if (state == NULL) {
    return -1;
  }
  int count = 0;
  for (size_t i = 0; i < WS_STATE_LISTENERS; i++) {
    if (atomic_load(&state->listeners[i].used) == COMPLETE) {
      copy(&state->listeners[i], &out[count++]);
    }
  }
  ws_state_unmap(state);
  return count;
}

int addon_state_create(void) {
  return ws_state_create();
}
