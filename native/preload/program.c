#define _GNU_SOURCE
#include "program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/syscall.h>

#include "../state/raw-syscall.h"

#define SEGMENTS 32

static bool read_all(int fd, void *into, size_t len, ElfW(Off) offset) {
  return ws_raw_syscall(SYS_pread64, fd, (long)into, (long)len, (long)offset, 0, 0) == (long)len;
}

static bool names_no_interpreter(int fd) {
  ElfW(Ehdr) header;
  ElfW(Phdr) segments[SEGMENTS];
  memset(&header, 0, sizeof header);
  memset(segments, 0, sizeof segments);
  if (!read_all(fd, &header, sizeof header, 0) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) || header.e_phnum > SEGMENTS ||
      header.e_phentsize != sizeof segments[0] ||
      !read_all(fd, segments, header.e_phnum * sizeof segments[0], header.e_phoff)) {
    return false;
  }
  for (int i = 0; i < header.e_phnum; i++) {
    if (segments[i].p_type == PT_INTERP) {
      return false;
    }
  }
  return true;
}

bool ws_program_is_static(const char *path) {
  int fd = (int)ws_raw_syscall(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
  if (fd < 0) {
    return false;
  }
  bool is_static = names_no_interpreter(fd);
  ws_raw_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
  return is_static;
}
