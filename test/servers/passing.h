/* A descriptor over a Unix socket: one message with one byte; with the word `many` by sendmmsg and recvmmsg. */
#ifndef TEST_PASSING_H
#define TEST_PASSING_H

void pass(int channel, int fd);
/* -1 when the other process has ended. */
int pass_take(int channel);

#endif
