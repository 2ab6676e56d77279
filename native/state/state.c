#define _GNU_SOURCE
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "environment.h"
#include "holder-list.h"

int ws_state_create(void) {
  int low = memfd_create("wswrap", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (low < 0) {
    return -1;
  }
  int fd = fcntl(low, F_DUPFD, WS_FD_FLOOR);
  int saved = errno;
  close(low);
  errno = saved;
  if (fd < 0) {
    return -1;
  }
  struct ws_state *state = NULL;
  /* No process of the tree can make the memory smaller under the others. */
  if (ftruncate(fd, (off_t)sizeof *state) == 0 &&
      fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0) {
    state = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  if (state == NULL || state == MAP_FAILED) {
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  strncpy(state->version, WS_VERSION, sizeof state->version - 1);
  state->layout = (uint32_t)sizeof *state;
  ws_state_unmap(state);
  return fd;
}

struct ws_state *ws_state_map(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0) {
    return NULL;
  }
  if (info.st_size != (off_t)sizeof(struct ws_state)) {
    errno = EINVAL;
    return NULL;
  }
  struct ws_state *state = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (state == MAP_FAILED) {
    return NULL;
  }
  if (state->layout != sizeof *state || strncmp(state->version, WS_VERSION, sizeof state->version) != 0) {
    ws_state_unmap(state);
    errno = EINVAL;
    return NULL;
  }
  return state;
}

void ws_state_unmap(struct ws_state *state) {
  munmap(state, sizeof *state);
}

/* Cookies are consecutive numbers. */
static uint32_t *bucket(struct ws_state *state, uint64_t cookie) {
  return &state->buckets[cookie % WS_STATE_CONNECTIONS];
}

static uint32_t take_slot(struct ws_state *state) {
  if (state->free_head != 0) {
    uint32_t slot = state->free_head - 1;
    state->free_head = state->connections[slot].next;
    return slot;
  }
  uint32_t used = atomic_load(&state->used);
  if (used == WS_STATE_CONNECTIONS) {
    return WS_NO_SLOT;
  }
  atomic_store(&state->used, used + 1);
  return used;
}

uint32_t ws_state_open(struct ws_state *state, uint64_t cookie, pid_t holder) {
  bool owned = ws_lock_take(&state->lock);
  /* A signal handler on top of a change of these lists must not change them. */
  uint32_t slot = owned ? take_slot(state) : WS_NO_SLOT;
  if (slot != WS_NO_SLOT) {
    struct ws_connection *connection = &state->connections[slot];
    uint32_t generation = atomic_load(&connection->generation);
    memset(connection, 0, sizeof *connection);
    atomic_store(&connection->generation, generation);
    connection->cookie = cookie;
    atomic_store(&connection->holders.entries[0], (uint32_t)holder);
    atomic_store(&connection->phase, WS_PHASE_HANDSHAKE);
    connection->next = *bucket(state, cookie);
    *bucket(state, cookie) = slot + 1;
    atomic_fetch_add(&state->live, 1);
  }
  if (owned) {
    ws_lock_release(&state->lock);
  }
  return slot;
}

uint32_t ws_state_find(struct ws_state *state, uint64_t cookie) {
  bool owned = ws_lock_take(&state->lock);
  uint32_t link = *bucket(state, cookie);
  while (link != 0 && state->connections[link - 1].cookie != cookie) {
    link = state->connections[link - 1].next;
  }
  if (owned) {
    ws_lock_release(&state->lock);
  }
  return link == 0 ? WS_NO_SLOT : link - 1;
}

bool ws_state_is_older(struct ws_state *state, uint32_t slot, int64_t before_ms, uint32_t *generation) {
  struct ws_connection *connection = &state->connections[slot];
  /* Under the lock, since opening a slot clears it. */
  bool owned = ws_lock_take(&state->lock);
  *generation = atomic_load(&connection->generation);
  int64_t accepted_ms = atomic_load(&connection->accepted_ms);
  bool older = atomic_load(&connection->phase) != WS_PHASE_FREE && accepted_ms != 0 && accepted_ms < before_ms;
  if (owned) {
    ws_lock_release(&state->lock);
  }
  return older;
}

bool ws_state_finish(struct ws_state *state, uint32_t slot, uint32_t generation) {
  struct ws_connection *connection = &state->connections[slot];
  bool owned = ws_lock_take(&state->lock);
  bool first = atomic_load(&connection->generation) == generation && !atomic_exchange(&connection->finished, true);
  if (owned) {
    ws_lock_release(&state->lock);
  }
  return first;
}

bool ws_state_orphan(struct ws_state *state, uint32_t slot, uint32_t generation) {
  struct ws_connection *connection = &state->connections[slot];
  bool owned = ws_lock_take(&state->lock);
  bool right = atomic_load(&connection->generation) == generation;
  if (right) {
    atomic_store(&connection->orphaned, true);
  }
  if (owned) {
    ws_lock_release(&state->lock);
  }
  return right;
}

static void unlink_slot(struct ws_state *state, uint32_t slot) {
  struct ws_connection *connection = &state->connections[slot];
  uint32_t *link = bucket(state, connection->cookie);
  while (*link != 0 && *link != slot + 1) {
    link = &state->connections[*link - 1].next;
  }
  if (*link != 0) {
    *link = connection->next;
    ws_state_kept_drop(state, connection);
    ws_holder_list_free(state, connection);
    atomic_store(&connection->orphaned, false);
    atomic_store(&connection->phase, WS_PHASE_FREE);
    atomic_fetch_add(&connection->generation, 1);
    connection->cookie = 0;
    connection->next = state->free_head;
    state->free_head = slot + 1;
    atomic_fetch_sub(&state->live, 1);
  }
}

void ws_state_free(struct ws_state *state, uint32_t slot, uint32_t generation) {
  if (!ws_lock_take(&state->lock)) {
    return;
  }
  if (atomic_load(&state->connections[slot].generation) == generation) {
    unlink_slot(state, slot);
  }
  ws_lock_release(&state->lock);
}

void ws_state_decoder_get(const struct ws_state *state, const struct ws_connection *connection,
                          struct ws_decoder *decoder) {
  if (connection->decoding) {
    *decoder = state->decoders[connection - state->connections];
  } else {
    ws_decoder_init(decoder, (enum ws_dialect)connection->encoder.dialect,
                    (enum ws_encoding)connection->encoder.encoding);
  }
}

void ws_state_decoder_put(struct ws_state *state, struct ws_connection *connection, const struct ws_decoder *decoder) {
  bool at_rest = ws_decoder_at_boundary(decoder) && !ws_decoder_ended(decoder);
  if (!at_rest) {
    state->decoders[connection - state->connections] = *decoder;
  }
  connection->decoding = !at_rest;
}

bool ws_state_kept_take(struct ws_state *state, struct ws_connection *connection) {
  for (uint32_t i = 0; i < WS_STATE_KEPT; i++) {
    bool expected = false;
    if (atomic_compare_exchange_strong(&state->kept_used[i], &expected, true)) {
      connection->kept = i + 1;
      connection->kept_len = 0;
      return true;
    }
  }
  return false;
}

void ws_state_kept_drop(struct ws_state *state, struct ws_connection *connection) {
  if (connection->kept != 0) {
    atomic_store(&state->kept_used[connection->kept - 1], false);
    connection->kept = 0;
    connection->kept_len = 0;
  }
}

void ws_state_add_listener(struct ws_state *state, pid_t pid, const char *command, const union ws_address *address,
                           bool wrapped) {
  struct ws_listener *entry = NULL;
  for (size_t i = 0; i < WS_STATE_LISTENERS && entry == NULL; i++) {
    uint32_t expected = 0;
    if (atomic_compare_exchange_strong(&state->listeners[i].used, &expected, 1)) {
      entry = &state->listeners[i];
    }
  }
  if (entry == NULL) {
    return;
  }
  entry->pid = pid;
  entry->port = ws_address_port(address);
  entry->wrapped = wrapped;
  entry->address = *address;
  memcpy(entry->command, command, strnlen(command, sizeof entry->command - 1));
  atomic_store(&entry->used, 2);
}

bool ws_state_listens(struct ws_state *state, uint16_t port) {
  for (size_t i = 0; i < WS_STATE_LISTENERS; i++) {
    if (atomic_load(&state->listeners[i].used) == 2 && state->listeners[i].port == port) {
      return true;
    }
  }
  return false;
}
