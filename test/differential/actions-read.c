/* Everything that reads. What the client has sent is there before, so that counts can be compared. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "side.h"
#include "subject.h"
#include "transcript.h"
#include "vectors.h"

enum way { READ, READV, PREADV2, RECV, RECVFROM, RECVMSG, RECVMMSG, WAYS };
static const char *const names[WAYS] = {"read", "readv", "preadv2", "recv", "recvfrom", "recvmsg", "recvmmsg"};

static const struct {
  int flag;
  const char *name;
} flag_names[] = {{MSG_PEEK, " PEEK"}, {MSG_WAITALL, " WAITALL"}, {MSG_DONTWAIT, " DONTWAIT"}, {MSG_TRUNC, " TRUNC"}};

static size_t choose_size(struct subject *subject) {
  struct chance *chance = &subject->chance;
  size_t there = subject_there(subject);
  switch (chance_below(chance, 8)) {
    case 0:
      return 0;
    case 1:
      return 1;
    case 2:
      return there;
    case 3:
      return there + chance_below(chance, 100);
    case 4:
      return chance_below(chance, there + 1);
    case 5:
      return 65536;
    default:
      return 1 + chance_below(chance, 64);
  }
}

static int choose_flags(struct chance *chance) {
  int flags = 0;
  if (chance_once_in(chance, 4)) flags |= MSG_PEEK;
  if (chance_once_in(chance, 4)) flags |= MSG_WAITALL;
  if (chance_once_in(chance, 3)) flags |= MSG_DONTWAIT;
  if (chance_once_in(chance, 12)) flags |= MSG_TRUNC;
  return flags;
}

static void say_flags(int flags) {
  for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++)
    if (flags & flag_names[i].flag) say("%s", flag_names[i].name);
}

/* Would the call wait for more than is there? */
static bool would_wait(const struct subject *subject, enum way way, size_t len, int flags) {
  if (subject->nonblocking || (flags & MSG_DONTWAIT) || subject->ended) return false;
  if (len == 0) return way >= RECV && subject_there(subject) == 0;
  return subject_there(subject) < ((flags & MSG_WAITALL) ? len : 1);
}

static ssize_t call_recvfrom(int fd, uint8_t *buffer, size_t len, int flags) {
  struct sockaddr_storage from;
  socklen_t from_len = sizeof from;
  ssize_t result = recvfrom(fd, buffer, len, flags, (struct sockaddr *)&from, &from_len);
  if (result >= 0 && from_len != 0) say(" (an address of %u bytes)", from_len);
  return result;
}

static ssize_t call_recvmsg(struct subject *subject, int fd, size_t len, int flags) {
  struct iovec parts[PARTS_MAX];
  char control[64];
  struct msghdr message = {.msg_iov = parts, .msg_control = control, .msg_controllen = sizeof control, .msg_flags = -1};
  message.msg_iovlen = vector_cut(&subject->chance, parts, subject->buffer, len);
  ssize_t result = recvmsg(fd, &message, flags);
  if (result >= 0) say(" (flags %x, control %zu)", (unsigned)message.msg_flags, message.msg_controllen);
  return result;
}

/* Messages of a third of the length each. Returns bytes, so that it looks like the others. */
static ssize_t call_recvmmsg(struct subject *subject, int fd, size_t len, int flags) {
  struct iovec parts[3];
  struct mmsghdr messages[3] = {{.msg_len = 0}};
  for (size_t i = 0; i < 3; i++) {
    parts[i].iov_base = subject->buffer + i * (len / 3);
    parts[i].iov_len = i < 2 ? len / 3 : len - 2 * (len / 3);
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  if (!(flags & MSG_DONTWAIT)) flags |= MSG_WAITFORONE;
  int count = recvmmsg(fd, messages, 3, flags, NULL);
  if (count < 0) return -1;
  size_t total = 0;
  for (int i = 0; i < count; i++) {
    say(" %u", messages[i].msg_len);
    memmove(subject->buffer + total, parts[i].iov_base, messages[i].msg_len);
    total += messages[i].msg_len;
  }
  return (ssize_t)total;
}

static ssize_t call(struct subject *subject, enum way way, int fd, size_t len, int flags) {
  struct iovec parts[PARTS_MAX];
  int count;
  switch (way) {
    case READ:
      return read(fd, subject->buffer, len);
    case READV:
    case PREADV2:
      count = (int)vector_cut(&subject->chance, parts, subject->buffer, len);
      return way == READV ? readv(fd, parts, count) : preadv2(fd, parts, count, -1, 0);
    case RECV:
      return recv(fd, subject->buffer, len, flags);
    case RECVFROM:
      return call_recvfrom(fd, subject->buffer, len, flags);
    case RECVMSG:
      return call_recvmsg(subject, fd, len, flags);
    default:
      return call_recvmmsg(subject, fd, len, flags);
  }
}

static void say_bytes(struct subject *subject, size_t len, int flags) {
  if (flags & MSG_PEEK) {
    uint64_t at = subject->read;
    if (!(flags & MSG_TRUNC)) subject_took(subject, subject->buffer, len);
    subject->read = at;
  } else if (flags & MSG_TRUNC) {
    subject_skipped(subject, len);
  } else {
    subject_took(subject, subject->buffer, len);
  }
}

static void read_so(struct subject *subject, enum way way, size_t len, int flags) {
  say("%s %zu", names[way], len);
  say_flags(flags);
  watch_call();
  ssize_t result = say_result(call(subject, way, subject_any(subject), len, flags));
  if (result > 0) say_bytes(subject, (size_t)result, flags);
}

void act_read(struct subject *subject) {
  enum way way = (enum way)chance_below(&subject->chance, WAYS);
  size_t len = choose_size(subject);
  int flags = way >= RECV ? choose_flags(&subject->chance) : 0;
  /* With several messages a look would see the same bytes again, and dropped bytes cannot be told apart. */
  if (way == RECVMMSG) flags &= MSG_DONTWAIT;
  if (would_wait(subject, way, len, flags)) {
    if (way < RECV) return;
    flags |= MSG_DONTWAIT;
  }
  read_so(subject, way, len, flags);
}

/* The client sends while the subject waits for it. */
void act_read_posted(struct subject *subject) {
  struct chance *chance = &subject->chance;
  size_t len = 1 + chance_below(chance, chance_once_in(chance, 30) ? BUFFER_MAX - 20000 : 20000);
  bool all = !subject->nonblocking && chance_once_in(chance, 3);
  say("post %zu%s\n", len, all ? " WAITALL" : "");
  side_ask("post %zu", len);
  subject->fed += len;
  len = subject_there(subject);
  size_t got = 0;
  while (got < len) {
    size_t rest = all || chance_once_in(chance, 3) ? len - got : 1 + chance_below(chance, len - got);
    ssize_t n = all ? recv(subject_any(subject), subject->buffer + got, rest, MSG_WAITALL)
                    : read(subject_any(subject), subject->buffer + got, rest);
    if (n < 0 && errno == EAGAIN) continue;
    if (n <= 0 || (all && (size_t)n < rest)) {
      say("after %zu bytes", got);
      say_result(n);
      break;
    }
    got += (size_t)n;
  }
  subject_took(subject, subject->buffer, got);
  subject->noisy = true;
}

/* A look at all that is there and more that the client sends meanwhile. */
void act_peek_posted(struct subject *subject) {
  size_t more = 1 + chance_below(&subject->chance, 20000);
  if (subject->nonblocking) return;
  say("post %zu\n", more);
  side_ask("post %zu", more);
  subject->fed += more;
  subject->noisy = true;
  read_so(subject, RECV, subject_there(subject), MSG_PEEK | MSG_WAITALL);
  act_read_to_end(subject);
}

void act_read_to_end(struct subject *subject) {
  while (subject_there(subject) > 0) {
    uint64_t before = subject->read;
    read_so(subject, READ, 1 + chance_below(&subject->chance, 2 * subject_there(subject)), 0);
    if (subject->read == before) {
      say("  WRONG: %zu bytes were to come\n", subject_there(subject));
      return;
    }
  }
  for (int i = 0; i < 2 && subject->ended; i++)
    read_so(subject, READ, 1 + chance_below(&subject->chance, 100), 0);
}
