/* The dialects on the wire and how payload is represented in them. */
#ifndef WS_CORE_DIALECT_H
#define WS_CORE_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

enum ws_dialect {
  WS_DIALECT_RFC6455, /* RFC 6455, version 13 */
  WS_DIALECT_HYBI,    /* draft-ietf-hybi-thewebsocketprotocol-07 and -08, versions 7 and 8 */
  WS_DIALECT_HIXIE76, /* draft-hixie-thewebsocketprotocol-76 = hybi-00 */
  WS_DIALECT_HIXIE75, /* draft-hixie-thewebsocketprotocol-75 */
  WS_DIALECT_COUNT
};

/* Bit set of enum ws_dialect values. */
typedef unsigned ws_dialects;
#define WS_DIALECT_BIT(dialect) (1u << (unsigned)(dialect))
#define WS_DIALECTS_ALL ((1u << WS_DIALECT_COUNT) - 1u)

enum ws_encoding {
  WS_ENCODING_BINARY, /* binary frames out; text and binary payloads in are raw bytes */
  WS_ENCODING_BASE64  /* text frames holding base64 out; text payloads in are base64 (always so in Hixie) */
};

/* "rfc6455", "hybi", "hixie76", "hixie75": as in --dialect and in log lines. */
const char *ws_dialect_name(enum ws_dialect dialect);
/* True when the len bytes at name are one of the names above; *dialect is set then. */
bool ws_dialect_from_name(const char *name, size_t len, enum ws_dialect *dialect);
/* True for the two Hixie dialects, whose frames are delimited rather than counted. */
bool ws_dialect_is_hixie(enum ws_dialect dialect);

#endif
