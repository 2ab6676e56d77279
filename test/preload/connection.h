/* A connection between a client and the library's own functions, which the tests here are linked with. Failures end the
 * program with status 1 and a sentence. */
#ifndef TEST_PRELOAD_CONNECTION_H
#define TEST_PRELOAD_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

struct ends {
  int server, client;
  _Atomic bool over;
};

/* What the library's constructor does. */
void connection_begin(void);
/* One whose handshake is complete, and whose client has read the answer. */
struct ends connection_open(void);
/* Sends all of it. */
void connection_put(int fd, const void *bytes, size_t len);
/* The program's status: 1, and a sentence, when connections are left in the shared state. */
int connection_end(void);

_Noreturn void connection_fail(const char *what);

#endif
