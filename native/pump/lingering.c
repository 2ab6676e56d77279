#include "lingering.h"

#include <errno.h>
#include <sys/socket.h>

#include "opening.h"
#include "pairs.h"

/* Bytes that a turn spends on what nobody wants. */
#define DISCARDED_A_TURN WS_HEAD_BYTES_MAX

void ws_lingering_turn(struct ws_loop *loop, struct ws_pair *pair) {
  for (size_t taken = 0; taken < DISCARDED_A_TURN;) {
    /* Whatever it is: records, too, are but bytes now. */
    ssize_t len = recv(pair->client.fd, loop->buffer, loop->buffer_len, MSG_DONTWAIT);
    if (len < 0 && errno == EAGAIN) {
      return;
    }
    if (len <= 0) {
      ws_pairs_remove(loop, pair);
      return;
    }
    taken += (size_t)len;
  }
  ws_loop_again(loop, pair);
}

void ws_lingering_begin(struct ws_loop *loop, struct ws_pair *pair) {
  ws_opening_forget(pair);
  ws_pairs_end_recording(pair);
  ws_loop_close_side(loop, &pair->target);
  ws_pairs_enter_phase(loop, pair, WS_PAIR_LINGERING);
  if (loop->in_phase[WS_PAIR_LINGERING] > WS_LINGERING_MAX ||
      (!pair->client.entered && !ws_loop_watch(loop, &pair->client))) {
    ws_pairs_remove(loop, pair);
    return;
  }
  ws_loop_set_timer(loop, pair, loop->now_ms + WS_LINGER_MS);
  ws_lingering_turn(loop, pair);
}
