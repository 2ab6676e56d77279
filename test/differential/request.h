/* The client's opening request. */
#ifndef TEST_DIFFERENTIAL_REQUEST_H
#define TEST_DIFFERENTIAL_REQUEST_H

#include <stddef.h>

#include "dialect.h"

/* Writes it to `out`; returns its length, 0 for plain TCP. */
size_t request_write(enum dialect dialect, int port, char *out, size_t room);

#endif
