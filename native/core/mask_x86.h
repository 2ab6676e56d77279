/* Unmasking with the wide vectors of x86-64, where the processor has them; mask.h alone uses this. */
#ifndef WS_CORE_MASK_X86_H
#define WS_CORE_MASK_X86_H

#include <stddef.h>
#include <stdint.h>

/* Below this many bytes the call does not pay. */
#define WS_MASK_VECTOR_MIN 256

/* Does the beginning of what ws_mask is to do, under the same rules. Returns how many bytes that is: a multiple of 4, perhaps
 * 0. */
size_t ws_mask_vector(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out);

#endif
