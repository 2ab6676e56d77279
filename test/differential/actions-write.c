/* Everything that writes. The client reads all the time, so that a write that blocks is a matter of a moment. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "side.h"
#include "subject.h"
#include "transcript.h"
#include "vectors.h"

enum way { WRITE, WRITEV, PWRITEV2, SEND, SENDTO, SENDMSG, SENDMMSG, DPRINTF, WAYS };
static const char *const names[WAYS] = {"write",  "writev",  "pwritev2", "send",
                                        "sendto", "sendmsg", "sendmmsg", "dprintf"};

static ssize_t call_sendmmsg(int fd, struct iovec *parts, size_t count, int flags) {
  struct mmsghdr messages[PARTS_MAX] = {{.msg_len = 0}};
  ssize_t total = 0;
  for (size_t i = 0; i < count; i++) {
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  int sent = sendmmsg(fd, messages, (unsigned)count, flags);
  for (int i = 0; i < sent; i++)
    total += messages[i].msg_len;
  return sent < 0 ? -1 : total;
}

static ssize_t call(struct subject *subject, enum way way, int fd, const uint8_t *bytes, size_t len, int flags) {
  struct iovec parts[PARTS_MAX];
  struct msghdr message = {.msg_iov = parts};
  size_t count = vector_cut(&subject->chance, parts, bytes, len);
  switch (way) {
    case WRITE:
      return write(fd, bytes, len);
    case WRITEV:
      return writev(fd, parts, (int)count);
    case PWRITEV2:
      return pwritev2(fd, parts, (int)count, -1, 0);
    case SEND:
      return send(fd, bytes, len, flags);
    case SENDTO:
      return sendto(fd, bytes, len, flags, NULL, 0);
    case SENDMSG:
      message.msg_iovlen = count;
      return sendmsg(fd, &message, flags);
    case SENDMMSG:
      return call_sendmmsg(fd, parts, count, flags);
    default:
      return dprintf(fd, "%.*s", (int)len, (const char *)bytes);
  }
}

static int choose_flags(struct chance *chance) {
  return (chance_once_in(chance, 3) ? MSG_NOSIGNAL : 0) | (chance_once_in(chance, 6) ? MSG_MORE : 0) |
         (chance_once_in(chance, 4) ? MSG_DONTWAIT : 0);
}

/* Blocking, a call takes all; else as often as it needs. Says the total. */
void act_write(struct subject *subject) {
  struct chance *chance = &subject->chance;
  static const size_t sizes[] = {2, 130, 3000, 100000};
  enum way way = (enum way)chance_below(chance, WAYS);
  size_t len = chance_below(chance, chance_once_in(chance, 40) ? BUFFER_MAX : sizes[chance_below(chance, 4)]);
  int flags = way >= SEND ? choose_flags(chance) : 0;
  /* dprintf does not tell how far it got. */
  if (way == DPRINTF && subject->nonblocking && subject->tight) way = WRITE;
  if (way == DPRINTF && subject->nonblocking) len = chance_below(chance, 100);
  if (way == DPRINTF && subject->nonblocking) act_expect(subject);
  bool waits = !subject->nonblocking && !(flags & MSG_DONTWAIT);
  size_t done = 0;
  say("%s %zu", names[way], len);
  subject_prepare(subject, len);
  watch_call();
  ssize_t result;
  do {
    result = call(subject, way, subject_any(subject), subject->buffer + done, len - done, flags);
    if (result < 0 && errno == EAGAIN && !waits) {
      struct pollfd writable = {.fd = subject->copies[0], .events = POLLOUT};
      poll(&writable, 1, 1000);
      errno = 0;
      watch_call();
      continue;
    }
    if (result >= 0 && (size_t)result > len - done) say(" WRONG: more than there is");
    if (result < 0) break;
    done += (size_t)result;
  } while (!waits && done < len);
  say_result(result < 0 ? result : (ssize_t)done);
  subject->written += done;
}

/* After our end. */
void act_write_shut(struct subject *subject) {
  struct chance *chance = &subject->chance;
  for (int i = 0; i < 3; i++) {
    enum way way = (enum way)chance_below(chance, DPRINTF);
    size_t len = chance_below(chance, 20);
    int flags = way >= SEND ? choose_flags(chance) & ~MSG_MORE : 0;
    say("%s %zu%s", names[way], len, flags & MSG_NOSIGNAL ? " NOSIGNAL" : "");
    subject_prepare(subject, len);
    watch_call();
    say_result(call(subject, way, subject_any(subject), subject->buffer, len, flags));
  }
}

static bool says_writable(int fd) {
  struct pollfd writable = {.fd = fd, .events = POLLOUT};
  return poll(&writable, 1, 0) == 1 && (writable.revents & POLLOUT);
}

/* Fills the socket while the client does not read. How much fits is the kernel's affair. */
void act_fill(struct subject *subject) {
  struct chance *chance = &subject->chance;
  if (!subject->tight) return;
  int fd = subject_any(subject);
  size_t len = 1 + chance_below(chance, BUFFER_MAX - 1), done = 0;
  size_t chunk = 1 + chance_below(chance, chance_once_in(chance, 2) ? 70000 : 1000);
  if (len < 200000) len = 200000;
  say("fill %zu\n", len);
  act_expect(subject);
  side_ask("hold");
  subject_prepare(subject, len);
  bool full = false;
  while (!full && done < len) {
    size_t rest = len - done < chunk ? len - done : chunk;
    ssize_t n = send(fd, subject->buffer + done, rest, MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN) {
      say("  after %zu", done);
      say_result(n);
      break;
    }
    full = n < 0;
    done += n > 0 ? (size_t)n : 0;
  }
  say("  full %d writable %d\n", full, says_writable(fd));
  side_ask("release");
  while (done < len) {
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    if (poll(&writable, 1, 5000) != 1) {
      say("  WRONG: it does not become writable\n");
      break;
    }
    size_t rest = len - done < chunk ? len - done : chunk;
    ssize_t n = send(fd, subject->buffer + done, rest, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) continue;
    if (n < 0) {
      say("  then");
      say_result(n);
      break;
    }
    done += (size_t)n;
  }
  subject->written += done;
  act_expect(subject);
}
