#define _GNU_SOURCE
#include "passing.h"

#include <string.h>

#include "table.h"

static void each_descriptor(const struct msghdr *message, void (*visit)(int fd)) {
  struct msghdr *walked = (struct msghdr *)(uintptr_t)message;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(walked); part != NULL; part = CMSG_NXTHDR(walked, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
      continue;
    }
    size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      visit(fd);
    }
  }
}

static void announce(int fd) {
  struct ws_connection *connection = ws_connection_of(fd);
  if (connection != NULL) {
    atomic_store(&connection->arriving_ms, ws_now_ms());
    atomic_fetch_add(&connection->arriving, 1);
    atomic_fetch_add(&connection->copies, 1);
  }
}

/* Never below zero: a look with MSG_PEEK, or a message that was cut short, makes the counts differ. */
static void settle(int fd) {
  struct ws_connection *connection = ws_connection_of(fd);
  if (connection != NULL) {
    uint32_t count = atomic_load(&connection->arriving);
    while (count > 0 && !atomic_compare_exchange_weak(&connection->arriving, &count, count - 1)) {
    }
  }
}

#define LONGEST_WAY_MS 60000

bool ws_passing_is_under_way(struct ws_connection *connection, int64_t now_ms) {
  return atomic_load(&connection->arriving) > 0 && now_ms - atomic_load(&connection->arriving_ms) < LONGEST_WAY_MS;
}

static void renew(int fd) {
  ws_table_reset(fd);
}

void ws_passing_announce(const struct msghdr *message) {
  if (message->msg_controllen > 0 && ws_process_has_connections()) {
    each_descriptor(message, announce);
  }
}

void ws_passing_withdraw(const struct msghdr *message) {
  if (message->msg_controllen > 0 && ws_process_has_connections()) {
    each_descriptor(message, settle);
  }
}

void ws_passing_arrived(struct msghdr *message, int flags) {
  if (message->msg_controllen > 0 && ws_process_active()) {
    each_descriptor(message, renew);
    if (!(flags & MSG_PEEK) && ws_process_has_connections()) {
      each_descriptor(message, settle);
    }
  }
}
