/* libc's own functions, beneath ours. Found on first use, so that a call that arrives before the library's constructor (from
 * another library's constructor) works too. */
#ifndef WS_PRELOAD_REAL_H
#define WS_PRELOAD_REAL_H

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Not in libc's headers without fortification. */
int __vdprintf_chk(int fd, int flag, const char *format, va_list arguments) __attribute__((format(printf, 3, 0)));

/* A list, not code: */
/* clang-format off */
#define WS_REAL_FUNCTIONS(X) \
  X(listen) X(accept) X(accept4) X(socket) X(socketpair) X(read) X(recv) X(recvfrom) X(recvmsg) \
  X(readv) X(write) X(send) X(sendto) X(sendmsg) X(writev) X(close) X(shutdown) X(dup) X(dup2) \
  X(dup3) X(fcntl) X(ioctl) X(ppoll) X(poll) X(select) X(pselect) X(epoll_ctl) X(epoll_wait) \
  X(epoll_pwait) X(epoll_pwait2) X(_exit) X(bind) X(close_range) X(sendfile) X(splice) X(preadv2) \
  X(pwritev2) X(sendmmsg) X(recvmmsg) X(vdprintf) X(__vdprintf_chk) X(fdopen) X(fileno) \
  X(getpeername) X(getsockopt) X(setsockopt) X(fork) X(prctl) X(execve) X(execvpe) X(fexecve) X(execveat) X(posix_spawn) \
  X(posix_spawnp)
/* clang-format on */

enum ws_real {
#define X(name) WS_REAL_##name,
  WS_REAL_FUNCTIONS(X)
#undef X
      WS_REAL_COUNT
};

extern void *_Atomic ws_real_table[WS_REAL_COUNT];
/* Looks the function up in the objects after ours. */
void *ws_real_find(enum ws_real function);

static inline void *ws_real_get(enum ws_real function) {
  void *found = ws_real_table[function];
  return __builtin_expect(found != NULL, 1) ? found : ws_real_find(function);
}

/* REAL(read)(fd, buffer, n) calls libc's read. */
#define REAL(name) ((__typeof__(&(name)))ws_real_get(WS_REAL_##name))

#endif
