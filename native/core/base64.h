/* Base64 (RFC 4648 section 4) in the two forms that frames need: text from bytes, and bytes from
 * masked text up to the first quad that is not four plain characters. */
#ifndef WS_CORE_BASE64_H
#define WS_CORE_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* Characters for n bytes, padding included. */
#define WS_BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* What ws_base64_value gives for anything outside the alphabet, '=' included. */
#define WS_BASE64_INVALID 0xff

/* Writes WS_BASE64_LEN(len) characters, the last quad padded, no terminator; returns their number.
 * Nothing beyond them is written. `out` and `in` must not overlap. */
size_t ws_base64_encode(const uint8_t *in, size_t len, uint8_t *out);

/* Decodes whole quads of plain characters, each character first XORed with mask[i % 4]. Stops at the
 * first quad that holds anything else ('=' too) or is cut short. Returns the number of characters
 * taken, a multiple of 4; three bytes came out for each four of them. `out` may be `in` or lie below
 * it; bytes of out[0..taken) behind what came out are clobbered. */
size_t ws_base64_decode_quads(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out);

/* The six bits that a character stands for, or WS_BASE64_INVALID. */
uint8_t ws_base64_value(uint8_t character);

/* The portable forms, which are also the reference for the vector ones. */
size_t ws_base64_encode_scalar(const uint8_t *in, size_t len, uint8_t *out);
size_t ws_base64_decode_quads_scalar(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out);

#endif
