/* What the pump's thread shares with those who ask it for something. */
#ifndef WS_PUMP_SHARED_H
#define WS_PUMP_SHARED_H

#include <pthread.h>
#include <stdatomic.h>

#include "../core/handshake.h"
#include "../net/proxy-trust.h"
#include "../net/unsent.h"
#include "pump.h"

enum ws_command_kind {
  WS_COMMAND_LISTEN,
  WS_COMMAND_ADOPT,
  WS_COMMAND_CONNECT,
  WS_COMMAND_JOIN,
  WS_COMMAND_REFUSE,
  WS_COMMAND_RESUME,
  WS_COMMAND_IDENTIFY,
  WS_COMMAND_SECURE_TARGETS,
  WS_COMMAND_STOP_LISTENING,
  WS_COMMAND_CLOSE_ALL,
  WS_COMMAND_STOP
};

/* Owns its descriptors and memory until whoever carries it out has taken them (-1, NULL then). */
struct ws_command {
  struct ws_command *next;
  enum ws_command_kind kind;
  enum ws_refusal refusal;
  uint16_t code;
  uint64_t id;
  int fd;
  int target_fd;
  int record_fd;
  struct ws_unsent preface;
  struct ws_pump_origins from;
  struct ws_pump_target *target;
  struct ws_tls_identity *identity;
  struct ws_tls_trust *trust;
  char *host;
  struct ws_decoder *decoder;
  struct ws_encoder *encoder;
};

struct ws_events {
  struct ws_pump_event *list;
  size_t count;
  size_t room;
};

struct ws_pump {
  struct ws_pump_options options;
  struct ws_policy policy; /* loopback and secure are set per connection */
  struct ws_trust trust;
  char *strings[4]; /* that options and policy point to */
  void (*notify)(void *);
  void *argument;
  pthread_t thread;
  int wake; /* eventfd: there are commands */

  pthread_mutex_t lock; /* guards commands, events and finished */
  struct ws_command *first;
  struct ws_command **last;
  struct ws_events events;
  bool finished;

  _Atomic uint64_t next_id;
  _Atomic uint64_t open;
  _Atomic uint64_t opening;
  _Atomic uint64_t bytes_in;
  _Atomic uint64_t bytes_out;
};

/* The thread's side. */
struct ws_command *ws_pump_take_commands(struct ws_pump *pump);
void ws_command_free(struct ws_command *command);
/* Moves the events over, empties *events and notifies. */
void ws_pump_publish(struct ws_pump *pump, struct ws_events *events, bool finished);

/* A place at the end, all zero; NULL when there is no memory. */
struct ws_pump_event *ws_events_add(struct ws_events *events);

/* The thread itself (loop.c). NULL with errno; freed by ws_loop_run, or by ws_loop_free when that is never called. */
struct ws_loop *ws_loop_create(struct ws_pump *pump);
void ws_loop_free(struct ws_loop *loop);
void *ws_loop_run(void *loop);

#endif
