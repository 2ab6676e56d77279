#define _GNU_SOURCE
#include "real.h"

#include <dlfcn.h>

void *_Atomic ws_real_table[WS_REAL_COUNT];

static const char *const names[] = {
#define X(name) #name,
    WS_REAL_FUNCTIONS(X)
#undef X
};

void *ws_real_find(enum ws_real function) {
  void *found = dlsym(RTLD_NEXT, names[function]);
  ws_real_table[function] = found;
  return found;
}
