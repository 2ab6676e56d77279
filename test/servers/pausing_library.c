#include "pausing_library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <sys/socket.h>
#include <time.h>

static _Thread_local int pause_ms[2];

void pausing_next(enum pausing_call call, int ms) {
  pause_ms[call] = ms;
}

static ssize_t paused(enum pausing_call call, ssize_t moved) {
  int ms = pause_ms[call];
  if (moved > 0 && ms > 0) {
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    pause_ms[call] = 0;
    nanosleep(&time, NULL);
  }
  return moved;
}

/* A look is not meant. */
static ssize_t paused_read(int flags, ssize_t moved) {
  return flags & MSG_PEEK ? moved : paused(PAUSING_READ, moved);
}

#define BENEATH(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

ssize_t recv(int fd, void *bytes, size_t len, int flags) {
  return paused_read(flags, BENEATH(recv)(fd, bytes, len, flags));
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  return paused_read(flags, BENEATH(recvmsg)(fd, message, flags));
}

ssize_t send(int fd, const void *bytes, size_t len, int flags) {
  return paused(PAUSING_WRITE, BENEATH(send)(fd, bytes, len, flags));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  return paused(PAUSING_WRITE, BENEATH(sendmsg)(fd, message, flags));
}
