/* Many bytes over one or more connections, as fast as they go. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"
#include "purpose.h"

#define WARM_UP 0.25         /* of the seconds that are measured */
#define IN_FLIGHT (1u << 20) /* most that an echo owes, over all connections */
#define WAIT_MS 20000

struct flow {
  struct link link;
  bool readable, writable;
  uint64_t sent; /* bytes on the wire */
};

struct stream {
  const struct load *load;
  char purpose;
  struct wire_out out;
  struct flow *flows;
  int epoll;
  uint64_t window;     /* messages on the way, for each connection */
  struct link counter; /* asks what the sinks have taken */
};

/* Where the measurement stands. */
struct mark {
  double when; /* seconds of CLOCK_MONOTONIC */
  uint64_t bytes;
  double cpu, load_cpu; /* seconds on a CPU: of what is measured, of this process */
};

static bool may_send(const struct stream *stream, const struct flow *flow) {
  if (stream->purpose == PURPOSE_SOURCE || !flow->writable) return false;
  if (stream->purpose == PURPOSE_SINK) return true;
  uint64_t answered = (flow->link.in.received - 1) / stream->load->size;
  return flow->sent / stream->out.message_len < answered + stream->window;
}

/* To the end of a message where the window ends within the chunk. */
static size_t allowed(const struct stream *stream, const struct flow *flow) {
  if (stream->purpose == PURPOSE_SINK) return WIRE_RUN;
  uint64_t answered = (flow->link.in.received - 1) / stream->load->size;
  uint64_t left = (answered + stream->window) * stream->out.message_len - flow->sent;
  return left < WIRE_RUN ? (size_t)left : WIRE_RUN;
}

static void transmit(const struct stream *stream, struct flow *flow) {
  size_t at = flow->sent % stream->out.len, len = allowed(stream, flow);
  ssize_t sent = send(flow->link.fd, stream->out.bytes + at, len, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) load_fail("send");
  if (sent > 0) flow->sent += (uint64_t)sent;
  flow->writable = sent == (ssize_t)len;
}

static void receive(struct flow *flow) {
  static uint8_t buffer[2 * WIRE_RUN];
  ssize_t got = recv(flow->link.fd, buffer, sizeof buffer, 0);
  if (got == 0 || (got < 0 && errno != EAGAIN)) load_fail("receive");
  if (got > 0 && !wire_in_take(&flow->link.in, buffer, (size_t)got)) {
    errno = EPROTO;
    load_fail(flow->link.in.wrong);
  }
  flow->readable = got == (ssize_t)sizeof buffer;
}

static void wait_for_some(const struct stream *stream) {
  struct epoll_event events[64];
  int count = epoll_wait(stream->epoll, events, 64, WAIT_MS);
  if (count <= 0) load_fail("nothing moves");
  for (int i = 0; i < count; i++) {
    struct flow *flow = events[i].data.ptr;
    flow->readable |= (events[i].events & ~(uint32_t)EPOLLOUT) != 0;
    flow->writable |= (events[i].events & EPOLLOUT) != 0;
  }
}

static void run_until(const struct stream *stream, double end) {
  while (load_now() < end) {
    bool idle = true;
    for (unsigned i = 0; i < stream->load->connections; i++) {
      struct flow *flow = &stream->flows[i];
      if (may_send(stream, flow)) {
        transmit(stream, flow);
        idle = false;
      }
      if (flow->readable) {
        receive(flow);
        idle = false;
      }
    }
    if (idle) wait_for_some(stream);
  }
}

/* What was sent says little of what a server, or a proxy before it, has read. So a sink is asked. */
static struct mark mark(struct stream *stream) {
  struct mark mark = {.when = load_now(), .cpu = load_cpu(stream->load), .load_cpu = load_own_cpu()};
  if (stream->purpose == PURPOSE_SINK) {
    struct taken taken = link_ask_taken(&stream->counter);
    mark.bytes = taken.bytes;
    mark.when = taken.when;
    return mark;
  }
  for (unsigned i = 0; i < stream->load->connections; i++)
    mark.bytes += stream->flows[i].link.in.received;
  return mark;
}

static void open_all(struct stream *stream) {
  for (unsigned i = 0; i < stream->load->connections; i++) {
    struct flow *flow = &stream->flows[i];
    link_open(&flow->link, stream->load, stream->purpose);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = flow};
    fcntl(flow->link.fd, F_SETFL, O_RDWR | O_NONBLOCK);
    if (epoll_ctl(stream->epoll, EPOLL_CTL_ADD, flow->link.fd, &event) < 0) load_fail("epoll_ctl");
  }
}

static void open_counter(struct stream *stream) {
  struct load to = *stream->load;
  if (to.direct != 0) {
    to.port = to.direct;
    to.dialect = WIRE_TCP;
  }
  link_greet(&stream->counter, &to);
}

void load_stream(const struct load *load, char purpose) {
  struct stream stream = {.load = load, .purpose = purpose, .epoll = epoll_create1(EPOLL_CLOEXEC)};
  stream.flows = calloc(load->connections, sizeof *stream.flows);
  stream.window = IN_FLIGHT / load->connections / load->size;
  if (stream.window < 2) stream.window = 2;
  if (stream.epoll < 0 || stream.flows == NULL) load_fail("epoll");
  if (!wire_out_make(&stream.out, load->dialect, load->size)) load_fail("a size that does not divide the period");
  open_all(&stream);
  if (purpose == PURPOSE_SINK) open_counter(&stream);
  run_until(&stream, load_now() + WARM_UP * load->seconds);
  struct mark begin = mark(&stream);
  run_until(&stream, load_now() + load->seconds);
  struct mark end = mark(&stream);
  printf("{\"bytes\":%llu,\"seconds\":%.6f,\"cpu\":%.6f,\"load_cpu\":%.6f}\n",
         (unsigned long long)(end.bytes - begin.bytes), end.when - begin.when, end.cpu - begin.cpu,
         end.load_cpu - begin.load_cpu);
}
