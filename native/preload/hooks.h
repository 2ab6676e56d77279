/* The exported functions are one-line forwarders: ours when the descriptor is, else libc's. */
#ifndef WS_PRELOAD_HOOKS_H
#define WS_PRELOAD_HOOKS_H

#define WS_EXPORT __attribute__((visibility("default")))

#include "real.h"
#include "table.h"

/* Fortified programs call a variant that also knows the buffer's size; the check is libc's to make. */
void __chk_fail(void) __attribute__((noreturn, weak));
static inline void ws_check_fits(size_t wanted, size_t size) {
  if (wanted > size) {
    __chk_fail();
  }
}

#endif
