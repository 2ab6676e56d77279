/* What the load generator's modes share. */
#ifndef TEST_BENCH_LOAD_H
#define TEST_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define LOAD_SESSIONS_MAX 8

struct load {
  enum wire_dialect dialect;
  uint16_t port;   /* on 127.0.0.1 */
  uint16_t direct; /* not 0: where the server itself answers to plain TCP */
  size_t size;     /* of a message, in bytes */
  unsigned connections;
  double seconds;                  /* to measure for, after a warm-up */
  int sessions[LOAD_SESSIONS_MAX]; /* whose processes are what is measured, too */
  unsigned session_count;
};

/* Each prints one line of JSON when it is done. */
void load_round_trips(const struct load *load);
void load_connects(const struct load *load, bool close_frames);
void load_stream(const struct load *load, char purpose);
/* Opens the connections, prints a line, and holds them until standard input ends. */
void load_idle(const struct load *load);

/* Ends the process, with status 1: what is measured does not work. */
_Noreturn void load_fail(const char *what);

/* Seconds of CLOCK_MONOTONIC. */
double load_now(void);
/* Seconds that the processes of the sessions have spent on a CPU. */
double load_cpu(const struct load *load);
/* And that this process has. */
double load_own_cpu(void);

/* One connection. */
struct link {
  int fd;
  struct wire_in in;
};
/* Connects, from one of many addresses since each has a limited number of ports. Blocks. */
void link_connect(struct link *link, const struct load *load);
void link_request(const struct link *link, const struct load *load);
/* Waits for the answer to the request. */
void link_answer(const struct link *link);
void link_send(const struct link *link, const uint8_t *bytes, size_t len);
/* One message. */
void link_say(const struct link *link, const char *text);
/* Waits until so many payload bytes have come. */
void link_wait(struct link *link, uint64_t received);
/* Connects, asks and has the answer. */
void link_greet(struct link *link, const struct load *load);
/* All of the above: a connection for that purpose (purpose.h). */
void link_open(struct link *link, const struct load *load, char purpose);

/* What the server's sinks have taken, and when. The connection was opened with link_greet. */
struct taken {
  uint64_t bytes;
  double when; /* seconds of CLOCK_MONOTONIC, by the server */
};
struct taken link_ask_taken(struct link *link);

#endif
