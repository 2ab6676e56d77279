/* Random payloads, cut at random into spans, sent through a kernel that takes random parts, with control frames in
 * between; the client must get exactly what was reported as written. After each commit the progress invariant: when all
 * of a plan's payload is reported, no part of its encoding is left for somebody else to send. */
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "core/encoder.h"
#include "support.h"

#define PAYLOAD_MAX 300000
#define WIRE_MAX (4u * PAYLOAD_MAX)
#define SPANS_MAX 30

/* How much the kernel takes: everything, nothing or a little, anything. */
enum kernel { WHOLE, MISERLY, MOODY, KERNELS };

struct run {
  struct ws_encoder e;
  enum kernel kernel;
  size_t written; /* reported */
  size_t wire_len;
  char controls[8192]; /* as the client should see them */
  size_t scratch_len;
};

static uint8_t payload[PAYLOAD_MAX], wire[WIRE_MAX], received[PAYLOAD_MAX];

static size_t kernel_takes(enum kernel kernel, size_t len) {
  switch (kernel) {
    case WHOLE:
      return len;
    case MISERLY:
      return chance(4) < len ? chance(4) : len;
    default:
      return chance(3) == 0 ? len : chance((uint32_t)len + 1);
  }
}

static size_t send_plan(struct run *run, const struct ws_plan *plan) {
  size_t left = kernel_takes(run->kernel, plan->wire_len), total = 0;
  if (left > plan->wire_len) left = plan->wire_len;
  size_t sent = left;
  for (size_t i = 0; i < plan->span_count; i++) {
    size_t len = plan->spans[i].len;
    CHECK(len > 0);
    total += len;
    if (len > left) len = left;
    memcpy(wire + run->wire_len, plan->spans[i].data, len);
    run->wire_len += len;
    left -= len;
  }
  CHECK(total == plan->wire_len);
  return ws_encode_commit(&run->e, plan, sent);
}

/* The way without a plan leads to the same bytes. */
static void check_header(const struct ws_encoder *e, struct ws_span data, const struct ws_plan *plan) {
  uint8_t header[WS_FRAME_HEADER_OUT_MAX];
  size_t len = ws_encode_header(e, data.len, header);
  bool fits = data.len > 0 && data.len <= WS_FRAME_OUT_MAX;
  CHECK((len > 0) == (fits && e->encoding == WS_ENCODING_BINARY && ws_encoder_idle(e)));
  if (len == 0) return;
  CHECK(plan->span_count == 2 && same_bytes(plan->spans[0].data, plan->spans[0].len, header, len));
  CHECK(plan->spans[1].data == data.data && plan->spans[1].len == data.len);
}

/* payload[written..written + len) as spans, some of them empty. */
static size_t cut(const struct run *run, size_t len, struct ws_span *spans) {
  size_t count = 1 + chance(SPANS_MAX - 1), at = run->written;
  for (size_t i = 0; i < count; i++) {
    size_t left = run->written + len - at;
    size_t piece = i + 1 == count ? left : chance(4) == 0 ? chance(3) : chance((uint32_t)(left / 2 + 1));
    if (piece > left) piece = left;
    spans[i] = (struct ws_span){payload + at, piece};
    at += piece;
  }
  return count;
}

static void attempt(struct run *run, size_t len) {
  struct ws_span spans[SPANS_MAX];
  size_t count = cut(run, len, spans);
  size_t scratch_len = chance(4) ? run->scratch_len : 64 + chance(64);
  struct ws_plan plan;
  ws_encode_plan(&run->e, spans, count, flush(1, scratch_len), scratch_len, &plan);
  if (count == 1 && run->e.close_state == 0) check_header(&run->e, spans[0], &plan);
  CHECK(plan.payload <= len);
  CHECK(len == 0 || plan.payload > 0 || run->e.close_state != 0);
  size_t reported = send_plan(run, &plan);
  CHECK(reported <= plan.payload);
  if (reported == plan.payload && reported > 0) CHECK(run->e.tail_len == 0);
  if (run->e.carry_len > 0) CHECK(ws_encoder_frame_open(&run->e));
  run->written += reported;
}

static bool is_hixie(const struct run *run) {
  return ws_dialect_is_hixie((enum ws_dialect)run->e.dialect);
}

static void expect_control(struct run *run, const char *name, const uint8_t *data, size_t len) {
  if (is_hixie(run)) return;
  char *at = run->controls + strlen(run->controls);
  at += sprintf(at, "%s:", name);
  for (size_t i = 0; i < len; i++)
    at += sprintf(at, "%02x", data[i]);
  strcpy(at, " ");
}

/* Only when none is queued, so that each must arrive. */
static void control(struct run *run) {
  uint8_t data[8];
  size_t len = chance(sizeof data);
  if (run->e.control_len > 0 || strlen(run->controls) > 7000) return;
  chance_fill(data, len);
  if (chance(2)) {
    CHECK(ws_encoder_pong(&run->e, data, len));
    expect_control(run, "pong", data, len);
  } else {
    CHECK(ws_encoder_ping(&run->e, data, len));
    expect_control(run, "ping", data, len);
  }
}

/* The payload that a client has by now: all that was reported, and at most the byte sent ahead; unless a frame is open,
 * which it does not see yet. */
static void check_client(const struct run *run, bool final) {
  struct client client = {.payload = received, .hixie = is_hixie(run), .base64 = run->e.encoding};
  long done = client_read(&client, wire, run->wire_len);
  CHECK(done >= 0);
  CHECK(same_bytes(received, client.payload_len, payload, client.payload_len));
  CHECK(client.payload_len <= run->written + run->e.ahead);
  CHECK(client.frame_payload_max <= WS_FRAME_OUT_MAX);
  if (!final && !ws_encoder_idle(&run->e)) return;
  CHECK(done == (long)run->wire_len);
  CHECK(client.payload_len == run->written + run->e.ahead);
  CHECK(strcmp(client.controls, run->controls) == 0);
}

static bool all_sent(const struct run *run) {
  return ws_encoder_idle(&run->e) && run->e.ahead == 0;
}

static void finish_run(struct run *run) {
  if (run->kernel == MISERLY) run->kernel = MOODY; /* a large frame would take for ever */
  for (int rounds = 0; !all_sent(run) && rounds < 2000; rounds++) {
    bool needs = ws_encoder_frame_open(&run->e) || run->e.ahead > 0;
    size_t left = PAYLOAD_MAX - run->written;
    attempt(run, needs ? (left < 5000 ? left : 5000) : 0);
  }
  CHECK(all_sent(run));
  CHECK(!ws_encoder_has_pending(&run->e));
  CHECK(ws_encoder_close(&run->e, 1000) && ws_encoder_close(&run->e, 1001));
  CHECK(ws_encoder_pong(&run->e, payload, 3));
  CHECK(!ws_encoder_close_sent(&run->e));
  for (int rounds = 0; !ws_encoder_idle(&run->e) && rounds < 2000; rounds++)
    attempt(run, 0);
  CHECK(ws_encoder_close_sent(&run->e));
  attempt(run, 5);
  strcat(run->controls, is_hixie(run) ? "close: " : "close:03e8 ");
  check_client(run, true);
}

static size_t payload_size(void) {
  switch (chance(4)) {
    case 0:
      return chance(4);
    case 1:
      return chance(64);
    case 2:
      return chance(1000);
    default:
      return chance(70000);
  }
}

static void run_once(enum ws_dialect dialect, enum ws_encoding encoding, enum kernel kernel) {
  struct run run = {.kernel = kernel, .scratch_len = chance(2) ? 64 + chance(3) : 64 + chance(70000)};
  ws_encoder_init(&run.e, dialect, encoding);
  for (int i = 0; i < 200 && run.written < PAYLOAD_MAX - 140000 && run.wire_len < WIRE_MAX / 2; i++) {
    size_t len = payload_size();
    attempt(&run, len == 0 && run.e.ahead ? 1 : len);
    if (chance(5) == 0) control(&run);
    if (chance(10) == 0) attempt(&run, 0);
    if (i % 20 == 0) check_client(&run, false);
  }
  finish_run(&run);
}

/* Writes as a caller does who repeats what was not reported; gives up after `most` attempts. */
static size_t write_on(struct run *run, const uint8_t *bytes, size_t len, size_t most) {
  size_t written = 0;
  for (size_t i = 0; i < most && written < len; i++) {
    struct ws_span rest = {bytes + written, len - written};
    struct ws_plan plan;
    ws_encode_plan(&run->e, &rest, 1, flush(1, run->scratch_len), run->scratch_len, &plan);
    check_header(&run->e, rest, &plan);
    written += send_plan(run, &plan);
  }
  return written;
}

/* Two callers on one connection, each of whom gets out what he was told, wherever the other comes in between. */
static void two_writers(enum ws_dialect dialect, enum ws_encoding encoding) {
  static uint8_t main_bytes[20000];
  static const uint8_t aside_bytes[] = "HHHHHHHH";
  struct run run = {.kernel = MOODY, .scratch_len = 64 + chance(2000)};
  size_t written = 0, aside = 0;
  ws_encoder_init(&run.e, dialect, encoding);
  memset(main_bytes, 'm', sizeof main_bytes);
  while (written < sizeof main_bytes) {
    written += write_on(&run, main_bytes + written, sizeof main_bytes - written, 1 + chance(3));
    if (chance(2)) {
      CHECK(write_on(&run, aside_bytes, sizeof aside_bytes - 1, 1000) == sizeof aside_bytes - 1);
      aside += sizeof aside_bytes - 1;
    }
  }
  for (int rounds = 0; ws_encoder_has_pending(&run.e) && rounds < 1000; rounds++)
    write_on(&run, main_bytes, 0, 1);
  CHECK(all_sent(&run));
  struct client client = {.payload = received, .hixie = is_hixie(&run), .base64 = encoding};
  CHECK(client_read(&client, wire, run.wire_len) == (long)run.wire_len);
  CHECK(client.payload_len == written + aside);
  for (size_t i = 0; i < client.payload_len; i++)
    aside -= received[i] == 'H';
  CHECK(aside == 0);
}

/* A caller that repeats what was not reported, and nothing else, always gets it out. */
static void retry(enum ws_dialect dialect, enum ws_encoding encoding, size_t len) {
  for (size_t step = 1; step < 5; step++) {
    struct run run = {.kernel = MISERLY, .scratch_len = 64};
    ws_encoder_init(&run.e, dialect, encoding);
    for (int rounds = 0; run.written < len && rounds < 5000; rounds++)
      attempt(&run, len - run.written);
    CHECK(run.written == len);
    CHECK(all_sent(&run));
    check_client(&run, true);
  }
}

/* Every place at which a plan can be cut, and then another, shorter or longer payload. */
static void cut_everywhere(enum ws_dialect dialect, enum ws_encoding encoding) {
  for (size_t first = 1; first < 12; first++) {
    for (size_t sent = 0; sent < 24; sent++) {
      for (size_t second = 1; second < 12; second++) {
        struct run run = {.kernel = WHOLE, .scratch_len = 64};
        ws_encoder_init(&run.e, dialect, encoding);
        struct ws_span span = {payload, first};
        struct ws_plan plan;
        ws_encode_plan(&run.e, &span, 1, flush(1, 64), 64, &plan);
        if (sent > plan.wire_len) break;
        for (size_t i = 0; i < plan.span_count; i++) {
          size_t room = sent - run.wire_len;
          size_t len = plan.spans[i].len < room ? plan.spans[i].len : room;
          memcpy(wire + run.wire_len, plan.spans[i].data, len);
          run.wire_len += len;
        }
        run.written = ws_encode_commit(&run.e, &plan, sent);
        CHECK(run.written < first || sent == plan.wire_len);
        attempt(&run, second);
        finish_run(&run);
      }
    }
  }
}

static void control_frames(void) {
  subject("queueing control frames");
  struct ws_encoder e;
  struct ws_plan plan;
  ws_encoder_init(&e, WS_DIALECT_RFC6455, WS_ENCODING_BINARY);
  CHECK(ws_encoder_pong(&e, payload, 3) && ws_encoder_pong(&e, payload + 3, 4));
  ws_encode_plan(&e, NULL, 0, NULL, 0, &plan);
  CHECK(plan.wire_len == 6);
  CHECK(ws_encode_commit(&e, &plan, 1) == 0);
  CHECK(!ws_encoder_pong(&e, payload, 3) && !ws_encoder_ping(&e, payload, 3) && !ws_encoder_close(&e, 1000));
  CHECK(ws_encoder_has_pending(&e) && !ws_encoder_idle(&e));
  ws_encode_plan(&e, NULL, 0, NULL, 0, &plan);
  CHECK(ws_encode_commit(&e, &plan, 5) == 0);
  CHECK(ws_encoder_idle(&e));
  CHECK(ws_encoder_pong(&e, payload, 3) && ws_encoder_close(&e, 1000) && ws_encoder_pong(&e, payload, 3));
  ws_encode_plan(&e, NULL, 0, NULL, 0, &plan);
  CHECK(plan.wire_len == 4 && !ws_encoder_close_sent(&e));
  CHECK(ws_encode_commit(&e, &plan, 3) == 0 && !ws_encoder_close_sent(&e));
  ws_encode_plan(&e, NULL, 0, NULL, 0, &plan);
  CHECK(plan.wire_len == 1 && ws_encode_commit(&e, &plan, 1) == 0 && ws_encoder_close_sent(&e));
}

/* More spans than a plan holds: the frame is as long as those that fit, so that all of it can go out. */
static void many_spans(enum ws_encoding encoding) {
  subject("many spans, %s", encoding == WS_ENCODING_BASE64 ? "base64" : "binary");
  struct ws_span spans[100];
  for (size_t i = 0; i < 100; i++)
    spans[i] = (struct ws_span){payload + i, 1};
  struct run run = {.kernel = WHOLE};
  ws_encoder_init(&run.e, WS_DIALECT_RFC6455, encoding);
  while (run.written < 100) {
    struct ws_plan plan;
    ws_encode_plan(&run.e, spans + run.written, 100 - run.written, flush(1, 64), 64, &plan);
    CHECK(plan.payload > 3);
    run.written += send_plan(&run, &plan);
    CHECK(ws_encoder_idle(&run.e));
  }
  check_client(&run, true);
}

static void open_frame_before_close(void) {
  subject("an open frame has to be filled before the Close");
  struct ws_encoder e;
  struct ws_plan plan;
  struct ws_span span = {payload, 10};
  ws_encoder_init(&e, WS_DIALECT_RFC6455, WS_ENCODING_BINARY);
  ws_encode_plan(&e, &span, 1, NULL, 0, &plan);
  CHECK(ws_encode_commit(&e, &plan, 5) == 3);
  CHECK(ws_encoder_frame_open(&e) && ws_encoder_close(&e, 1000) && !ws_encoder_has_pending(&e));
  span = (struct ws_span){payload, 100};
  ws_encode_plan(&e, &span, 1, NULL, 0, &plan);
  CHECK(plan.payload == 7 && plan.wire_len == 7);
  CHECK(ws_encode_commit(&e, &plan, 7) == 7 && !ws_encoder_frame_open(&e) && ws_encoder_has_pending(&e));
}

int main(void) {
  static const struct {
    enum ws_dialect dialect;
    enum ws_encoding encoding;
    const char *name;
  } kinds[] = {{WS_DIALECT_RFC6455, WS_ENCODING_BINARY, "binary"},
               {WS_DIALECT_RFC6455, WS_ENCODING_BASE64, "base64"},
               {WS_DIALECT_HIXIE76, WS_ENCODING_BASE64, "hixie"}};
  chance_fill(payload, sizeof payload);
  control_frames();
  open_frame_before_close();
  many_spans(WS_ENCODING_BINARY);
  many_spans(WS_ENCODING_BASE64);
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    subject("%s, cut everywhere", kinds[k].name);
    cut_everywhere(kinds[k].dialect, kinds[k].encoding);
    for (size_t len = 1; len < 70; len++) {
      subject("%s, %zu bytes, repeated until they are out", kinds[k].name, len);
      retry(kinds[k].dialect, kinds[k].encoding, len);
    }
    for (unsigned i = 0; i < 150; i++) {
      subject("%s, random run %u", kinds[k].name, i);
      run_once(kinds[k].dialect, kinds[k].encoding, (enum kernel)(i % KERNELS));
    }
    for (unsigned i = 0; i < 150; i++) {
      subject("%s, two writers %u", kinds[k].name, i);
      two_writers(kinds[k].dialect, kinds[k].encoding);
    }
  }
  return finish();
}
