#define _GNU_SOURCE
#include "numbers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "../state/raw-syscall.h"

/* Neither opendir, which allocates, nor any function that is hooked. */
int ws_each_number(const char *directory, bool (*visit)(int at, const char *name, void *context), void *context) {
  int at = (int)ws_raw_syscall(SYS_openat, AT_FDCWD, (long)directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
  if (at < 0) {
    errno = -at;
    return -1;
  }
  _Alignas(struct dirent64) char buffer[2048];
  int result = 0;
  long len;
  while (result == 0 && (len = ws_raw_syscall(SYS_getdents64, at, (long)buffer, sizeof buffer, 0, 0, 0)) > 0) {
    for (long offset = 0; offset < len && result == 0;) {
      struct dirent64 *entry = (struct dirent64 *)(void *)(buffer + offset);
      /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): the system call has filled it */
      offset += entry->d_reclen;
      if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && visit(at, entry->d_name, context)) {
        result = 1;
      }
    }
  }
  ws_raw_syscall(SYS_close, at, 0, 0, 0, 0, 0);
  return result;
}
