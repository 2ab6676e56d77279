#define _GNU_SOURCE
#include "commands.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "accepting.h"
#include "connecting.h"
#include "ending.h"
#include "moving.h"
#include "opening.h"
#include "pairs.h"
#include "sending.h"

/* RFC 6455 section 7.4.1. */
#define CLOSE_GOING_AWAY 1001

static int take_fd(int *fd) {
  int taken = *fd;
  *fd = -1;
  return taken;
}

static void prepare(int fd) {
  int on = 1;
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* The connection when it still waits for that; NULL otherwise. */
static struct ws_pair *waiting(struct ws_loop *loop, const struct ws_command *command) {
  struct ws_pair *pair = ws_pairs_find(loop, command->id);
  return pair != NULL && pair->phase == WS_PAIR_WAITING ? pair : NULL;
}

/* The preface is what is kept for the target before it is there. */
static void take_extra(struct ws_pair *pair, struct ws_command *command) {
  pair->record_fd = take_fd(&command->record_fd);
  pair->target.kept = command->preface;
  command->preface = (struct ws_unsent){NULL, NULL, 0};
}

static void connect_target(struct ws_loop *loop, struct ws_command *command) {
  struct ws_pair *pair = waiting(loop, command);
  if (pair != NULL) {
    struct ws_pump_target *target = command->target;
    command->target = NULL;
    take_extra(pair, command);
    ws_connecting_begin(loop, pair, target);
  }
}

static void join(struct ws_loop *loop, struct ws_command *command) {
  struct ws_pair *pair = waiting(loop, command);
  if (pair != NULL) {
    take_extra(pair, command);
    ws_connecting_join(loop, pair, take_fd(&command->fd));
  }
}

static void refuse(struct ws_loop *loop, const struct ws_command *command) {
  struct ws_pair *pair = waiting(loop, command);
  if (pair != NULL) {
    ws_opening_refuse(loop, pair, command->refusal);
  }
}

static void adopt(struct ws_loop *loop, struct ws_command *command) {
  int fd = take_fd(&command->fd);
  prepare(fd);
  ws_opening_begin(loop, fd, true, &command->from);
}

/* The client has to take that before anything of ours. */
static uint64_t waits_in_kernel(int fd) {
  int queued = 0;
  return ioctl(fd, SIOCOUTQ, &queued) == 0 ? (uint64_t)queued : 0;
}

static void resume(struct ws_loop *loop, struct ws_command *command) {
  struct ws_pair *pair = ws_pairs_add(loop, take_fd(&command->fd), &command->from);
  if (pair == NULL) {
    return;
  }
  ws_pairs_name(loop, pair, command->id);
  pair->target.fd = take_fd(&command->target_fd);
  take_extra(pair, command);
  pair->decoder = *command->decoder;
  pair->encoder = *command->encoder;
  prepare(pair->client.fd);
  prepare(pair->target.fd);
  pair->wire_out = waits_in_kernel(pair->client.fd);
  pair->client.shared = true;
  pair->target.shared = true;
  if (ws_loop_watch(loop, &pair->client) && ws_loop_watch(loop, &pair->target)) {
    ws_moving_begin(loop, pair, WS_PAIR_OPEN, NULL, 0);
  } else {
    pair->cause = WS_PUMP_CAUSE_LOST;
    ws_ending_finish(loop, pair);
  }
}

static void identify(struct ws_loop *loop, struct ws_command *command) {
  ws_tls_identity_free(loop->identity);
  loop->identity = command->identity;
  command->identity = NULL;
}

static void secure_targets(struct ws_loop *loop, struct ws_command *command) {
  ws_tls_trust_free(loop->trust);
  free(loop->target_host);
  loop->trust = command->trust;
  loop->target_host = command->host;
  command->trust = NULL;
  command->host = NULL;
}

static bool is_opening(const struct ws_pair *pair) {
  return pair->phase < WS_PAIR_OPEN;
}

static void close_all(struct ws_loop *loop, uint16_t code) {
  struct ws_pair *next;
  for (struct ws_pair *pair = loop->pairs; pair != NULL; pair = next) {
    next = pair->next;
    if (is_opening(pair)) {
      ws_opening_refuse(loop, pair, WS_REFUSAL_ABANDONED);
    } else if (pair->phase == WS_PAIR_OPEN) {
      ws_ending_close(loop, pair, WS_PUMP_CAUSE_STOPPED, code);
      ws_ending_settle(loop, pair);
    }
  }
}

static void stop(struct ws_loop *loop) {
  ws_accepting_stop(loop);
  close_all(loop, CLOSE_GOING_AWAY);
  while (loop->pairs != NULL) {
    if (loop->pairs->phase == WS_PAIR_OPEN) {
      ws_ending_finish(loop, loop->pairs);
    } else {
      ws_pairs_remove(loop, loop->pairs);
    }
  }
  loop->stopping = true;
}

static void carry_out(struct ws_loop *loop, struct ws_command *command) {
  switch (command->kind) {
    case WS_COMMAND_LISTEN:
      ws_accepting_listen(loop, take_fd(&command->fd));
      break;
    case WS_COMMAND_ADOPT:
      adopt(loop, command);
      break;
    case WS_COMMAND_CONNECT:
      connect_target(loop, command);
      break;
    case WS_COMMAND_JOIN:
      join(loop, command);
      break;
    case WS_COMMAND_REFUSE:
      refuse(loop, command);
      break;
    case WS_COMMAND_RESUME:
      resume(loop, command);
      break;
    case WS_COMMAND_IDENTIFY:
      identify(loop, command);
      break;
    case WS_COMMAND_SECURE_TARGETS:
      secure_targets(loop, command);
      break;
    case WS_COMMAND_STOP_LISTENING:
      ws_accepting_stop(loop);
      break;
    case WS_COMMAND_CLOSE_ALL:
      close_all(loop, command->code);
      break;
    case WS_COMMAND_STOP:
      stop(loop);
      break;
  }
}

void ws_commands_run(struct ws_loop *loop) {
  loop->asked = false;
  struct ws_command *next;
  for (struct ws_command *command = ws_pump_take_commands(loop->pump); command != NULL; command = next) {
    next = command->next;
    if (!loop->stopping) {
      carry_out(loop, command);
    }
    ws_command_free(command);
  }
}
