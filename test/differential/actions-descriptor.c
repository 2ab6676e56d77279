/* Copies of the descriptor, and numbers that change their meaning. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "subject.h"
#include "transcript.h"

enum way { DUP, DUP2, DUP3, F_DUP, F_DUP_CLOEXEC, WAYS };
static const char *const names[WAYS] = {"dup", "dup2", "dup3", "F_DUPFD", "F_DUPFD_CLOEXEC"};

/* A system call that nothing between the program and the kernel can see. */
static long unseen(long number, long a, long b, long c) {
#ifdef __x86_64__
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
#else
  return syscall(number, a, b, c);
#endif
}

static int copy(struct subject *subject, enum way way, int fd) {
  int base = 100 * (1 + subject->which);
  int onto = base + (int)chance_below(&subject->chance, 20);
  for (int i = 0; i < subject->copy_count; i++)
    if (subject->copies[i] == onto) onto = base + 50 + i;
  switch (way) {
    case DUP:
      return dup(fd);
    case DUP2:
      return dup2(fd, onto);
    case DUP3:
      return dup3(fd, onto, O_CLOEXEC);
    case F_DUP:
      return fcntl(fd, F_DUPFD, 60);
    default:
      return fcntl(fd, F_DUPFD_CLOEXEC, 70);
  }
}

void act_copy(struct subject *subject) {
  enum way way = (enum way)chance_below(&subject->chance, WAYS);
  if (subject->copy_count == COPIES_MAX) return;
  say("%s", names[way]);
  watch_call();
  int fd = copy(subject, way, subject_any(subject));
  for (int i = 0; i < subject->copy_count; i++)
    if (subject->copies[i] == fd) return;
  say_result(fd < 0 ? fd : 0);
  if (fd >= 0) subject->copies[subject->copy_count++] = fd;
}

void act_uncopy(struct subject *subject) {
  if (subject->copy_count < 2) return;
  size_t which = chance_below(&subject->chance, (size_t)subject->copy_count);
  int fd = subject->copies[which];
  size_t way = chance_below(&subject->chance, 4);
  static const char *const how[] = {"close", "close_range", "close by syscall", "close unseen"};
  subject->copies[which] = subject->copies[--subject->copy_count];
  say("%s", how[way]);
  watch_call();
  if (way == 0) say_result(close(fd));
  if (way == 1) say_result(close_range((unsigned)fd, (unsigned)fd, 0));
  if (way == 2) say_result(syscall(SYS_close, fd));
  if (way == 3) say_result(unseen(SYS_close, fd, 0, 0));
}

/* Gives the number a new meaning, by calls that are seen or not. The other end of a pipe or socket goes to *other. */
static const char *give(int number, size_t kind, bool seen, int *other) {
  int ends[2] = {-1, -1};
  const char *what = "file";
  if (kind == 0) {
    ends[0] = memfd_create("differential", MFD_CLOEXEC);
  } else if (kind == 1) {
    what = "pipe";
    if (pipe(ends) < 0) return what;
    int written_to = ends[1];
    ends[1] = ends[0];
    ends[0] = written_to;
  } else {
    what = "socket";
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) return what;
  }
  if (ends[1] == number) ends[1] = dup(number);
  if (ends[0] != number) {
    if (seen) {
      dup2(ends[0], number);
      close(ends[0]);
    } else {
      unseen(SYS_dup3, ends[0], number, 0);
      unseen(SYS_close, ends[0], 0, 0);
    }
  }
  *other = ends[1];
  return what;
}

/* The number of a connection, closed behind libc's back, becomes a file, a pipe or a socket that must be left alone. */
void act_reuse(struct subject *subject) {
  static const char text[] = "not the connection's";
  struct chance *chance = &subject->chance;
  int number = dup(subject_any(subject)), other = -1;
  size_t kind = chance_below(chance, 3);
  bool seen = chance_once_in(chance, 2);
  char back[sizeof text] = "";
  unseen(SYS_close, number, 0, 0);
  const char *what = give(number, kind, seen, &other);
  say("reuse for a %s, %s\n  write", what, seen ? "seen" : "unseen");
  watch_call();
  say_result(chance_once_in(chance, 2) || kind < 2 ? write(number, text, sizeof text)
                                                   : send(number, text, sizeof text, MSG_NOSIGNAL));
  struct pollfd writable = {.fd = number, .events = POLLOUT};
  int claim = poll(&writable, 1, 0);
  ssize_t n = kind == 0 ? pread(number, back, sizeof back, 0) : read(other, back, sizeof back);
  say("  poll %d, and back come %zd: %d\n", claim, n, memcmp(back, text, sizeof text));
  say("  flags %x\n", (unsigned)fcntl(number, F_GETFL));
  if (kind == 2) {
    if (write(other, "x", 1) != 1) say("  WRONG: write\n");
    say("  read");
    watch_call();
    say_result(read(number, back, sizeof back));
  }
  watch_call();
  say("  close");
  say_result(close(number));
  if (other >= 0) close(other);
}
