/* UTF-8, checked as it arrives. RFC 3629; required of text by RFC 6455 section 8.1. */
#ifndef WS_CORE_UTF8_H
#define WS_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The state between characters, with which a text begins and with which it must end. */
#define WS_UTF8_WHOLE 0u

/* Takes one byte. False when no valid text continues so; *state is then as it was before. */
bool ws_utf8_step(uint32_t *state, uint8_t byte);

/* Unmasks from in to out (as ws_mask, same rules on overlap) as long as the bytes that come out are
 * UTF-8. Returns how many bytes were written: len, or the index of the first impossible one. */
size_t ws_utf8_unmask(uint32_t *state, const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out);

#endif
