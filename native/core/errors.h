/* Errors, once: why a connection is ended (with the close code that the peer is owed) and why a request is refused (with
 * the HTTP status). C strings, log lines and the TypeScript unions all come from these two tables. */
#ifndef WS_CORE_ERRORS_H
#define WS_CORE_ERRORS_H

#include <stdint.h>

/* X(name, close code, stable token, text). RFC 6455 sections 5 and 7.4.1. */
#define WS_ERRORS(X)                                                                          \
  X(NONE, 0, "none", "no error")                                                              \
  X(RSV, 1002, "rsv-bits", "a reserved bit is set and no extension was negotiated")           \
  X(OPCODE, 1002, "opcode", "reserved opcode")                                                \
  X(MASK, 1002, "not-masked", "a client's frame is not masked")                               \
  X(CONTROL_FRAGMENTED, 1002, "control-fragmented", "a control frame is fragmented")          \
  X(CONTROL_LENGTH, 1002, "control-length", "a control frame is longer than 125 bytes")       \
  X(CONTINUATION, 1002, "continuation", "a continuation frame without a message to continue") \
  X(INTERLEAVED, 1002, "interleaved", "a new message begins inside a fragmented one")         \
  X(LENGTH_FORM, 1002, "length-form", "a length is not in its shortest form")                 \
  X(LENGTH_RANGE, 1002, "length-range", "a length with its top bit set")                      \
  X(CLOSE_LENGTH, 1002, "close-length", "a Close payload of one byte")                        \
  X(CLOSE_CODE, 1002, "close-code", "a close code that may not be sent")                      \
  X(UTF8, 1007, "utf8", "text that is not UTF-8")                                             \
  X(BASE64, 1007, "base64", "text that is not base64")                                        \
  X(HIXIE_FRAME, 1002, "hixie-frame", "a Hixie frame that does not begin with 0x00")

enum ws_error {
#define X(name, code, token, text) WS_ERROR_##name,
  WS_ERRORS(X)
#undef X
};

/* X(name, HTTP status, stable token, text, option that would let the request in or ""). */
#define WS_REFUSALS(X)                                                                                      \
  X(NONE, 101, "none", "not refused", "")                                                                   \
  X(MALFORMED, 400, "malformed", "The request is malformed.", "")                                           \
  X(HTTP_VERSION, 400, "http-version", "WebSocket needs HTTP/1.1.", "")                                     \
  X(HOST_FIELD, 400, "host-field", "The request needs exactly one valid Host field.", "")                   \
  X(KEY, 400, "key", "The Sec-WebSocket-Key fields are missing or not valid.", "")                          \
  X(CONNECTION_FIELD, 400, "connection-field", "The Connection field lacks the token Upgrade.", "")         \
  X(VERSION_FIELD, 400, "version-field", "The Sec-WebSocket-Version field is missing or not a number.", "") \
  X(METHOD, 405, "method", "A WebSocket handshake is a GET request.", "")                                   \
  X(VERSION, 426, "version", "This version of WebSocket is not supported.", "")                             \
  X(NOT_UPGRADE, 426, "not-websocket", "This port speaks WebSocket only.", "")                              \
  X(TOO_LARGE, 431, "head-too-large", "The request head is too large.", "")                                 \
  X(ORIGIN, 403, "origin", "This origin is not allowed.", "--allow-origin")                                 \
  X(HOST, 403, "host", "This Host is not allowed on a loopback address.", "--allow-host")                   \
  X(DIALECT, 403, "dialect", "This dialect of WebSocket is not enabled.", "--dialect")                      \
  X(SUBPROTOCOL, 403, "subprotocol", "None of the offered subprotocols is enabled.", "--subprotocol")       \
  X(TIMEOUT, 408, "timeout", "The handshake took too long.", "--handshake-timeout")                         \
  X(TLS, 0, "tls", "TLS is not enabled on this port.", "")                                                  \
  X(FLASH, 0, "flash-policy", "It was a request for Flash's policy.", "")                                   \
  X(NOT_HTTP, 0, "not-http", "The first bytes are not a WebSocket handshake.", "")                          \
  X(BUSY, 503, "busy", "No room for another connection.", "")                                               \
  X(CLIENT_LEFT, 0, "client-left", "The client left before its handshake was complete.", "")                \
  X(ABANDONED, 503, "abandoned", "The program ended the connection during its handshake.", "")              \
  X(TARGET_REFUSED, 502, "target-refused", "The target cannot be reached.", "")                             \
  X(TARGET_TIMEOUT, 504, "target-timeout", "The target does not answer.", "")                               \
  X(NO_RELAY, 503, "no-relay", "The relay cannot take this connection.", "")                                \
  X(SECURE_ONLY, 403, "secure-only", "This port speaks WebSocket over TLS only.", "")

enum ws_refusal {
#define X(name, status, token, text, option) WS_REFUSAL_##name,
  WS_REFUSALS(X)
#undef X
};

/* Close code owed to the peer (RFC 6455 section 7.4.1), 0 for WS_ERROR_NONE. */
uint16_t ws_error_close_code(enum ws_error error);
/* Stable token and sentence; static storage. Out-of-range values give "unknown". */
const char *ws_error_token(enum ws_error error);
const char *ws_error_text(enum ws_error error);

/* HTTP status, 0 when the refusal is not answered in HTTP. */
int ws_refusal_status(enum ws_refusal refusal);
const char *ws_refusal_token(enum ws_refusal refusal);
const char *ws_refusal_text(enum ws_refusal refusal);
/* "" when no option helps. */
const char *ws_refusal_option(enum ws_refusal refusal);

#endif
