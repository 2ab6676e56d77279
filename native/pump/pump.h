/* A thread that moves bytes between WebSocket clients and their targets: it accepts, looks at the first bytes, answers,
 * connects, pumps, and reports what happens. What is to be done with a good handshake is decided elsewhere: the pump reports
 * it and goes on when it is told to.
 *
 * All functions may be called from any thread, and do not wait (ws_pump_join excepted). What they ask for is done by the
 * pump's thread a little later. A request that names a connection which has ended meanwhile has no effect but that its
 * descriptors are closed. Descriptors that are handed over are the pump's from the call on, also when it fails. */
#ifndef WS_PUMP_PUMP_H
#define WS_PUMP_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

#include "../core/decoder.h"
#include "../core/dialect.h"
#include "../core/encoder.h"
#include "../core/errors.h"
#include "../core/span.h"
#include "../net/address.h"

struct ws_pump;
struct ws_tls_identity;
struct ws_tls_trust;

/* Strings are as in struct ws_policy and are copied. Times are milliseconds; 0 means never. */
struct ws_pump_options {
  const char *subprotocols;
  const char *allow_origins;
  const char *allow_hosts;
  const char *trust_proxy; /* as for ws_trust_read */
  ws_dialects dialects;
  int64_t handshake_timeout_ms;
  int64_t connect_timeout_ms;
  int64_t heartbeat_ms;
  int64_t pong_timeout_ms;
  int64_t idle_timeout_ms;
  size_t max_connections;
  size_t buffer_bytes; /* the most that is kept per connection and direction while a side is slow; 16 KiB at least */
  bool http;           /* plain HTTP requests are reported; otherwise refused */
  bool secure_only;    /* what comes in the clear is refused */
};

/* How a connection came. */
struct ws_pump_origins {
  union ws_address peer;
  union ws_address local;
  bool loopback;       /* the listener is bound to a loopback address */
  bool secure;         /* the bytes came through TLS */
  int64_t accepted_ms; /* CLOCK_MONOTONIC; 0: when the pump has got it */
};

enum ws_pump_event_kind {
  WS_PUMP_WEBSOCKET,  /* a good handshake, not answered yet */
  WS_PUMP_HTTP,       /* a plain HTTP request, to be read from fd, which is the receiver's; TLS has been taken off */
  WS_PUMP_TLS_FAILED, /* the TLS handshake; closed */
  WS_PUMP_TARGET_TLS_FAILED, /* the target's; REFUSED follows */
  WS_PUMP_FLASH,             /* a Flash policy request was answered */
  WS_PUMP_REFUSED,           /* answered and closed */
  WS_PUMP_OPENED,            /* the 101 is out */
  WS_PUMP_ENDED
};

/* X(name, token): what ended an open connection, whichever came first. */
#define WS_PUMP_CAUSES(X)   \
  X(NONE, "none")           \
  X(CLIENT, "client")       \
  X(TARGET, "target")       \
  X(ERROR, "error")         \
  X(HEARTBEAT, "heartbeat") \
  X(IDLE, "idle")           \
  X(STOPPED, "stopped")     \
  X(LOST, "lost")

enum ws_pump_cause {
#define X(name, token) WS_PUMP_CAUSE_##name,
  WS_PUMP_CAUSES(X)
#undef X
};

struct ws_pump_event {
  enum ws_pump_event_kind kind;
  int fd;      /* HTTP */
  uint64_t id; /* 0: the connection has none */
  struct ws_pump_origins from;
  /* WEBSOCKET, and host and origin for REFUSED. Views into `text`. */
  bool proxied; /* from.peer is what a trusted proxy said */
  enum ws_dialect dialect;
  struct ws_span subprotocol;
  struct ws_span origin;
  struct ws_span host;
  struct ws_span path;
  char *text;
  enum ws_refusal refusal; /* REFUSED */
  const char
      *reason; /* TLS_FAILED, TARGET_TLS_FAILED: as ws_tls_reason has it; in `text`, NULL when there is no memory */
  /* ENDED */
  enum ws_pump_cause cause;
  enum ws_error error;
  uint16_t close_code; /* of the Close that came or went first; 1005 without code, 0 no Close */
  uint64_t bytes_in;   /* payload from the client */
  uint64_t bytes_out;
  bool unrecorded; /* its recording breaks off: the file could not be written */
  int64_t ms;      /* since the connection was accepted */
};

#define WS_PUMP_ADDRESSES_MAX 8

struct ws_pump_target {
  size_t count; /* of addresses, tried in this order; 0: `path` is used */
  union ws_address addresses[WS_PUMP_ADDRESSES_MAX];
  struct sockaddr_un path;
};

struct ws_pump_extra {
  const uint8_t *preface; /* for the target, before anything else; copied */
  size_t preface_len;
  int record_fd; /* see native/recording; -1 none */
};

struct ws_pump_counters {
  uint64_t open;
  uint64_t opening;
  uint64_t bytes_in;
  uint64_t bytes_out;
};

/* Starts the thread. `notify` is called on it when events have come while there were none to be taken, and when it has
 * finished. NULL with errno. */
struct ws_pump *ws_pump_create(const struct ws_pump_options *options, void (*notify)(void *), void *argument);

/* These are false with errno (ENOMEM) when the request cannot be passed on. */
bool ws_pump_listen(struct ws_pump *pump, int fd);
bool ws_pump_adopt(struct ws_pump *pump, int fd, const struct ws_pump_origins *from);
bool ws_pump_connect(struct ws_pump *pump, uint64_t id, const struct ws_pump_target *target,
                     const struct ws_pump_extra *extra);
/* A socket that is connected, or about to be (EINPROGRESS). */
bool ws_pump_join(struct ws_pump *pump, uint64_t id, int fd, const struct ws_pump_extra *extra);
bool ws_pump_refuse(struct ws_pump *pump, uint64_t id, enum ws_refusal refusal);
/* A connection in midstream; *id is what its ENDED will carry. EINVAL: the two are not what ws_decoder_init and
 * ws_encoder_init and what follows them leave behind. */
bool ws_pump_resume(struct ws_pump *pump, int client, int target, const struct ws_decoder *decoder,
                    const struct ws_encoder *encoder, const struct ws_pump_origins *from,
                    const struct ws_pump_extra *extra, uint64_t *id);
/* From now on TLS is spoken, with that identity, which is the pump's from the call on. Without one TLS is refused. Connections
 * that have theirs go on with it. */
bool ws_pump_identify(struct ws_pump *pump, struct ws_tls_identity *identity);
/* From now on TLS is spoken to targets that ws_pump_connect names; each has to prove that it is that host. Takes the trust; copies
 * the host. */
bool ws_pump_secure_targets(struct ws_pump *pump, struct ws_tls_trust *trust, const char *host);
bool ws_pump_stop_listening(struct ws_pump *pump);
bool ws_pump_close_all(struct ws_pump *pump, uint16_t code);
/* Ends all connections, then the thread. */
bool ws_pump_stop(struct ws_pump *pump);

struct ws_pump_counters ws_pump_counters_now(struct ws_pump *pump);

/* Takes the events that have come; free them with ws_pump_free_events. *finished: the thread has ended, no more will come. */
size_t ws_pump_take_events(struct ws_pump *pump, struct ws_pump_event **events, bool *finished);
/* Frees texts and array; descriptors in them are the caller's. */
void ws_pump_free_events(struct ws_pump_event *events, size_t count);

/* Stops the thread if it has not been, waits for its end, and frees the pump. */
void ws_pump_join_thread(struct ws_pump *pump);

const char *ws_pump_cause_token(enum ws_pump_cause cause);

#endif
