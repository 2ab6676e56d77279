/* A connection: the client's socket and the target's, and what lies between. Belongs to the pump's thread. */
#ifndef WS_PUMP_PAIR_H
#define WS_PUMP_PAIR_H

#include "../core/handshake.h"
#include "../net/unsent.h"
#include "pump.h"

struct ws_tls;

/* What a descriptor in the epoll set stands for: the first member of each structure that is entered there. */
enum ws_watched { WS_WATCHED_COMMANDS, WS_WATCHED_LISTENER, WS_WATCHED_CLIENT, WS_WATCHED_TARGET };

/* One socket. Watching is edge-triggered: the kernel says once that it is ready, and that is remembered here until a call
 * finds that it is not. */
struct ws_side {
  enum ws_watched watched;
  int fd;             /* -1: none, or closed */
  struct ws_tls *tls; /* NULL: its bytes travel in the clear */
  bool shared;        /* another process may hold the socket, too */
  bool entered;       /* in the epoll set */
  bool awaits_room;   /* there with EPOLLOUT, too: only since the first time that it took no more */
  bool readable;
  bool writable;
  bool hung_up;          /* an end or an error lies behind what is still to be read */
  bool ended;            /* that end has been read */
  bool broken;           /* sending has shown that the peer has reset the connection */
  struct ws_unsent kept; /* payload for this side */
};

enum ws_pair_phase {
  WS_PAIR_OPENING,    /* the request is not complete */
  WS_PAIR_WAITING,    /* it is, and has been reported */
  WS_PAIR_CONNECTING, /* to the target */
  WS_PAIR_OPEN,
  WS_PAIR_PASSING,   /* plain HTTP through TLS: bytes are passed on as they are, to whoever answers */
  WS_PAIR_LINGERING, /* all has been said; the client has not closed yet */
  WS_PAIR_OVER       /* to be freed */
};

/* The stream in one direction. */
enum ws_flow {
  WS_FLOW_GOING,
  WS_FLOW_ENDING, /* nothing more is taken in; what is kept goes out, then the end */
  WS_FLOW_ENDED   /* the end is out, or nobody would get it */
};

/* What is needed between the request and the 101. */
struct ws_opening {
  size_t consumed; /* length of the request */
  enum ws_dialect dialect;
  enum ws_encoding encoding;
  struct ws_pump_target *target;
  size_t tried;        /* of its addresses */
  bool timed_out;      /* the last one tried */
  int64_t deadline_ms; /* for all of them */
  size_t answer_len;
  uint8_t answer[];
};

/* How much of a connection is looked at before the decision. */
#define WS_LONGEST_LOOK (WS_HEAD_BYTES_MAX + WS_KEY3_BYTES)

/* What has come of it through TLS: there it cannot be peeked at. */
struct ws_early {
  size_t len;
  uint8_t bytes[WS_LONGEST_LOOK];
};

struct ws_pair {
  struct ws_side client;
  struct ws_side target;
  enum ws_pair_phase phase;
  uint64_t id; /* 0: not reported yet */
  struct ws_pair *next;
  struct ws_pair *before;
  struct ws_pair *next_in_bucket;
  struct ws_pair *next_ready; /* in the loop's list of those that have more to do, or of those to be freed */
  bool is_ready;
  size_t timer; /* place among the timers + 1; 0 none */

  struct ws_pump_origins from;
  bool proxied;
  int record_fd;
  bool unrecorded; /* a write to it has failed */
  int64_t accepted_ms;
  int64_t deadline_ms; /* of the phase; when OPEN, of the orderly end, 0 while there is none */
  struct ws_opening *opening;
  struct ws_early *early; /* NULL: nothing has been read yet */

  struct ws_decoder decoder;
  struct ws_encoder encoder;
  enum ws_flow in;     /* from the client to the target */
  enum ws_flow out;    /* from the target to the client */
  uint16_t due_code;   /* of the Close that ends `out` */
  uint16_t close_code; /* for the report */
  bool reset_target;   /* the client's connection broke, and so does the target's */
  bool pong_waits;     /* `pong` is to be sent as soon as the control frame before it is out */
  uint8_t pong_len;
  uint8_t pong[WS_CONTROL_PAYLOAD_MAX];
  enum ws_pump_cause cause;
  uint64_t bytes_in;
  uint64_t bytes_out;

  int64_t payload_ms; /* when payload has last moved */
  int64_t heard_ms;   /* when the client has last been heard, or has acknowledged something */
  int64_t pinged_ms;  /* 0: no Ping without an answer */
  uint64_t wire_out;  /* bytes given to the client's socket, and how many of them had been acknowledged */
  uint64_t acknowledged;
  uint64_t ping_end; /* wire_out behind the Ping */
  uint64_t queued;   /* what both sides had still to take when the end was last waited for in vain */
};

#endif
