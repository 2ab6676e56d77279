/* Control frames of our own: Pongs, and the Close. They never wait: what cannot be sent now is kept (the newest Pong only; a
 * Close above all) and sent by whoever has the write side next. */
#ifndef WS_PRELOAD_REPLIES_H
#define WS_PRELOAD_REPLIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../state/state.h"

/* Answers a Ping. */
void ws_replies_pong(int fd, struct ws_connection *connection, const uint8_t *payload, size_t len);
/* Sends the Close, once, with that code (0: none), and ends our direction when it is out. */
void ws_replies_close(int fd, struct ws_connection *connection, uint16_t code);

/* Tries to send what is due if the write side is free; otherwise its owner will. */
void ws_replies_flush(int fd, struct ws_connection *connection);
/* The last chance: by him who closes the connection. */
void ws_replies_flush_last(int fd, struct ws_connection *connection);
/* The same for the owner of the write side. False when something is still due because the socket takes no more. */
bool ws_replies_send(int fd, struct ws_connection *connection);

#endif
