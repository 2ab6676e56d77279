/* Unmasking of a client's payload. RFC 6455 section 5.3. */
#ifndef WS_CORE_MASK_H
#define WS_CORE_MASK_H

#include <stddef.h>
#include <stdint.h>

/* out[i] = in[i] ^ mask[i % 4] for len bytes. `out` may be `in`, lie anywhere below it even when the
 * two overlap, or be apart from it; it must not begin inside in[1..len). It may reach over the mask, as where a frame's
 * payload is moved down over its header. */
void ws_mask(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out);

/* The same, a byte at a time and with the mask apart: the reference that tests and benchmarks hold the fast one against. */
void ws_mask_scalar(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out);

/* Turns the mask so that mask[0] is for the byte that follows `len` bytes that were unmasked. */
void ws_mask_advance(uint8_t mask[4], size_t len);

#endif
