/* Descriptors come and go: close(2), dup(2) and their kin. */
#ifndef WS_PRELOAD_DESCRIPTORS_H
#define WS_PRELOAD_DESCRIPTORS_H

#include <stdbool.h>

/* As the system calls of these names. The library's own descriptors are not there for the program: EBADF, or skipped. */
int ws_descriptors_close(int fd);
int ws_descriptors_close_range(unsigned first, unsigned last, int flags);
/* closefrom(3), also on kernels without close_range(2). */
void ws_descriptors_close_from(int first);
/* dup2, or dup3 when same_is_fine is false. */
int ws_descriptors_dup_onto(int fd, int onto, int flags, bool same_is_fine);

/* `copy` is a new descriptor of what fd is; returns it. Negative: the call failed. */
int ws_descriptors_copied(int fd, int copy);

/* O_NONBLOCK of the open file behind fd was set. */
void ws_descriptors_set_nonblocking(int fd, bool nonblocking);

#endif
