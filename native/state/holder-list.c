#include "holder-list.h"

#include <stddef.h>

/* The `next` of a block that was given back. Whoever still goes through the list of a connection that has ended comes to its
 * end there, and cannot append anything. */
#define GIVEN_BACK UINT32_MAX

static struct ws_holder_block *block_at(struct ws_state *state, uint32_t link) {
  return link == 0 || link == GIVEN_BACK ? NULL : &state->holder_blocks[link - 1];
}

struct ws_holder_walk ws_holder_list_begin(struct ws_connection *connection) {
  return (struct ws_holder_walk){.block = &connection->holders};
}

/* The next place, free or not. */
static _Atomic uint32_t *step(struct ws_state *state, struct ws_holder_walk *walk) {
  if (walk->place == WS_STATE_HOLDERS) {
    walk->block = block_at(state, atomic_load(&walk->block->next));
    walk->place = 0;
  }
  return walk->block != NULL ? &walk->block->entries[walk->place++] : NULL;
}

_Atomic uint32_t *ws_holder_list_next(struct ws_state *state, struct ws_holder_walk *walk, uint32_t *entry) {
  _Atomic uint32_t *place = NULL;
  while (walk->block != NULL && (place = step(state, walk)) != NULL && (*entry = atomic_load(place)) == 0) {
  }
  return place;
}

bool ws_holder_list_has(struct ws_state *state, struct ws_connection *connection, uint32_t entry) {
  uint32_t seen = 0;
  struct ws_holder_walk walk = ws_holder_list_begin(connection);
  while (ws_holder_list_next(state, &walk, &seen) != NULL) {
    if (seen == entry) {
      return true;
    }
  }
  return false;
}

bool ws_holder_list_replace(struct ws_state *state, struct ws_connection *connection, uint32_t old, uint32_t new) {
  uint32_t seen = 0;
  _Atomic uint32_t *place;
  struct ws_holder_walk walk = ws_holder_list_begin(connection);
  while ((place = ws_holder_list_next(state, &walk, &seen)) != NULL) {
    if (seen == old && atomic_compare_exchange_strong(place, &seen, new)) {
      return true;
    }
  }
  return false;
}

static void empty(struct ws_holder_block *block) {
  for (int i = 0; i < WS_STATE_HOLDERS; i++) {
    atomic_store(&block->entries[i], 0);
  }
  atomic_store(&block->next, 0);
}

/* 0: none left. */
static uint32_t take_block(struct ws_state *state) {
  uint32_t first = atomic_load(&state->holder_block_hand);
  for (uint32_t i = 0; i < WS_STATE_HOLDER_BLOCKS; i++) {
    uint32_t at = (first + i) % WS_STATE_HOLDER_BLOCKS;
    if (!atomic_load(&state->holder_blocks[at].used) && !atomic_exchange(&state->holder_blocks[at].used, true)) {
      empty(&state->holder_blocks[at]);
      atomic_store(&state->holder_block_hand, at + 1);
      return at + 1;
    }
  }
  return 0;
}

/* Returns what comes behind it. */
static struct ws_holder_block *give_back(struct ws_state *state, struct ws_holder_block *block) {
  struct ws_holder_block *next = block_at(state, atomic_exchange(&block->next, GIVEN_BACK));
  atomic_store(&block->used, false);
  return next;
}

bool ws_holder_list_enter(struct ws_state *state, struct ws_connection *connection, uint32_t entry) {
  struct ws_holder_walk walk = ws_holder_list_begin(connection);
  for (_Atomic uint32_t *place = step(state, &walk); place != NULL; place = step(state, &walk)) {
    uint32_t nobody = 0;
    if (atomic_load(place) == 0 && atomic_compare_exchange_strong(place, &nobody, entry)) {
      return true;
    }
  }
  return false;
}

bool ws_holder_list_lengthen(struct ws_state *state, struct ws_connection *connection) {
  struct ws_holder_block *last = &connection->holders;
  for (struct ws_holder_block *next; (next = block_at(state, atomic_load(&last->next))) != NULL; last = next) {
  }
  uint32_t end = 0;
  uint32_t taken = take_block(state);
  if (taken != 0 && !atomic_compare_exchange_strong(&last->next, &end, taken)) {
    give_back(state, block_at(state, taken));
  }
  /* Somebody else may have been faster, and then there is room, too. */
  return taken != 0 && end != GIVEN_BACK;
}

void ws_holder_list_free(struct ws_state *state, struct ws_connection *connection) {
  struct ws_holder_block *block = block_at(state, atomic_exchange(&connection->holders.next, GIVEN_BACK));
  while (block != NULL) {
    block = give_back(state, block);
  }
}
