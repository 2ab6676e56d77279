/* The listeners in the shared state, in a form that C++ can include (state.h needs C's atomics). */
#ifndef WS_ADDON_LISTENERS_H
#define WS_ADDON_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct addon_listener {
  int32_t pid;
  uint16_t port;
  bool wrapped;
  char address[64];
  char command[17];
};

#define ADDON_LISTENERS_MAX 256

/* Copies what is remembered in the state of that descriptor. Returns how many, or -1 with errno. */
int addon_listeners(int fd, struct addon_listener out[ADDON_LISTENERS_MAX]);

/* ws_state_create, likewise. */
int addon_state_create(void);

#ifdef __cplusplus
}
#endif

#endif
