/* The keeper of a wrapped tree: a process that costs next to nothing and stays as long as the tree does. It holds the socket
 * on which connections are handed over, so that none is lost while no relay runs; starts the relay (a Node process, which does
 * cost something) with the first of them, or at once when asked to; and ends it, and itself, when the last process of the
 * tree is gone.
 *
 * wswrap-keeper NUMBER now|later RELAY [ARGUMENT…]
 * with descriptors: 3 the socket, 4 the shared state, which the tree knows as descriptor NUMBER, 5 the relay's settings, 6 the counter
 * of recordings. */
#define _GNU_SOURCE
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "holders.h"
#include "relay-process.h"

#define SOCKET 3
#define STATE 4
#define COUNTER 6

/* A process is hard to see in the middle of fork and exec, so one look that finds nobody is not believed. */
#define SECOND_LOOK_MS 200
#define LOOKS 3
/* What the program has sent last is still on its way through the relay to its clients. */
#define DRAIN_MS 15000

struct keeper {
  int number;
  bool at_once;
  int holder; /* pidfd of a process of the tree; -1: none is known */
  int misses;
  struct keeper_relay relay;
};

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* False when there has been nobody for some looks. */
static bool look_for_holder(struct keeper *keeper) {
  pid_t pid = keeper_find_holder(STATE, keeper->number, keeper->relay.pid);
  keeper->misses = pid < 0 ? keeper->misses + 1 : 0;
  keeper->holder = pid < 0 ? -1 : (int)syscall(SYS_pidfd_open, pid, 0);
  /* It may have ended in between, and a stranger have its number. */
  if (keeper->holder >= 0 && !keeper_is_holder(pid, STATE, keeper->number)) {
    close(keeper->holder);
    keeper->holder = -1;
  }
  return keeper->misses < LOOKS;
}

static bool relay_may_start(const struct keeper *keeper) {
  return keeper->relay.pid == 0 && now_ms() >= keeper->relay.next_start_ms;
}

/* Milliseconds until something is to be done that no descriptor tells of; -1: never. */
static int patience(const struct keeper *keeper) {
  int64_t until = keeper->holder < 0 ? SECOND_LOOK_MS : -1;
  if (keeper->relay.pid == 0) {
    int64_t pause = keeper->relay.next_start_ms - now_ms();
    until = pause > 0 && (until < 0 || pause < until) ? pause : until;
  }
  return (int)until;
}

static void wait_and_act(struct keeper *keeper) {
  struct pollfd watched[] = {
      {.fd = keeper->holder, .events = POLLIN},
      {.fd = keeper->relay.pidfd, .events = POLLIN},
      {.fd = relay_may_start(keeper) ? SOCKET : -1, .events = POLLIN},
  };
  if (poll(watched, sizeof watched / sizeof *watched, patience(keeper)) <= 0) {
    return;
  }
  if (watched[0].revents != 0) {
    close(keeper->holder);
    keeper->holder = -1;
  }
  if (watched[1].revents != 0) {
    keeper_relay_ended(&keeper->relay, now_ms());
  }
  if (watched[2].revents != 0) {
    keeper_relay_start(&keeper->relay, now_ms());
  }
}

static void keep(struct keeper *keeper) {
  while (keeper->holder >= 0 || look_for_holder(keeper)) {
    if (keeper->at_once && relay_may_start(keeper)) {
      keeper_relay_start(&keeper->relay, now_ms());
    }
    wait_and_act(keeper);
  }
  keeper_relay_stop(&keeper->relay, DRAIN_MS);
}

int main(int count, char **arguments) {
  if (count < 4) {
    return 2;
  }
  prctl(PR_SET_NAME, "wswrap-keeper");
  close_range(COUNTER + 1, ~0U, 0);
  struct keeper keeper = {.number = atoi(arguments[1]),
                          .at_once = strcmp(arguments[2], "now") == 0,
                          .holder = -1,
                          .relay = {.command = arguments + 3, .pidfd = -1}};
  keep(&keeper);
  return 0;
}
