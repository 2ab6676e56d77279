/* From accept(2) to the first frame. The request stays in the kernel's buffer until it is complete: it is only peeked at, and
 * SO_RCVLOWAT keeps the descriptor from being readable until more of it has come. So nothing is held here, nobody waits for
 * a slow client, and poll and epoll tell the truth without our help. */
#ifndef WS_PRELOAD_OPENING_H
#define WS_PRELOAD_OPENING_H

#include <stdbool.h>
#include <stdint.h>

#include "../state/state.h"

/* A connection that the kernel has just accepted on the wrapped listener of that address. False when it was answered, refused
 * or handed over to the relay: then fd is closed and the program never sees it. True when the program gets it: open, with an
 * incomplete request, or as plain TCP. *peer becomes the client's address when the peer is the relay, or a trusted proxy that
 * names it. */
bool ws_opening_admit(int fd, union ws_address *peer, const union ws_address *listener, bool nonblocking);

/* Looks whether the request is complete now; answers it then. Returns the phase after that. Does not wait. The caller does
 * not hold the connection's read side. */
enum ws_phase ws_opening_step(int fd, struct ws_connection *connection);
/* The same for a caller that does. */
enum ws_phase ws_opening_step_held(int fd, struct ws_connection *connection);

/* The program ends the connection before its handshake is complete: answers that, and logs it. */
void ws_opening_abandon(int fd, struct ws_connection *connection);

/* Waits until the handshake is over, one way or the other, but no longer than the socket's option allows: SO_RCVTIMEO or
 * SO_SNDTIMEO. False with errno: EAGAIN, or EINTR as for a blocking read. The caller holds the read side. */
bool ws_opening_wait_held(int fd, struct ws_connection *connection, int option);

/* Deadlines of this process's incomplete handshakes: the nearest, in ms of CLOCK_MONOTONIC, or -1; answers those past it
 * with 408 and ends them. */
int64_t ws_opening_next_deadline(void);
void ws_opening_expire(void);
/* The descriptor does not stand for an incomplete handshake any more. */
void ws_opening_forget(int fd);

#endif
