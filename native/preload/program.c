#define _GNU_SOURCE
#include "program.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../state/raw-syscall.h"

#define SEGMENTS 32
/* What the kernel looks at of a script's first line, and how many scripts of scripts it follows. */
#define SHEBANG 256
#define NESTED 5

#if defined(__x86_64__)
#define OWN_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OWN_MACHINE EM_AARCH64
#else
#error "wswrap knows the program headers of x86-64 and of arm64 only"
#endif

static const char *const texts[] = {
#define X(name, text) text,
    WS_OBSTACLES(X)
#undef X
};

const char *ws_obstacle_text(enum ws_obstacle obstacle) {
  return texts[obstacle];
}

static size_t read_at(int fd, void *into, size_t len, ElfW(Off) offset) {
  long got = ws_raw_syscall(SYS_pread64, fd, (long)into, (long)len, (long)offset, 0, 0);
  return got > 0 ? (size_t)got : 0;
}

/* What a dynamic loader's name says of its libc. */
static enum ws_obstacle judge_interpreter(int fd, const ElfW(Phdr) * segment) {
  char name[64];
  size_t wanted = segment->p_filesz < sizeof name ? segment->p_filesz : sizeof name - 1;
  name[read_at(fd, name, wanted, segment->p_offset)] = '\0';
  return strstr(name, "/ld-musl-") != NULL ? WS_OBSTACLE_LIBC : WS_OBSTACLE_NONE;
}

/* The note with Go's build id comes first in its segment: three numbers, and the name. */
static bool is_go_note(int fd, const ElfW(Phdr) * segment) {
  char note[16];
  return read_at(fd, note, sizeof note, segment->p_offset) == sizeof note && memcmp(note + 12, "Go", 3) == 0;
}

static enum ws_obstacle judge_segments(int fd, const ElfW(Phdr) * segments, size_t count) {
  enum ws_obstacle obstacle = WS_OBSTACLE_STATIC;
  for (size_t i = 0; i < count; i++) {
    if (segments[i].p_type == PT_INTERP) {
      obstacle = judge_interpreter(fd, &segments[i]);
    } else if (segments[i].p_type == PT_NOTE && is_go_note(fd, &segments[i])) {
      return WS_OBSTACLE_GO;
    }
  }
  return obstacle;
}

static bool has_capabilities(int fd) {
  return fgetxattr(fd, "security.capability", NULL, 0) > 0;
}

/* Then the dynamic loader ignores LD_PRELOAD (ld.so(8), secure-execution mode). */
static bool gains_privileges(int fd) {
  struct stat file;
  return fstat(fd, &file) == 0 && (((file.st_mode & S_ISUID) && file.st_uid != getuid()) ||
                                   ((file.st_mode & S_ISGID) && (file.st_mode & S_IXGRP) && file.st_gid != getgid()) ||
                                   (getuid() != 0 && has_capabilities(fd)));
}

static enum ws_obstacle judge_elf(int fd, const ElfW(Ehdr) * header) {
  ElfW(Phdr) segments[SEGMENTS];
  memset(segments, 0, sizeof segments);
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != OWN_MACHINE) {
    return WS_OBSTACLE_MACHINE;
  }
  size_t bytes = header->e_phnum * sizeof segments[0];
  if (header->e_phnum > SEGMENTS || header->e_phentsize != sizeof segments[0] ||
      read_at(fd, segments, bytes, header->e_phoff) != bytes) {
    return WS_OBSTACLE_NONE;
  }
  enum ws_obstacle obstacle = judge_segments(fd, segments, header->e_phnum);
  return obstacle == WS_OBSTACLE_NONE && gains_privileges(fd) ? WS_OBSTACLE_PRIVILEGES : obstacle;
}

/* The interpreter that a script's first line names; `head` is ended by a NUL. NULL: it is no script. */
static const char *interpreter_of(char *head) {
  if (strncmp(head, "#!", 2) != 0) {
    return NULL;
  }
  char *name = head + 2 + strspn(head + 2, " \t");
  name[strcspn(name, " \t\n")] = '\0';
  return *name != '\0' ? name : NULL;
}

static bool may_be_executed(int at, const char *path) {
  return ws_raw_syscall(SYS_faccessat, at, (long)path, X_OK, 0, 0, 0) == 0;
}

/* Judges the file. When it is a script its interpreter is to be judged instead, whose name is put into `head`; else NULL. The
 * path may lie in `head`. */
static const char *judge(int at, const char *path, char head[SHEBANG], enum ws_obstacle *obstacle, bool *executable) {
  ElfW(Ehdr) header;
  memset(&header, 0, sizeof header);
  *executable = may_be_executed(at, path);
  int fd = (int)ws_raw_syscall(SYS_openat, at, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
  if (fd < 0) {
    return NULL;
  }
  head[read_at(fd, head, SHEBANG - 1, 0)] = '\0';
  const char *interpreter = interpreter_of(head);
  if (read_at(fd, &header, sizeof header, 0) == sizeof header && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0) {
    *obstacle = judge_elf(fd, &header);
  } else if (interpreter == NULL) {
    *executable = false;
  }
  ws_raw_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
  return *executable ? interpreter : NULL;
}

enum ws_obstacle ws_program_obstacle(int at, const char *path, int flags, bool *executable) {
  char head[SHEBANG];
  char itself[32];
  enum ws_obstacle obstacle = WS_OBSTACLE_NONE;
  if ((flags & AT_EMPTY_PATH) && *path == '\0') {
    /* What was opened with O_PATH cannot be read. */
    snprintf(itself, sizeof itself, "/proc/self/fd/%d", at);
    path = itself;
  }
  for (int nested = 0; nested <= NESTED && path != NULL; nested++) {
    path = judge(at, path, head, &obstacle, executable);
    at = AT_FDCWD;
  }
  return *executable ? obstacle : WS_OBSTACLE_NONE;
}

static bool is_executable_file(const char *path) {
  struct stat file;
  return stat(path, &file) == 0 && S_ISREG(file.st_mode) && may_be_executed(AT_FDCWD, path);
}

/* "FOLDER/NAME"; an empty folder is the present one. False when it does not fit. */
static bool join(char *into, size_t size, const char *folder, size_t folder_len, const char *name) {
  int len = snprintf(into, size, "%.*s%s%s", (int)folder_len, folder, folder_len > 0 ? "/" : "", name);
  return len >= 0 && (size_t)len < size;
}

bool ws_program_find(const char *name, char *found, size_t size) {
  if (strchr(name, '/') != NULL) {
    return join(found, size, "", 0, name);
  }
  const char *folder = getenv("PATH");
  folder = folder != NULL ? folder : "/bin:/usr/bin";
  for (;;) {
    size_t len = strcspn(folder, ":");
    if (join(found, size, folder, len, name) && is_executable_file(found)) {
      return true;
    }
    if (folder[len] == '\0') {
      return false;
    }
    folder += len + 1;
  }
}
