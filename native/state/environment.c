#include "environment.h"

const char *ws_environment_name(enum ws_environment key) {
  static const char *const names[] = {
#define X(key, name, meaning) name,
      WS_ENVIRONMENT(X)
#undef X
  };
  return names[key];
}
