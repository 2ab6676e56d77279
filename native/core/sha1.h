/* SHA-1 (RFC 3174), needed only to prove to a client that its key was read (RFC 6455 section
 * 4.2.2); nothing here relies on its strength. */
#ifndef WS_CORE_SHA1_H
#define WS_CORE_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define WS_SHA1_BYTES 20

/* Digest of the len bytes at data, which may be NULL when len is 0. */
void ws_sha1(const uint8_t *data, size_t len, uint8_t digest[WS_SHA1_BYTES]);

#endif
