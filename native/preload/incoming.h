/* Raw bytes from the kernel become payload in the program's buffer; events on the way are acted upon. For the holder of the
 * connection's read side. */
#ifndef WS_PRELOAD_INCOMING_H
#define WS_PRELOAD_INCOMING_H

#include <stdbool.h>
#include <sys/types.h>

#include "../state/state.h"
#include "iov-cursor.h"

/* A client that sends control frames without end must not keep a caller that does not want to wait: after so many rounds and
 * bytes that brought no payload it is told that there is none, and woken up again at once. Not after rounds alone: who reads
 * a byte at a time needs one for each byte of a header. */
#define WS_BARREN_ROUNDS 16
#define WS_BARREN_BYTES 4096
/* Makes the kernel signal once more what is there, also to an edge-triggered set. */
void ws_incoming_wake_again(int fd);

/* A blocking call of the program's may take several system calls of ours, while SO_RCVTIMEO is for all of them together. Before
 * another one that may block: waits for as long as the program's call, which has been waiting since then (ws_now_roughly_ms), may
 * still take. False when its time is up or it is interrupted, with errno. */
bool ws_incoming_wait_further(int fd, int64_t since_ms);
/* Waits until the kernel calls the descriptor readable, likewise. */
bool ws_incoming_wait_readable(int fd, int64_t since_ms);

/* True when the peer will send nothing more that counts. */
bool ws_incoming_ended(struct ws_connection *connection);
/* What a read returns when there is nothing more to come. */
ssize_t ws_incoming_result_at_end(struct ws_connection *connection);

/* One recvmsg for what the vector still has room for, and for `beyond` bytes more, which go into `surplus`. */
ssize_t ws_incoming_receive(int fd, const struct ws_iov_cursor *cursor, uint8_t *surplus, size_t beyond, int flags,
                            size_t *asked);
/* Decodes `raw` bytes that lie at the cursor and, as far as they go beyond the vector's end, in `surplus`, which may be NULL
 * when none do. Payload is put from the cursor on, which moves past it. */
size_t ws_incoming_decode(int fd, struct ws_connection *connection, struct ws_iov_cursor *out, size_t raw,
                          const uint8_t *surplus);
/* Raw bytes that decoding has left behind the payload are not for the program's eyes; many a one sets its buffer to zero once
 * and takes what it reads for a string. */
void ws_incoming_clear(const struct ws_iov_cursor *cursor, size_t len);

/* An error that a look, or the second half of a read, has taken from the socket belongs to the program's next call. */
void ws_incoming_keep_error(struct ws_connection *connection, int error);

#endif
