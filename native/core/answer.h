/* The bytes that answer a handshake, as spans. */
#ifndef WS_CORE_ANSWER_H
#define WS_CORE_ANSWER_H

#include "handshake.h"
#include "md5.h"
#include "text.h"

/* 101 of RFC 6455 section 4.2.2. Needs out->subprotocol; key is the Sec-WebSocket-Key. */
void ws_answer_rfc6455(struct ws_handshake *out, struct ws_text key);

/* 101 of the Hixie drafts. Needs dialect, subprotocol, origin and host of *out; path is what the
 * client asked for; digest is NULL in hixie-75. */
void ws_answer_hixie(struct ws_handshake *out, bool secure, struct ws_text path, const uint8_t *digest);

/* The policy that Flash asks for before it opens a socket: any page may. Ends with a NUL, as the request does. */
void ws_answer_flash(struct ws_handshake *out);

/* A refusal in HTTP for out->refusal; nothing when that has no status. */
void ws_answer_refusal(struct ws_handshake *out, bool with_body);

#endif
