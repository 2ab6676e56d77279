/* The pump's thread: what it waits for, and what its parts share. */
#ifndef WS_PUMP_LOOP_H
#define WS_PUMP_LOOP_H

#include "pair.h"
#include "shared.h"
#include "timers.h"
#include "tls/tls.h"

#define WS_LOOP_BUCKETS 4096

struct ws_listening {
  enum ws_watched watched;
  int fd;
  bool loopback;
  bool wildcard; /* bound to all addresses: each connection has to be asked which one it came to */
  union ws_address local;
  struct ws_listening *next;
};

struct ws_loop {
  struct ws_pump *pump;
  int epoll;
  enum ws_watched commands; /* stands for the eventfd in the epoll set */
  int64_t now_ms;           /* CLOCK_MONOTONIC at the beginning of the round */
  struct ws_timers timers;
  struct ws_events events;         /* of this round */
  struct ws_pump_event unreported; /* what there is no memory for is written here */
  bool asked; /* there are commands; carried out when no event of this round can refer to what they free */
  bool stopping;

  struct ws_pair *pairs;
  size_t in_phase[WS_PAIR_OVER + 1]; /* how many */
  struct ws_pair *buckets[WS_LOOP_BUCKETS];
  struct ws_pair *ready;
  struct ws_pair **last_ready;
  struct ws_pair *over;

  struct ws_tls_identity *identity; /* NULL: no TLS is spoken */
  struct ws_tls_trust *trust;       /* NULL: none is spoken to targets */
  char *target_host;
  bool giving_turns;  /* to those who have more to do */
  int securing_steps; /* of this round */
  size_t securing;    /* TLS handshakes under way */

  struct ws_listening *listeners;
  int64_t accept_again_ms; /* accepting rests until then; 0 it does not */

  /* For whoever is at work; nothing stays in them from one connection to the next. */
  uint8_t *buffer;
  size_t buffer_len;
  uint8_t *scratch;
  size_t scratch_len;
  struct ws_tls_bench bench;
};

/* Enters the side's descriptor in the epoll set; `awaits_room` as the side has it. False with errno. */
bool ws_loop_watch(struct ws_loop *loop, struct ws_side *side);
/* Takes it out again; the descriptor stays open. */
void ws_loop_unwatch(struct ws_loop *loop, struct ws_side *side);
/* From now on the kernel says when the side takes more; at once when it does already. */
void ws_loop_ask_for_room(struct ws_loop *loop, struct ws_side *side);
/* The side takes no more: from now on the kernel says when it does. */
void ws_loop_await_room(struct ws_loop *loop, struct ws_side *side);
/* Closes the side's descriptor and drops what is kept for it. */
void ws_loop_close_side(struct ws_loop *loop, struct ws_side *side);
/* The target is not there: another one may be tried. What is kept for it stays. */
void ws_loop_drop_target(struct ws_loop *loop, struct ws_pair *pair);
/* The connection has more to do, when the others have had their turn. */
void ws_loop_again(struct ws_loop *loop, struct ws_pair *pair);
/* It has not, if it had. */
void ws_loop_not_again(struct ws_loop *loop, struct ws_pair *pair);
void ws_loop_set_timer(struct ws_loop *loop, struct ws_pair *pair, int64_t due_ms);

/* An event of that connection, in which kind, id and origins are set; a place to write to also when there is no memory. */
struct ws_pump_event *ws_loop_report(struct ws_loop *loop, const struct ws_pair *pair, enum ws_pump_event_kind kind);

#endif
