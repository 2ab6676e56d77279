/* syscall(2): some programs reach the kernel by number (libuv closes descriptors that way). Numbers of the calls that are
 * hooked go the hooked way; all others straight to the kernel. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "../state/raw-syscall.h"
#include "hooks.h"
#include "log.h"

struct arguments {
  long a, b, c, d, e, f;
};

static void *pointer(long argument) {
  return (void *)(uintptr_t)argument;
}

static long straight(long number, const struct arguments *to) {
  long result = ws_raw_syscall(number, to->a, to->b, to->c, to->d, to->e, to->f);
  if (result < 0 && result > -4096) {
    errno = (int)-result;
    return -1;
  }
  return result;
}

/* What goes through a ring is never seen here. A program may use one for files only, so it gets it. */
static long set_up_ring(long number, const struct arguments *to) {
  long ring = straight(number, to);
  if (ring >= 0) {
    ws_log_warning("uses io_uring; connections that it serves through it cannot be seen");
  }
  return ring;
}

static long bytes(long number, const struct arguments *to) {
  int fd = (int)to->a;
  void *data = pointer(to->b);
  size_t len = (size_t)to->c;
  switch (number) {
    case SYS_read:
      return read(fd, data, len);
    case SYS_write:
      return write(fd, data, len);
    case SYS_readv:
      return readv(fd, data, (int)to->c);
    case SYS_writev:
      return writev(fd, data, (int)to->c);
    case SYS_recvfrom:
      return recvfrom(fd, data, len, (int)to->d, pointer(to->e), pointer(to->f));
    case SYS_sendto:
      return sendto(fd, data, len, (int)to->d, pointer(to->e), (socklen_t)to->f);
    case SYS_recvmsg:
      return recvmsg(fd, data, (int)to->c);
    case SYS_sendmsg:
      return sendmsg(fd, data, (int)to->c);
    case SYS_seccomp:
      ws_process_enters_sandbox();
      return straight(number, to);
    case SYS_io_uring_setup:
      return set_up_ring(number, to);
    case SYS_sendfile:
      return sendfile(fd, (int)to->b, pointer(to->c), (size_t)to->d);
    case SYS_splice:
      return splice(fd, data, (int)to->c, pointer(to->d), (size_t)to->e, (unsigned)to->f);
    case SYS_sendmmsg:
      return sendmmsg(fd, data, (unsigned)to->c, (int)to->d);
    case SYS_getsockopt:
      return getsockopt(fd, (int)to->b, (int)to->c, pointer(to->d), pointer(to->e));
    case SYS_setsockopt:
      return setsockopt(fd, (int)to->b, (int)to->c, pointer(to->d), (socklen_t)to->e);
    case SYS_recvmmsg:
      return recvmmsg(fd, data, (unsigned)to->c, (int)to->d, pointer(to->e));
    default:
      return straight(number, to);
  }
}

static long descriptors(long number, const struct arguments *to) {
  int fd = (int)to->a;
  switch (number) {
    case SYS_close:
      return close(fd);
    case SYS_close_range:
      return close_range((unsigned)to->a, (unsigned)to->b, (int)to->c);
    case SYS_dup:
      return dup(fd);
#ifdef SYS_dup2
    case SYS_dup2:
      return dup2(fd, (int)to->b);
#endif
    case SYS_dup3:
      return dup3(fd, (int)to->b, (int)to->c);
    case SYS_fcntl:
      return fcntl(fd, (int)to->b, to->c);
    case SYS_ioctl:
      return ioctl(fd, (unsigned long)to->b, to->c);
    case SYS_epoll_ctl:
      return epoll_ctl(fd, (int)to->b, (int)to->c, pointer(to->d));
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
      return epoll_wait(fd, pointer(to->b), (int)to->c, (int)to->d);
#endif
    case SYS_epoll_pwait:
      return epoll_pwait(fd, pointer(to->b), (int)to->c, (int)to->d, pointer(to->e));
    case SYS_listen:
      return listen(fd, (int)to->b);
    case SYS_accept:
      return accept(fd, pointer(to->b), pointer(to->c));
    case SYS_accept4:
      return accept4(fd, pointer(to->b), pointer(to->c), (int)to->d);
    case SYS_shutdown:
      return shutdown(fd, (int)to->b);
    case SYS_execve:
      return execve(pointer(to->a), pointer(to->b), pointer(to->c));
    case SYS_execveat:
      return execveat(fd, pointer(to->b), pointer(to->c), pointer(to->d), (int)to->e);
    default:
      return bytes(number, to);
  }
}

WS_EXPORT long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  struct arguments to;
  to.a = va_arg(list, long);
  to.b = va_arg(list, long);
  to.c = va_arg(list, long);
  to.d = va_arg(list, long);
  to.e = va_arg(list, long);
  to.f = va_arg(list, long);
  va_end(list);
  return ws_process_active() ? descriptors(number, &to) : straight(number, &to);
}
