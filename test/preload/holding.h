/* Processes that hold a connection, and the Close that the last of them owes to the client. */
#ifndef TEST_PRELOAD_HOLDING_H
#define TEST_PRELOAD_HOLDING_H

#include <sys/types.h>

#include "connection.h"

/* One that a sweep does not leave alone for its youth. */
struct ends holding_open(void);
/* A child that closes the connection, and ends, as soon as nobody has the other end of the pipe any more. */
pid_t holding_fork(int fd, const int gate[2]);
/* The child has ended, and well. */
void holding_await(pid_t child);
/* What comes next is a Close, with code 1000. */
void holding_receive_close(int client);
/* Nothing comes any more. */
void holding_receive_end(int client);

#endif
