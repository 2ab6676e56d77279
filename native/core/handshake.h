/* The server's side of the opening handshake, sans I/O: the first bytes of a connection and a policy go in; a verdict and,
 * when one is due, the bytes of the answer come out. RFC 6455 section 4, drafts hixie-75, hixie-76, hybi-07/08.
 *
 * Nothing is copied: the views in struct ws_handshake point into the caller's input, into static storage or into the
 * structure itself, so the structure must not be moved or copied while its views are used, and the input must stay. */
#ifndef WS_CORE_HANDSHAKE_H
#define WS_CORE_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dialect.h"
#include "errors.h"
#include "limits.h"
#include "span.h"

/* What the operator allows. Lists are comma-separated, white space around items is ignored; NULL or "" means the default.
 * An item of allow_origins is a whole origin (scheme://host[:port], without a port that of the scheme) or, for pages from
 * http and https, a host alone or with its port; an item of allow_hosts is a host alone or with its port. */
struct ws_policy {
  const char *subprotocols;  /* accepted names, best first; default: binary, base64, then the first offered */
  const char *allow_origins; /* let in besides the server's own; "*" for all; "null" by name */
  const char *allow_hosts;   /* Host names let in besides loopback ones on a loopback listener; "*" for all */
  ws_dialects dialects;      /* accepted dialects; 0 means all */
  bool loopback;             /* the connection came in through a listener bound to a loopback address */
  bool secure;               /* the bytes came through TLS (Hixie answers with wss:) */
};

enum ws_verdict {
  WS_VERDICT_MORE,   /* no decision yet: call again with all bytes so far and some more */
  WS_VERDICT_ACCEPT, /* send the answer, drop the first `consumed` bytes, then frames follow */
  WS_VERDICT_REFUSE  /* send the answer if it has spans, then end the connection; `refusal` says why */
};

#define WS_ANSWER_SPANS_MAX 24

struct ws_handshake {
  enum ws_verdict verdict;
  enum ws_refusal refusal; /* WS_REFUSAL_NONE unless refused */
  size_t consumed;         /* bytes of the input that belong to the handshake (head, and key3 in hixie-76); 0 when that
                              is not known, as in a refusal before the end of the head */
  enum ws_dialect dialect; /* valid when accepted */
  enum ws_encoding encoding;
  struct ws_span subprotocol; /* as offered; len 0 when none was chosen */
  struct ws_span origin;      /* as sent; len 0 when there was none (set on refusal too, when known) */
  struct ws_span host;        /* likewise */
  struct ws_span path;        /* with the query; valid when accepted */
  struct ws_span answer[WS_ANSWER_SPANS_MAX];
  size_t answer_spans;
  char scratch[256]; /* private: what the answer's spans need beyond static text and the input */
};

/* Looks at the first `len` bytes of a connection. Never more than WS_HEAD_BYTES_MAX + WS_KEY3_BYTES bytes are needed: with
 * that many the verdict is never WS_VERDICT_MORE. Sets every field of *out (views, see above). Pure: same input, same
 * output. The first bytes tell HTTP from TLS (0x16, 0x80), from a Flash policy request and from anything else: these are
 * refused with WS_REFUSAL_TLS, _FLASH, _NOT_HTTP and no answer in HTTP; the answer to Flash is the policy that it asks for.
 * The verdict comes as soon as the bytes allow: a malformed request line is refused before the head is complete. */
void ws_handshake(const uint8_t *in, size_t len, const struct ws_policy *policy, struct ws_handshake *out);

/* The answer for a refusal that is decided outside (a timeout, no room): fills answer and answer_spans of *out as
 * ws_handshake would, sets verdict WS_VERDICT_REFUSE. A refusal without HTTP status gives no spans. */
void ws_handshake_refuse(enum ws_refusal refusal, struct ws_handshake *out);

/* Sum of the answer's span lengths. */
size_t ws_handshake_answer_len(const struct ws_handshake *handshake);

#endif
