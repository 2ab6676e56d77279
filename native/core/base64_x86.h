/* Base64 with the byte shuffles of SSSE3 and AVX2, chosen at run time. Both functions do as much of
 * the work as fits whole vectors, possibly nothing; the portable code does the rest. On other
 * processors they always do nothing. */
#ifndef WS_CORE_BASE64_X86_H
#define WS_CORE_BASE64_X86_H

#include <stddef.h>
#include <stdint.h>

/* Encodes whole triples; returns the bytes taken, a multiple of 3. Writes four characters for each
 * three bytes taken and nothing beyond. */
size_t ws_base64_encode_vector(const uint8_t *in, size_t len, uint8_t *out);

/* As ws_base64_decode_quads, but may stop earlier. */
size_t ws_base64_decode_vector(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out);

#endif
