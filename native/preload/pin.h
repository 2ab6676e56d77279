/* A descriptor of our own for a connection, for calls that take more than one system call. Another thread may close the
 * program's descriptor in between, and the kernel give its number to the next client; a plain write(2) holds on to the file
 * that it began with, and so do we. */
#ifndef WS_PRELOAD_PIN_H
#define WS_PRELOAD_PIN_H

#include "../state/state.h"

/* A descriptor that is the connection's for sure, until ws_pin_end: fd itself when no other thread can close it, or when there
 * is nothing better to be had. -1 when fd is not the connection's any more. By the owner of the write side. */
int ws_pin_begin(int fd, struct ws_connection *connection);
/* The one that this thread has for the connection, or -1; gives it back, if there is one. */
int ws_pin_held(const struct ws_connection *connection);
void ws_pin_end(const struct ws_connection *connection);

#endif
