/* MD5 (RFC 1321), the answer to a hixie-76 challenge; nothing here relies on its strength. */
#ifndef WS_CORE_MD5_H
#define WS_CORE_MD5_H

#include <stddef.h>
#include <stdint.h>

#define WS_MD5_BYTES 16

/* Digest of the len bytes at data, which may be NULL when len is 0. Any byte of it may be 0. */
void ws_md5(const uint8_t *data, size_t len, uint8_t digest[WS_MD5_BYTES]);

#endif
