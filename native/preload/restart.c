#define _GNU_SOURCE
#include "restart.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

enum ws_signals ws_signals(void) {
  int saved = errno;
  bool restart = false;
  bool interrupt = false;
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
      restart |= (action.sa_flags & SA_RESTART) != 0;
      interrupt |= (action.sa_flags & SA_RESTART) == 0;
    }
  }
  /* libc keeps two numbers for itself. */
  errno = saved;
  return !interrupt ? WS_SIGNALS_RESTART : restart ? WS_SIGNALS_DIFFER : WS_SIGNALS_INTERRUPT;
}
