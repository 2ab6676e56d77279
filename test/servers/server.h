/* What the test servers share: words on the command line, a listening socket, and lines on standard output that tell the
 * test what the program saw. The servers are plain TCP programs; none of them knows of WebSocket.
 *
 *   SERVER PORT [WORD | NAME=VALUE]...
 *
 * Words that all understand: address=A (default 127.0.0.1; "::" is dual-stack), rcvbuf=N (SO_RCVBUF of the listener, which its
 * connections have, too), backlog=N (default 4096), twice (listen is called twice), nonblock (the listener does not block),
 * numbers (bind and listen through syscall(2)), unseen (without libc, as if another program had done it).
 * Lines: "pid N" and "ready PORT" once it listens, "accepted PEER" per connection, "ended 0" or "ended ERRNAME" when a
 * read or a write has told that the peer is gone. Anything unexpected ends the program with status 1 and a sentence. */
#ifndef TEST_SERVER_H
#define TEST_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define BUFFER_BYTES 65536

/* Keeps argv for the two functions below, makes standard output line-buffered, ignores SIGPIPE. */
void server_begin(int argc, char **argv);
bool server_word(const char *word);
/* The value of NAME=VALUE, or `otherwise`. */
const char *server_value(const char *name, const char *otherwise);

/* A socket that listens on argv[1], as the words say; announced by "ready". */
int server_listen(void);
/* Likewise on this port, not announced; 0 lets the kernel choose. */
int server_listen_on(int port);
/* Prints "pid" and "ready" with the port that the listener really has. */
void server_ready(int listener);

/* accept(2), announced. -1 when errno is EAGAIN, EINTR or ECONNABORTED: no connection after all. */
int server_accept(int listener);
/* Announces the end of a connection: result of the call that told it (0 or -1 with errno). */
void server_ended(ssize_t result);

/* write(2) until all is written. False when the peer is gone, which is announced. */
bool server_write_all(int fd, const void *data, size_t len);
/* Blocking echo until the end of the stream, which is announced. Does not close. */
void server_echo(int fd);

void server_set_nonblocking(int fd);

/* fork(2). The child gets that signal when its parent ends. */
pid_t server_fork(int signal_at_end);

/* The letter for what a thread does, or the first thread of a process: proc(5). There is no event to wait for when that changes;
 * whoever needs it asks again. */
char server_thread_state(pid_t thread);

/* A system call that goes past libc altogether where we know how, else through syscall(2). */
long server_unseen_call(long number, long a, long b, long c);

/* Prints the sentence with errno's name and ends the program with status 1. */
_Noreturn void server_fail(const char *what);

#endif
