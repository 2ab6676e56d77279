/* A round: wait, look at what has happened, give those who have more to do another turn, see who is late, and report.
 *
 * A connection moves a bounded number of bytes a turn, and a busy one gets its next turn only after the others have had
 * theirs. Descriptors are entered in the epoll set once and edge-triggered, so moving bytes takes no other calls than
 * epoll_wait, recv and sendmsg. */
#define _GNU_SOURCE
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "accepting.h"
#include "commands.h"
#include "connecting.h"
#include "lingering.h"
#include "moving.h"
#include "opening.h"
#include "pairs.h"
#include "watching.h"

#define EVENTS_AT_ONCE 256
/* Bytes read at a time: a request has to fit; and more than this is slower, since what was read should still be in the
 * processor's first cache when it is sent. */
#define SMALLEST_BUFFER WS_LONGEST_LOOK
#define LARGEST_BUFFER 49152

/* Base64 makes 4 characters of 3 bytes; the encoder wants some room besides. */
static size_t scratch_for(size_t payload) {
  return payload / 3 * 4 + 64;
}

static size_t within(size_t least, size_t value, size_t most) {
  return value < least ? least : value > most ? most : value;
}

static int64_t clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void ws_loop_free(struct ws_loop *loop) {
  if (loop->epoll >= 0) {
    close(loop->epoll);
  }
  free(loop->timers.heap);
  free(loop->buffer);
  free(loop->scratch);
  free(loop->events.list);
  ws_tls_bench_free(&loop->bench);
  ws_tls_identity_free(loop->identity);
  ws_tls_trust_free(loop->trust);
  free(loop->target_host);
  free(loop);
}

static bool enter(struct ws_loop *loop, int fd, uint32_t events, enum ws_watched *watched) {
  struct epoll_event event = {.events = events, .data.ptr = watched};
  return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

struct ws_loop *ws_loop_create(struct ws_pump *pump) {
  struct ws_loop *loop = calloc(1, sizeof *loop);
  if (loop == NULL) {
    return NULL;
  }
  loop->pump = pump;
  loop->last_ready = &loop->ready;
  loop->buffer_len = within(SMALLEST_BUFFER, pump->options.buffer_bytes, LARGEST_BUFFER);
  loop->scratch_len = scratch_for(loop->buffer_len);
  loop->buffer = malloc(loop->buffer_len);
  loop->scratch = malloc(loop->scratch_len);
  loop->epoll = epoll_create1(EPOLL_CLOEXEC);
  loop->commands = WS_WATCHED_COMMANDS;
  if (loop->buffer == NULL || loop->scratch == NULL || loop->epoll < 0 ||
      !enter(loop, pump->wake, EPOLLIN, &loop->commands)) {
    int saved = errno;
    ws_loop_free(loop);
    errno = saved;
    return NULL;
  }
  return loop;
}

static uint32_t edges(const struct ws_side *side) {
  return EPOLLET | EPOLLIN | EPOLLRDHUP | (side->awaits_room ? (uint32_t)EPOLLOUT : 0);
}

bool ws_loop_watch(struct ws_loop *loop, struct ws_side *side) {
  side->entered = enter(loop, side->fd, edges(side), &side->watched);
  return side->entered;
}

void ws_loop_unwatch(struct ws_loop *loop, struct ws_side *side) {
  side->entered = false;
  epoll_ctl(loop->epoll, EPOLL_CTL_DEL, side->fd, NULL);
}

void ws_loop_ask_for_room(struct ws_loop *loop, struct ws_side *side) {
  side->awaits_room = true;
  struct epoll_event event = {.events = edges(side), .data.ptr = &side->watched};
  /* What has become ready meanwhile is reported. */
  epoll_ctl(loop->epoll, EPOLL_CTL_MOD, side->fd, &event);
}

void ws_loop_await_room(struct ws_loop *loop, struct ws_side *side) {
  side->writable = false;
  if (!side->awaits_room) {
    ws_loop_ask_for_room(loop, side);
  }
}

/* Not left to close(2): as long as anybody else holds the socket, that does not take it out of the epoll set, nor end the
 * connection. Another process may have handed it over, and any child has a copy until it executes something. */
static void close_descriptor(struct ws_loop *loop, struct ws_side *side) {
  if (side->fd < 0) {
    return;
  }
  if (side->entered) {
    ws_loop_unwatch(loop, side);
  }
  if (side->shared) {
    shutdown(side->fd, SHUT_RDWR);
  }
  close(side->fd);
  side->fd = -1;
}

void ws_loop_close_side(struct ws_loop *loop, struct ws_side *side) {
  close_descriptor(loop, side);
  side->ended = true;
  side->readable = false;
  ws_tls_free(side->tls);
  side->tls = NULL;
  ws_unsent_free(&side->kept);
}

void ws_loop_drop_target(struct ws_loop *loop, struct ws_pair *pair) {
  struct ws_side *target = &pair->target;
  close_descriptor(loop, target);
  ws_tls_free(target->tls);
  target->tls = NULL;
  target->awaits_room = false;
  target->readable = false;
  target->writable = false;
  target->hung_up = false;
}

void ws_loop_not_again(struct ws_loop *loop, struct ws_pair *pair) {
  if (!pair->is_ready) {
    return;
  }
  struct ws_pair **at = &loop->ready;
  while (*at != pair) {
    at = &(*at)->next_ready;
  }
  *at = pair->next_ready;
  if (loop->last_ready == &pair->next_ready) {
    loop->last_ready = at;
  }
  pair->is_ready = false;
}

void ws_loop_again(struct ws_loop *loop, struct ws_pair *pair) {
  if (!pair->is_ready) {
    pair->is_ready = true;
    pair->next_ready = NULL;
    *loop->last_ready = pair;
    loop->last_ready = &pair->next_ready;
  }
}

void ws_loop_set_timer(struct ws_loop *loop, struct ws_pair *pair, int64_t due_ms) {
  ws_timers_set(&loop->timers, pair, due_ms);
}

struct ws_pump_event *ws_loop_report(struct ws_loop *loop, const struct ws_pair *pair, enum ws_pump_event_kind kind) {
  struct ws_pump_event *event = ws_events_add(&loop->events);
  if (event == NULL) {
    event = &loop->unreported;
  }
  event->kind = kind;
  event->id = pair->id;
  event->from = pair->from;
  return event;
}

static struct ws_pair *pair_of(enum ws_watched *watched) {
  char *side = (char *)watched;
  size_t offset = *watched == WS_WATCHED_CLIENT ? offsetof(struct ws_pair, client) : offsetof(struct ws_pair, target);
  return (struct ws_pair *)(void *)(side - offset);
}

static void note(struct ws_side *side, uint32_t events) {
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
    side->readable = true;
  }
  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
    side->hung_up = true;
  }
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) {
    side->writable = true;
  }
}

static void turn(struct ws_loop *loop, struct ws_pair *pair) {
  switch (pair->phase) {
    case WS_PAIR_OPENING:
      ws_opening_look(loop, pair);
      break;
    case WS_PAIR_CONNECTING:
      ws_connecting_step(loop, pair);
      break;
    case WS_PAIR_OPEN:
    case WS_PAIR_PASSING:
      ws_moving_turn(loop, pair);
      break;
    case WS_PAIR_LINGERING:
      ws_lingering_turn(loop, pair);
      break;
    case WS_PAIR_WAITING:
    case WS_PAIR_OVER:
      break;
  }
}

static void handle(struct ws_loop *loop, const struct epoll_event *event) {
  enum ws_watched *watched = event->data.ptr;
  switch (*watched) {
    case WS_WATCHED_COMMANDS:
      loop->asked = true;
      break;
    case WS_WATCHED_LISTENER:
      ws_accepting_turn(loop, (struct ws_listening *)(void *)watched);
      break;
    case WS_WATCHED_CLIENT:
      note(&pair_of(watched)->client, event->events);
      turn(loop, pair_of(watched));
      break;
    case WS_WATCHED_TARGET:
      note(&pair_of(watched)->target, event->events);
      turn(loop, pair_of(watched));
      break;
  }
}

/* Those who are ready now; whoever becomes so by his turn waits for the next round. */
static void give_turns(struct ws_loop *loop) {
  size_t count = 0;
  for (struct ws_pair *pair = loop->ready; pair != NULL; pair = pair->next_ready) {
    count++;
  }
  loop->giving_turns = true;
  for (; count > 0 && loop->ready != NULL; count--) {
    struct ws_pair *pair = loop->ready;
    ws_loop_not_again(loop, pair);
    turn(loop, pair);
  }
  loop->giving_turns = false;
}

static int64_t sooner(int64_t a_ms, int64_t b_ms) {
  return a_ms < b_ms ? a_ms : b_ms;
}

static int patience(const struct ws_loop *loop) {
  if (loop->ready != NULL) {
    return 0;
  }
  int64_t due = ws_timers_next(&loop->timers);
  if (loop->accept_again_ms > 0) {
    due = due < 0 ? loop->accept_again_ms : sooner(due, loop->accept_again_ms);
  }
  if (due < 0) {
    return -1;
  }
  int64_t left = due - clock_ms();
  return left <= 0 ? 0 : (int)sooner(left, INT32_MAX);
}

static void see_who_is_late(struct ws_loop *loop) {
  struct ws_pair *pair;
  while ((pair = ws_timers_take(&loop->timers, loop->now_ms)) != NULL) {
    ws_watching_late(loop, pair);
  }
  if (loop->accept_again_ms > 0 && loop->accept_again_ms <= loop->now_ms) {
    ws_accepting_resume(loop);
  }
}

static void go_round(struct ws_loop *loop) {
  struct epoll_event events[EVENTS_AT_ONCE];
  int count = epoll_wait(loop->epoll, events, EVENTS_AT_ONCE, patience(loop));
  loop->now_ms = clock_ms();
  loop->securing_steps = 0;
  for (int i = 0; i < count; i++) {
    handle(loop, &events[i]);
  }
  if (loop->asked) {
    ws_commands_run(loop);
  }
  give_turns(loop);
  see_who_is_late(loop);
  ws_pairs_free_removed(loop);
  if (loop->events.count > 0) {
    ws_pump_publish(loop->pump, &loop->events, false);
  }
}

void *ws_loop_run(void *argument) {
  struct ws_loop *loop = argument;
  struct ws_pump *pump = loop->pump;
  loop->now_ms = clock_ms();
  while (!loop->stopping) {
    go_round(loop);
  }
  ws_pump_publish(pump, &loop->events, true);
  ws_loop_free(loop);
  return NULL;
}
