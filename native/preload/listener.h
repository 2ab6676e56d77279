/* Listening sockets on wrapped ports. */
#ifndef WS_PRELOAD_LISTENER_H
#define WS_PRELOAD_LISTENER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "../state/state.h"

/* Before listen(2): a client that comes at once must find the socket as it is to be. Returns the backlog to be asked for. */
int ws_listener_opens(int fd, int backlog);
/* After a successful listen(2): wraps the socket when its port is one of ours, and remembers it for the launcher. */
void ws_listener_opened(int fd);
/* True when the socket, which this process did not open, listens on a wrapped port; it is entered in the table then. */
bool ws_listener_recognise(int fd);
/* The index of a listener's entry, or -1 when fd is none. Finds inherited listeners too. */
int ws_listener_index(int fd);
/* The descriptor's entry is gone. */
void ws_listener_drop(int fd, uint32_t index);
/* In the child of a fork: a connection that the parent has taken in advance is the parent's. */
void ws_listener_in_child(void);
void ws_listener_set_nonblocking(int fd, bool nonblocking);
bool ws_listener_is_nonblocking(int fd);

/* accept4(2) on a wrapped listener: returns good connections only; bad ones are answered and closed on the way, a bounded number
 * of them when the listener does not block (EAGAIN). */
int ws_listener_accept(int fd, uint32_t index, struct sockaddr *address, socklen_t *len, int flags);

/* Stores a peer's address as accept(2) does: cut to *len, which becomes its whole length. */
void ws_listener_give_address(const union ws_address *peer, struct sockaddr *address, socklen_t *len);

/* For a blocking listener that the kernel calls readable: makes sure that accept would not block, by taking the connection in
 * advance. True when there is one. */
bool ws_listener_settle(int fd, uint32_t index);
/* True when a connection that was taken in advance waits for accept. */
bool ws_listener_has_waiting(int fd);
/* True when any listener of this process has one; cheap. */
bool ws_listener_any_waiting(void);

#endif
