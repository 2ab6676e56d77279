#include "epoll-watch.h"

#include <stddef.h>

#include "../state/lock.h"
#include "listener.h"
#include "reading.h"
#include "real.h"
#include "table.h"

#define BUCKETS 4096

struct watch {
  int epoll; /* -1: free */
  int fd;
  struct epoll_event event;
  uint32_t next; /* index + 1, in the bucket or in the list of free ones */
  uint32_t next_of_fd;
};

static struct ws_lock lock;
static bool locked_for_fork;
static struct watch watches[WS_WATCHES_MAX];
static uint32_t used;
static uint32_t free_head;
/* By data, for events; and by descriptor, for changes. */
static uint32_t buckets[BUCKETS];
static uint32_t of_descriptor[WS_TABLE_SIZE];
static bool is_set[WS_TABLE_SIZE];

static uint32_t *bucket_of(int epoll, uint64_t data) {
  return &buckets[(data * 0x9e3779b97f4a7c15u + (uint64_t)(unsigned)epoll * 0xff51afd7ed558ccdu) >> 52];
}

static uint32_t take(void) {
  if (free_head != 0) {
    uint32_t index = free_head;
    free_head = watches[index - 1].next;
    return index;
  }
  return used < WS_WATCHES_MAX ? ++used : 0;
}

static void unlink_from(uint32_t *link, uint32_t index) {
  while (*link != 0 && *link != index) {
    link = &watches[*link - 1].next;
  }
  if (*link != 0) {
    *link = watches[index - 1].next;
  }
}

static void unlink_from_descriptor(uint32_t index) {
  uint32_t *link = &of_descriptor[watches[index - 1].fd];
  while (*link != 0 && *link != index) {
    link = &watches[*link - 1].next_of_fd;
  }
  if (*link != 0) {
    *link = watches[index - 1].next_of_fd;
  }
}

static void forget(uint32_t index) {
  struct watch *watch = &watches[index - 1];
  unlink_from(bucket_of(watch->epoll, watch->event.data.u64), index);
  unlink_from_descriptor(index);
  watch->epoll = -1;
  watch->next = free_head;
  free_head = index;
}

/* For epoll -1: in any set. */
static void forget_descriptor(int epoll, int fd) {
  uint32_t index = of_descriptor[fd];
  while (index != 0) {
    uint32_t next = watches[index - 1].next_of_fd;
    if (epoll < 0 || watches[index - 1].epoll == epoll) {
      forget(index);
    }
    index = next;
  }
}

static void forget_set(int epoll) {
  for (uint32_t index = 1; index <= used; index++) {
    if (watches[index - 1].epoll == epoll) {
      forget(index);
    }
  }
  is_set[epoll] = false;
}

static void set(int epoll, int fd, const struct epoll_event *event) {
  if ((unsigned)epoll >= WS_TABLE_SIZE) {
    return;
  }
  bool owned = ws_lock_take(&lock);
  forget_descriptor(epoll, fd);
  uint32_t index = take();
  if (index != 0) {
    uint32_t *bucket = bucket_of(epoll, event->data.u64);
    watches[index - 1] =
        (struct watch){.epoll = epoll, .fd = fd, .event = *event, .next = *bucket, .next_of_fd = of_descriptor[fd]};
    *bucket = index;
    of_descriptor[fd] = index;
    is_set[epoll] = true;
  }
  if (owned) {
    ws_lock_release(&lock);
  }
}

static void drop(int epoll, int fd) {
  bool owned = ws_lock_take(&lock);
  forget_descriptor(epoll, fd);
  if (owned) {
    ws_lock_release(&lock);
  }
}

static void note(int epoll, int operation, int fd, const struct epoll_event *event) {
  if (operation == EPOLL_CTL_DEL) {
    drop(epoll, fd);
  } else if (event != NULL) {
    set(epoll, fd, event);
  }
}

static bool is_listener(int fd) {
  return ws_entry_kind(ws_table_get(fd)) == WS_KIND_LISTENER;
}

int ws_watch_control(int epoll, int operation, int fd, struct epoll_event *event) {
  /* Before another thread that waits for this set can be woken. */
  if (operation != EPOLL_CTL_DEL && event != NULL && (event->events & EPOLLET)) {
    ws_reading_be_exact(fd);
  }
  /* What is noted of a listener must be what the kernel has when it is set again. */
  bool owned = is_listener(fd) && ws_lock_take(&lock);
  int result = REAL(epoll_ctl)(epoll, operation, fd, event);
  /* Not with the lock: to find out what a descriptor is takes the table's, which comes before this one. */
  if (result == 0 && (owned || ws_table_may_be_ours(fd))) {
    note(epoll, operation, fd, event);
  }
  if (owned) {
    ws_lock_release(&lock);
  }
  return result;
}

/* epoll_ctl(2): what has been added with EPOLLEXCLUSIVE cannot be modified. */
static void rearm(const struct watch *watch) {
  struct epoll_event event = watch->event;
  if (event.events & EPOLLEXCLUSIVE) {
    if (REAL(epoll_ctl)(watch->epoll, EPOLL_CTL_DEL, watch->fd, &event) == 0) {
      REAL(epoll_ctl)(watch->epoll, EPOLL_CTL_ADD, watch->fd, &event);
    }
  } else {
    REAL(epoll_ctl)(watch->epoll, EPOLL_CTL_MOD, watch->fd, &event);
  }
}

void ws_watch_rearm_listeners(void) {
  bool owned = ws_lock_take(&lock);
  for (uint32_t i = 0; i < used; i++) {
    const struct watch *watch = &watches[i];
    if (watch->epoll >= 0 && (watch->event.events & EPOLLET) && !(watch->event.events & EPOLLONESHOT) &&
        is_listener(watch->fd)) {
      rearm(watch);
    }
  }
  if (owned) {
    ws_lock_release(&lock);
  }
}

void ws_watch_closed(int fd) {
  if (used == 0 || (unsigned)fd >= WS_TABLE_SIZE || (of_descriptor[fd] == 0 && !is_set[fd]) ||
      ws_process_is_borrowed()) {
    return;
  }
  bool owned = ws_lock_take(&lock);
  forget_descriptor(-1, fd);
  if (is_set[fd]) {
    forget_set(fd);
  }
  if (owned) {
    ws_lock_release(&lock);
  }
}

bool ws_watch_find(int epoll, uint64_t data, int *fd, struct epoll_event *registered) {
  if (used == 0) {
    return false;
  }
  bool owned = ws_lock_take(&lock);
  uint32_t index = *bucket_of(epoll, data);
  while (index != 0 && (watches[index - 1].epoll != epoll || watches[index - 1].event.data.u64 != data)) {
    index = watches[index - 1].next;
  }
  if (index != 0) {
    *fd = watches[index - 1].fd;
    *registered = watches[index - 1].event;
  }
  if (owned) {
    ws_lock_release(&lock);
  }
  return index != 0;
}

void ws_watch_tell_end(int epoll, uint64_t data) {
  bool owned = ws_lock_take(&lock);
  for (uint32_t index = *bucket_of(epoll, data); index != 0; index = watches[index - 1].next) {
    struct ws_connection *connection = ws_connection_remembered(watches[index - 1].fd);
    if (watches[index - 1].epoll == epoll && watches[index - 1].event.data.u64 == data && connection != NULL) {
      atomic_store(&connection->exact, true);
    }
  }
  if (owned) {
    ws_lock_release(&lock);
  }
}

bool ws_watch_knows(int fd) {
  return (unsigned)fd < WS_TABLE_SIZE && __atomic_load_n(&of_descriptor[fd], __ATOMIC_RELAXED) != 0;
}

bool ws_watch_find_waiting(int epoll, struct epoll_event *registered) {
  bool found = false;
  bool owned = ws_lock_take(&lock);
  for (uint32_t i = 0; i < used && !found; i++) {
    found = watches[i].epoll == epoll && ws_listener_has_waiting(watches[i].fd);
    if (found) {
      *registered = watches[i].event;
    }
  }
  if (owned) {
    ws_lock_release(&lock);
  }
  return found;
}

void ws_watch_before_fork(void) {
  locked_for_fork = ws_lock_take(&lock);
}

/* In the parent and in the child, whose copy of the lock names the parent's thread. */
void ws_watch_after_fork(void) {
  if (locked_for_fork) {
    ws_lock_release(&lock);
  }
}

bool ws_watch_has(int epoll) {
  return (unsigned)epoll < WS_TABLE_SIZE && is_set[epoll];
}
