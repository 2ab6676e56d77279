#include "holder-list.h"

/* In the shared list the slot stands above the entry, which is not 0. */
static uint64_t shared_base(const struct ws_state *state, const struct ws_connection *connection) {
  return (uint64_t)(connection - state->connections) << 32;
}

int ws_holder_list_end(const struct ws_connection *connection) {
  return WS_STATE_HOLDERS + (atomic_load(&connection->crowded) ? WS_STATE_SHARED_HOLDERS : 0);
}

uint32_t ws_holder_list_get(const struct ws_state *state, const struct ws_connection *connection, int place) {
  if (place < WS_STATE_HOLDERS) {
    return atomic_load(&connection->holders[place]);
  }
  uint64_t shared = atomic_load(&state->shared_holders[place - WS_STATE_HOLDERS]);
  return shared >> 32 == shared_base(state, connection) >> 32 ? (uint32_t)shared : 0;
}

static bool replace_own(struct ws_connection *connection, uint32_t old, uint32_t new) {
  for (int i = 0; i < WS_STATE_HOLDERS; i++) {
    uint32_t expected = old;
    if (atomic_load(&connection->holders[i]) == old &&
        atomic_compare_exchange_strong(&connection->holders[i], &expected, new)) {
      return true;
    }
  }
  return false;
}

static bool replace_shared(struct ws_state *state, uint64_t old, uint64_t new) {
  for (int i = 0; i < WS_STATE_SHARED_HOLDERS; i++) {
    uint64_t expected = old;
    if (atomic_load(&state->shared_holders[i]) == old &&
        atomic_compare_exchange_strong(&state->shared_holders[i], &expected, new)) {
      return true;
    }
  }
  return false;
}

bool ws_holder_list_enter(struct ws_state *state, struct ws_connection *connection, uint32_t entry) {
  if (replace_own(connection, 0, entry)) {
    return true;
  }
  /* Before the entry is there: whoever looks for it then looks in both lists. */
  atomic_store(&connection->crowded, true);
  return replace_shared(state, 0, shared_base(state, connection) | entry);
}

bool ws_holder_list_replace(struct ws_state *state, struct ws_connection *connection, uint32_t old, uint32_t new) {
  if (replace_own(connection, old, new)) {
    return true;
  }
  uint64_t base = shared_base(state, connection);
  return atomic_load(&connection->crowded) && replace_shared(state, base | old, new == 0 ? 0 : base | new);
}

void ws_holder_list_purge(struct ws_state *state, bool (*gone)(uint32_t entry)) {
  for (int i = 0; i < WS_STATE_SHARED_HOLDERS; i++) {
    uint64_t shared = atomic_load(&state->shared_holders[i]);
    if (shared != 0 && gone((uint32_t)shared)) {
      atomic_compare_exchange_strong(&state->shared_holders[i], &shared, 0);
    }
  }
}

void ws_holder_list_clear(struct ws_state *state, struct ws_connection *connection) {
  uint64_t base = shared_base(state, connection);
  for (int i = 0; i < WS_STATE_SHARED_HOLDERS && atomic_load(&connection->crowded); i++) {
    uint64_t shared = atomic_load(&state->shared_holders[i]);
    if (shared != 0 && shared >> 32 == base >> 32) {
      atomic_compare_exchange_strong(&state->shared_holders[i], &shared, 0);
    }
  }
}
