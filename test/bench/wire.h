/* A client's side of the wire, for each dialect that is measured: what it sends is made beforehand, what it gets is
 * verified in long runs, so that the client costs less than any server. */
#ifndef TEST_BENCH_WIRE_H
#define TEST_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wire_dialect { WIRE_TCP, WIRE_RFC6455, WIRE_BASE64, WIRE_HIXIE76, WIRE_DIALECTS };

/* "tcp", "rfc6455", "base64", "hixie76". False when it is none of them. */
bool wire_dialect_from_name(const char *name, enum wire_dialect *dialect);

/* The request for that host and port; empty for plain TCP. Returns its length. */
size_t wire_request(enum wire_dialect dialect, const char *host, uint16_t port, char *out, size_t room);
/* 1 when the len bytes are the whole of a good answer to that request, 0 when they may become it, -1 when not. */
int wire_answer(enum wire_dialect dialect, const char *bytes, size_t len);

/* Bytes on the wire for a message of that size, at most. */
#define WIRE_ROOM(size) ((size) / 3 * 4 + 32)
/* Writes one message to out; returns its length on the wire, which is the same for each message of that size. */
size_t wire_message(enum wire_dialect dialect, const uint8_t *payload, size_t size, uint8_t *out);
/* A client's Close; nothing for plain TCP. Returns its length. */
size_t wire_close(enum wire_dialect dialect, uint8_t out[16]);

/* One period of the stream (stream.h) in messages of one size. */
#define WIRE_RUN 65536u
struct wire_out {
  uint8_t
      *bytes;  /* of the period, and the first WIRE_RUN once more, so that as many lie together from any place in it */
  size_t len;  /* of the period */
  size_t size; /* of a message */
  size_t message_len; /* on the wire */
};
/* False when the size does not divide the stream's period. The bytes live as long as the process. */
bool wire_out_make(struct wire_out *out, enum wire_dialect dialect, size_t size);

/* What the server sends. All zero but for the dialect is the state after the handshake. */
struct wire_in {
  enum wire_dialect dialect;
  const uint8_t *expected; /* payload that comes before the stream: expected_len bytes */
  size_t expected_len;
  char *kept; /* not NULL: where payload is put instead of being compared with the stream */
  size_t kept_room;
  uint64_t received; /* payload bytes */
  bool closed;       /* a Close has come */
  const char *wrong; /* what is wrong, or NULL */

  int state;
  uint8_t head[14];
  size_t head_len;
  uint64_t left; /* of the frame */
  uint8_t quad[4];
  size_t quad_len;
};
/* False when something is wrong. */
bool wire_in_take(struct wire_in *in, const uint8_t *bytes, size_t len);

#endif
