#define _GNU_SOURCE
#include "restart.h"

#include <signal.h>
#include <stddef.h>

bool ws_all_signals_restart(void) {
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN &&
        !(action.sa_flags & SA_RESTART)) {
      return false;
    }
  }
  return true;
}
