/* Connections that come in midstream, with a frame begun in each direction. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

struct ends {
  int client;
  int target;
};

static const struct ws_pump_origins nowhere = {.secure = false};

/* The decoder has had the header and "hel" of a frame, the encoder has got rid of "wor" of one. */
static struct ends resume(struct harness *harness, bool frame_open) {
  struct ws_decoder decoder;
  struct ws_encoder encoder;
  uint8_t bytes[] = {0x82, 0x85, 0, 0, 0, 0, 'h', 'e', 'l'};
  struct ws_span payload = {"world", 5};
  struct ws_plan plan;
  int client[2];
  int target[2];
  uint64_t id;
  ws_decoder_init(&decoder, WS_DIALECT_RFC6455, WS_ENCODING_BINARY);
  ws_encoder_init(&encoder, WS_DIALECT_RFC6455, WS_ENCODING_BINARY);
  CHECK(ws_decode(&decoder, bytes, sizeof bytes, bytes).produced == 3);
  if (frame_open) {
    ws_encode_plan(&encoder, &payload, 1, NULL, 0, &plan);
    CHECK(ws_encode_commit(&encoder, &plan, 5) == 3);
  }
  harness_pair(client);
  harness_pair(target);
  CHECK(ws_pump_resume(harness->pump, client[1], target[1], &decoder, &encoder, &nowhere, NULL, &id));
  return (struct ends){client[0], target[0]};
}

static void goes_on(struct harness *harness) {
  struct ends ends = resume(harness, true);
  harness_write(ends.client, "lo", 2);
  harness_expect(ends.target, "lo", 2);
  harness_write(ends.target, "ld", 2);
  harness_expect(ends.client, "ld", 2);
  harness_write(ends.target, "!", 1);
  harness_expect(ends.client, "\x82\x01!", 3);
  harness_write(ends.client, "\x88\x80\0\0\0\0", 6);
  harness_expect_end(ends.target);
  harness_expect(ends.client, "\x88\x00", 2);
  close(ends.target);
  struct ws_pump_event ended = harness_await(harness, WS_PUMP_ENDED);
  CHECK(ended.cause == WS_PUMP_CAUSE_CLIENT && ended.bytes_in == 2 && ended.bytes_out == 3);
  close(ends.client);
}

/* Nobody can fill the frame, so no Close can be sent; the end comes all the same. */
static void ends_within_a_frame(struct harness *harness) {
  struct ends ends = resume(harness, true);
  close(ends.target);
  harness_expect_end(ends.client);
  close(ends.client);
  CHECK(harness_await(harness, WS_PUMP_ENDED).cause == WS_PUMP_CAUSE_TARGET);
}

static void ends_between_frames(struct harness *harness) {
  struct ends ends = resume(harness, false);
  close(ends.target);
  harness_expect(ends.client, "\x88\x02\x03\xe8", 4);
  harness_expect_end(ends.client);
  close(ends.client);
  CHECK(harness_await(harness, WS_PUMP_ENDED).close_code == 1000);
}

static bool is_taken(struct harness *harness, const struct ws_decoder *decoder, const struct ws_encoder *encoder) {
  int client[2];
  int target[2];
  uint64_t id;
  harness_pair(client);
  harness_pair(target);
  bool taken = ws_pump_resume(harness->pump, client[1], target[1], decoder, encoder, &nowhere, NULL, &id);
  close(client[0]);
  close(target[0]);
  return taken;
}

/* Whoever hands a connection over is not to be trusted with the memory of this process. */
static void refuses_what_leads_out_of_its_arrays(struct harness *harness) {
  struct ws_decoder decoder;
  struct ws_encoder encoder;
  ws_decoder_init(&decoder, WS_DIALECT_RFC6455, WS_ENCODING_BINARY);
  ws_encoder_init(&encoder, WS_DIALECT_RFC6455, WS_ENCODING_BINARY);
  CHECK(is_taken(harness, &decoder, &encoder));
  harness_await(harness, WS_PUMP_ENDED);

  struct ws_decoder within_a_header = decoder;
  within_a_header.header_len = 6;
  CHECK(!is_taken(harness, &within_a_header, &encoder));
  struct ws_decoder with_a_long_control = decoder;
  uint8_t ping[] = {0x89, 0xfd, 0, 0, 0, 0};
  CHECK(ws_decode(&with_a_long_control, ping, sizeof ping, ping).consumed == sizeof ping);
  CHECK(is_taken(harness, &with_a_long_control, &encoder));
  harness_await(harness, WS_PUMP_ENDED);
  with_a_long_control.control_len = 1;
  CHECK(!is_taken(harness, &with_a_long_control, &encoder));
  struct ws_encoder with_a_long_tail = encoder;
  with_a_long_tail.tail_len = 200;
  CHECK(!is_taken(harness, &decoder, &with_a_long_tail));
}

int main(void) {
  struct harness harness;
  harness_start(&harness);
  goes_on(&harness);
  ends_within_a_frame(&harness);
  ends_between_frames(&harness);
  refuses_what_leads_out_of_its_arrays(&harness);
  harness_stop(&harness);
  return 0;
}
