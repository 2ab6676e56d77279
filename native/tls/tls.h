/* A TLS connection over a socket that does not block. TLS itself is OpenSSL's; what is here is how its handshake and its payload go
 * on without ever waiting. */
#ifndef WS_TLS_TLS_H
#define WS_TLS_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../core/span.h"
#include "bench.h"
#include "identity.h"
#include "trust.h"

struct ws_tls;

/* The server's side. The descriptor stays the caller's. NULL when there is no memory. */
struct ws_tls *ws_tls_accept(struct ws_tls_identity *identity, int fd, struct ws_tls_bench *bench);
/* The client's side; `host` is the name or the numeric address that the server has to prove, if anybody is asked for that. */
struct ws_tls *ws_tls_connect(struct ws_tls_trust *trust, const char *host, int fd, struct ws_tls_bench *bench);
void ws_tls_free(struct ws_tls *tls);

enum ws_tls_progress { WS_TLS_DONE, WS_TLS_MORE, WS_TLS_FAILED };

/* Goes on with the handshake as far as it gets. */
enum ws_tls_progress ws_tls_handshake(struct ws_tls *tls);
/* Why the handshake has failed, as Node names it: ERR_SSL_NO_SHARED_CIPHER, ECONNRESET, client-left; or, of a server that has not
 * proved who it is, what is wrong with that. */
const char *ws_tls_reason(const struct ws_tls *tls);

/* From now on much is to be expected: several full records are read at a time. */
void ws_tls_expect_bulk(struct ws_tls *tls);

/* As recv(2) with MSG_DONTWAIT: payload; 0 at the end, whether or not it was announced. EPROTO: what came was no TLS, or too much
 * of it without payload. `hung_up`: the end is known to lie in the socket, behind whatever else does. The socket is read once at
 * most: no client keeps a call going by sending. */
ssize_t ws_tls_recv(struct ws_tls *tls, void *bytes, size_t len, bool hung_up);
/* Whether the last call, ws_tls_handshake included, has found the socket empty: only then will epoll tell that there is more. */
bool ws_tls_is_dry(const struct ws_tls *tls);

/* Whether the last call has ended in the middle of a message about the connection itself (a ticket, new keys) that takes several
 * records: OpenSSL sends nothing until the rest has been received. */
bool ws_tls_is_mute(const struct ws_tls *tls);
/* As sendmsg(2) with MSG_DONTWAIT, but all or nothing: EAGAIN while it is mute, or something waits from before. What the socket does
 * not take at once waits here. */
ssize_t ws_tls_send(struct ws_tls *tls, const struct ws_span *spans, size_t count);
/* Sends what waits, as much of it as the socket takes. -1 with errno when it takes nothing ever again. */
int ws_tls_flush(struct ws_tls *tls);
/* Bytes that wait. */
size_t ws_tls_waiting(const struct ws_tls *tls);
/* Bytes that the socket has taken since the beginning. */
uint64_t ws_tls_sent(const struct ws_tls *tls);

/* Says that nothing more will be sent (close_notify); the first time only. It may wait. False while it is mute. */
bool ws_tls_end(struct ws_tls *tls);

#endif
