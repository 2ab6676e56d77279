#include "request.h"

#include <stdio.h>

/* The keys are those of the specifications' examples: RFC 6455 section 1.2, draft-hixie-76 section 1.2. */
size_t request_write(enum dialect dialect, int port, char *out, size_t room) {
  static const char *const fields[DIALECTS] = {
      [BINARY] =
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
          "Sec-WebSocket-Protocol: binary\r\n\r\n",
      [BASE64] =
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
          "Sec-WebSocket-Protocol: base64\r\n\r\n",
      [HIXIE76] = "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nSec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\n\r\n^n:ds[4U",
      [HIXIE75] = "\r\n"};
  if (dialect == PLAIN) return 0;
  int len = snprintf(out, room,
                     "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
                     "Origin: http://127.0.0.1:%d\r\n%s",
                     port, port, fields[dialect]);
  return (size_t)len;
}
