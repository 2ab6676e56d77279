/* The subject's line to the client: commands and answers, see client.c. */
#ifndef TEST_DIFFERENTIAL_SIDE_H
#define TEST_DIFFERENTIAL_SIDE_H

#include <stdbool.h>
#include <stdint.h>

#define SIDES 2

/* Connects to a client, and makes it the one that the functions below talk to. */
void side_connect(int which, const char *path);
void side_use(int which);
/* Sends a command and waits for the answer, which is valid until the next one. */
__attribute__((format(printf, 1, 2))) const char *side_ask(const char *format, ...);
/* The same for a command whose answer is the number of bytes on the wire: waits until so many have arrived at fd. */
__attribute__((format(printf, 2, 3))) void side_ask_and_await(int fd, const char *format, ...);
/* Has the client reset the connection, and waits until that is known here. */
void side_reset(int fd);

#endif
