/* What the server that is measured understands. The first byte of a connection says what it is for. */
#ifndef TEST_BENCH_PURPOSE_H
#define TEST_BENCH_PURPOSE_H

/* All that comes is sent back, this byte too. */
#define PURPOSE_ECHO 'E'
/* The stream comes; ACK is sent for each ACK_EVERY bytes of it that were verified. */
#define PURPOSE_SINK 'K'
#define PURPOSE_ACK 'k'
#define PURPOSE_ACK_EVERY (1u << 20)
/* A decimal number of PURPOSE_SIZE_DIGITS digits follows; the stream is sent, so many bytes a write. */
#define PURPOSE_SOURCE 'S'
#define PURPOSE_SIZE_DIGITS 8

/* Most that the server reads in one call. */
#define PURPOSE_READ_MAX 65536

#endif
