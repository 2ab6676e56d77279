/* The subject's line to the client: commands and answers, see client.c. */
#ifndef TEST_DIFFERENTIAL_SIDE_H
#define TEST_DIFFERENTIAL_SIDE_H

#include <stdbool.h>
#include <stdint.h>

void side_connect(const char *path);
/* Sends a command and waits for the answer, which is valid until the next one. */
__attribute__((format(printf, 1, 2))) const char *side_ask(const char *format, ...);
/* The same for a command whose answer is the number of bytes on the wire: waits until so many have arrived at fd. */
__attribute__((format(printf, 2, 3))) void side_ask_and_await(int fd, const char *format, ...);

#endif
