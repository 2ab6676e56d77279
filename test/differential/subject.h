/* The subject of the comparison: a plain TCP server that puts its connections, one after the other or two at once, through a
 * random script, and writes down what it sees. It knows nothing of WebSocket. Shared by its parts. */
#ifndef TEST_DIFFERENTIAL_SUBJECT_H
#define TEST_DIFFERENTIAL_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "random.h"

#define COPIES_MAX 6

struct subject {
  int which;     /* of the seed's connections, and of the clients */
  uint64_t seed; /* of the connection's streams */
  struct chance chance;
  int copies[COPIES_MAX]; /* descriptors of the connection */
  int copy_count;
  bool nonblocking;
  bool complete;    /* the client has made its whole request */
  bool tight;       /* small buffers: the socket gets full soon */
  bool ended;       /* the client has ended its stream */
  bool shut;        /* we have ended ours */
  bool noisy;       /* bytes may be there that are not of the stream */
  uint64_t read;    /* bytes of the client's stream */
  uint64_t fed;     /* sent by the client, and here */
  uint64_t written; /* bytes of our stream */
  uint8_t *buffer;  /* BUFFER_MAX bytes */
};

#define BUFFER_MAX (1 << 20)

/* One of the connection's descriptors. */
int subject_any(struct subject *subject);
static inline size_t subject_there(const struct subject *subject) {
  return (size_t)(subject->fed - subject->read);
}

/* Actions, each a line or more in the transcript. */
void act_read(struct subject *subject);
void act_read_posted(struct subject *subject);
void act_peek_posted(struct subject *subject);
void act_read_to_end(struct subject *subject);
void act_write(struct subject *subject);
void act_write_shut(struct subject *subject);
void act_fill(struct subject *subject);
void act_transfer(struct subject *subject);
void act_wait(struct subject *subject);
void act_epoll(struct subject *subject);
void act_lowat(struct subject *subject);
void act_count(struct subject *subject);
void act_blocking(struct subject *subject);
void act_copy(struct subject *subject);
void act_uncopy(struct subject *subject);
void act_reuse(struct subject *subject);
void act_fork(struct subject *subject);
void act_exec(struct subject *subject);
void act_pass(struct subject *subject);
void act_threads(struct subject *subject);
void act_stream(struct subject *subject);
void act_feed(struct subject *subject);
void act_noise(struct subject *subject);
void act_expect(struct subject *subject);

/* The program that act_exec executes: main when its first argument is "share". Returns the program's status. */
int share_main(char **arguments);

/* Makes the client send n bytes, and waits until they are here. */
void subject_feed(struct subject *subject, uint64_t n);
/* Notes that bytes of the client's stream have been read; says so when they are wrong. */
void subject_took(struct subject *subject, const uint8_t *bytes, size_t len);
/* The same without looking at them. */
void subject_skipped(struct subject *subject, size_t len);
/* Puts the next len bytes of our stream into the buffer. */
const uint8_t *subject_prepare(struct subject *subject, size_t len);

#endif
