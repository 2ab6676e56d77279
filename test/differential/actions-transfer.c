/* sendfile and splice. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "subject.h"
#include "transcript.h"

static void until_writable(struct subject *subject) {
  struct pollfd writable = {.fd = subject->copies[0], .events = POLLOUT};
  poll(&writable, 1, 1000);
}

static void send_file(struct subject *subject) {
  struct chance *chance = &subject->chance;
  size_t len = chance_below(chance, chance_once_in(chance, 4) ? 200000 : 3000), margin = chance_below(chance, 50);
  bool own_offset = chance_once_in(chance, 2);
  size_t asked = chance_once_in(chance, 3) ? len + 100 : len;
  off_t offset = (off_t)margin;
  int file = memfd_create("differential", MFD_CLOEXEC);
  subject_prepare(subject, len);
  if (pwrite(file, subject->buffer, len, (off_t)margin) != (ssize_t)len) say("  WRONG: memfd\n");
  if (!own_offset) lseek(file, (off_t)margin, SEEK_SET);
  say("sendfile %zu of %zu%s", asked, len, own_offset ? " offset" : "");
  size_t done = 0;
  ssize_t n;
  watch_call();
  do {
    n = sendfile(subject_any(subject), file, own_offset ? &offset : NULL, asked - done);
    if (n < 0 && errno == EAGAIN && subject->nonblocking) {
      until_writable(subject);
      watch_call();
      continue;
    }
    if (n <= 0) break;
    done += (size_t)n;
  } while (done < len);
  say_result(n < 0 ? n : (ssize_t)done);
  say("  offset %lld, position %lld\n", (long long)offset, (long long)lseek(file, 0, SEEK_CUR));
  subject->written += done;
  close(file);
}

static void splice_out(struct subject *subject) {
  struct chance *chance = &subject->chance;
  size_t len = 1 + chance_below(chance, 30000), done = 0;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return;
  subject_prepare(subject, len);
  if (write(ends[1], subject->buffer, len) != (ssize_t)len) say("  WRONG: pipe\n");
  if (chance_once_in(chance, 2)) close(ends[1]), ends[1] = -1;
  say("splice out %zu", len);
  watch_call();
  ssize_t n;
  do {
    n = splice(ends[0], NULL, subject_any(subject), NULL, len - done, 0);
    if (n < 0 && errno == EAGAIN && subject->nonblocking) {
      until_writable(subject);
      watch_call();
      continue;
    }
    if (n <= 0) break;
    done += (size_t)n;
  } while (done < len);
  say_result(n < 0 ? n : (ssize_t)done);
  subject->written += done;
  close(ends[0]);
  if (ends[1] >= 0) close(ends[1]);
}

/* How much one call moves is the kernel's affair; in the end all of it has come. */
static void splice_in(struct subject *subject) {
  struct chance *chance = &subject->chance;
  size_t len = chance_below(chance, subject_there(subject) + 1), done = 0;
  unsigned flags = chance_once_in(chance, 2) ? SPLICE_F_NONBLOCK : 0;
  bool empty = subject_there(subject) == 0;
  int ends[2];
  /* The flag is for the pipe; the socket would wait. */
  if (empty && !subject->nonblocking) return;
  if (pipe2(ends, O_CLOEXEC) < 0) return;
  say("splice in %zu%s", empty ? 100 : len, flags ? " NONBLOCK" : "");
  watch_call();
  ssize_t n = 0;
  if (empty) n = splice(subject_any(subject), NULL, ends[1], NULL, 100, flags);
  while (done < len && (n = splice(subject_any(subject), NULL, ends[1], NULL, len - done, flags)) > 0)
    done += (size_t)n;
  say_result(n < 0 ? n : (ssize_t)done);
  if (done > 0 && read(ends[0], subject->buffer, done) == (ssize_t)done) {
    subject_took(subject, subject->buffer, done);
  } else if (done > 0) {
    say("  WRONG: the pipe has less\n");
  }
  close(ends[0]);
  close(ends[1]);
}

void act_transfer(struct subject *subject) {
  switch (chance_below(&subject->chance, 3)) {
    case 0:
      send_file(subject);
      break;
    case 1:
      splice_out(subject);
      break;
    default:
      splice_in(subject);
  }
}
