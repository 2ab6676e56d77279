/* What the server that is measured understands. The first byte of a connection says what it is for. */
#ifndef TEST_BENCH_PURPOSE_H
#define TEST_BENCH_PURPOSE_H

/* All that comes is sent back, this byte too. */
#define PURPOSE_ECHO 'E'
/* The stream comes and is verified. */
#define PURPOSE_SINK 'K'
/* Each time that something comes, this byte too, the answer is two numbers of PURPOSE_NUMBER_DIGITS digits: how many bytes all
 * sinks have taken, and the nanoseconds of CLOCK_MONOTONIC at which this was so. Nothing is sent on a sink's own
 * connection, as that would be measured, too. */
#define PURPOSE_TAKEN 'T'
#define PURPOSE_NUMBER_DIGITS 20
/* A decimal number of PURPOSE_SIZE_DIGITS digits follows; the stream is sent, so many bytes a write. */
#define PURPOSE_SOURCE 'S'
#define PURPOSE_SIZE_DIGITS 8

/* Most that the server reads in one call. */
#define PURPOSE_READ_MAX 65536

#endif
