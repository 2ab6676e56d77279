#define _GNU_SOURCE
#include "counter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../state/environment.h"

struct counter {
  _Atomic uint64_t count;
};

int ws_recording_counter_create(void) {
  int low = memfd_create("wswrap-recordings", MFD_CLOEXEC);
  if (low < 0) {
    return -1;
  }
  int fd = ftruncate(low, (off_t)sizeof(struct counter)) == 0 ? fcntl(low, F_DUPFD, WS_FD_FLOOR) : -1;
  int saved = errno;
  close(low);
  errno = saved;
  return fd;
}

uint64_t ws_recording_counter_next(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0) {
    return 0;
  }
  if (info.st_size != (off_t)sizeof(struct counter)) {
    errno = EINVAL;
    return 0;
  }
  struct counter *counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (counter == MAP_FAILED) {
    return 0;
  }
  uint64_t next = atomic_fetch_add(&counter->count, 1) + 1;
  munmap(counter, sizeof *counter);
  return next;
}
