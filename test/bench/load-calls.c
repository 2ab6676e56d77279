/* What is short: round trips, connections, and connections that do nothing. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"
#include "purpose.h"
#include "stream.h"

#define WARM_UP 0.25
#define ROUND_TRIPS_MAX 4000000u
/* Connections at a time while connecting is measured. */
#define BATCH 16

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static void one_trip(struct link *link, const struct wire_out *out, size_t *at) {
  link_send(link, out->bytes + *at, out->message_len);
  link_wait(link, link->in.received + out->size);
  *at = (*at + out->message_len) % out->len;
}

void load_round_trips(const struct load *load) {
  struct link link;
  struct wire_out out;
  float *took = malloc(ROUND_TRIPS_MAX * sizeof *took);
  if (took == NULL || !wire_out_make(&out, load->dialect, load->size))
    load_fail("a size that does not divide the period");
  link_open(&link, load, PURPOSE_ECHO);
  size_t at = 0, count = 0;
  for (double warm = load_now() + WARM_UP * load->seconds; load_now() < warm;)
    one_trip(&link, &out, &at);
  double cpu = load_cpu(load), own = load_own_cpu(), before = load_now(), end = before + load->seconds;
  /* One at least, however little of a CPU there is to be had. */
  do {
    one_trip(&link, &out, &at);
    double after = load_now();
    took[count++] = (float)((after - before) * 1e6);
    before = after;
  } while (before < end && count < ROUND_TRIPS_MAX);
  own = load_own_cpu() - own;
  cpu = load_cpu(load) - cpu;
  qsort(took, count, sizeof *took, by_value);
  printf("{\"count\":%zu,\"p50\":%.2f,\"p90\":%.2f,\"p99\":%.2f,\"cpu\":%.6f,\"load_cpu\":%.6f}\n", count,
         (double)took[count / 2], (double)took[count * 9 / 10], (double)took[count * 99 / 100], cpu, own);
}

static void send_close(const struct link *link) {
  uint8_t frame[16];
  size_t len = wire_close(link->in.dialect, frame);
  if (len > 0) link_send(link, frame, len);
}

/* The server answers a Close by one, and ends the connection. */
static void wait_for_close(struct link *link) {
  uint8_t rest[64];
  if (link->in.dialect == WIRE_TCP) return;
  ssize_t got = recv(link->fd, rest, sizeof rest, 0);
  if (got <= 0 || !wire_in_take(&link->in, rest, (size_t)got) || !link->in.closed) load_fail("the answer to a Close");
}

/* Each step for all of a batch, so that a server always has something to do. */
static void one_batch(const struct load *load, bool close_frames) {
  static const uint8_t echo = PURPOSE_ECHO;
  struct link links[BATCH];
  for (int i = 0; i < BATCH; i++) {
    link_connect(&links[i], load);
    links[i].in.expected = &echo;
    links[i].in.expected_len = 1;
    link_request(&links[i], load);
  }
  for (int i = 0; i < BATCH; i++) {
    link_answer(&links[i]);
    link_say(&links[i], (const char[]){PURPOSE_ECHO, 0});
  }
  for (int i = 0; i < BATCH; i++) {
    link_wait(&links[i], 1);
    if (close_frames) send_close(&links[i]);
  }
  for (int i = 0; i < BATCH; i++) {
    if (close_frames) wait_for_close(&links[i]);
    close(links[i].fd);
  }
}

void load_connects(const struct load *load, bool close_frames) {
  double warm = load_now() + WARM_UP * load->seconds;
  while (load_now() < warm)
    one_batch(load, close_frames);
  double begin = load_now(), cpu = load_cpu(load), own = load_own_cpu();
  unsigned count = 0;
  do {
    one_batch(load, close_frames);
    count += BATCH;
  } while (load_now() < begin + load->seconds);
  double seconds = load_now() - begin;
  own = load_own_cpu() - own;
  cpu = load_cpu(load) - cpu;
  printf("{\"count\":%u,\"seconds\":%.6f,\"cpu\":%.6f,\"load_cpu\":%.6f}\n", count, seconds, cpu, own);
}

void load_idle(const struct load *load) {
  struct link link;
  char byte;
  for (unsigned i = 0; i < load->connections; i++)
    link_open(&link, load, PURPOSE_ECHO);
  printf("{\"connections\":%u}\n", load->connections);
  fflush(stdout);
  if (read(STDIN_FILENO, &byte, 1) < 0) load_fail("standard input");
}
