/* Everything that tells whether bytes are there, and O_NONBLOCK. A claim is not just written down but held against what a
 * read finds. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "subject.h"
#include "transcript.h"

enum { READABLE = 1, WRITABLE = 2 };

/* Waits without limit when something is to come, else not at all. */
static int claim_poll(int fd, int wanted, bool waits) {
  struct pollfd watched = {.fd = fd};
  if (wanted & READABLE) watched.events |= POLLIN;
  if (wanted & WRITABLE) watched.events |= POLLOUT;
  if (poll(&watched, 1, waits ? -1 : 0) < 0) return -1;
  return (watched.revents & POLLIN ? READABLE : 0) | (watched.revents & POLLOUT ? WRITABLE : 0);
}

static int claim_ppoll(int fd, int wanted, bool waits) {
  struct pollfd watched[2] = {{.fd = -1, .events = POLLIN}, {.fd = fd}};
  struct timespec now = {0, 0};
  if (wanted & READABLE) watched[1].events |= POLLRDNORM;
  if (wanted & WRITABLE) watched[1].events |= POLLWRNORM;
  if (ppoll(watched, 2, waits ? NULL : &now, NULL) < 0) return -1;
  return (watched[1].revents & POLLRDNORM ? READABLE : 0) | (watched[1].revents & POLLWRNORM ? WRITABLE : 0);
}

static int claim_select(int fd, int wanted, bool waits) {
  fd_set in, out;
  struct timeval now = {0, 0};
  FD_ZERO(&in);
  FD_ZERO(&out);
  if (wanted & READABLE) FD_SET(fd, &in);
  if (wanted & WRITABLE) FD_SET(fd, &out);
  int count =
      select(fd + 1, wanted & READABLE ? &in : NULL, wanted & WRITABLE ? &out : NULL, NULL, waits ? NULL : &now);
  if (count < 0) return -1;
  int claim = (FD_ISSET(fd, &in) ? READABLE : 0) | (FD_ISSET(fd, &out) ? WRITABLE : 0);
  if (count != (claim & 1) + (claim >> 1) && count > 0) say(" (a count of %d)", count);
  return count == 0 ? 0 : claim;
}

static int claim_pselect(int fd, int wanted, bool waits) {
  fd_set in, out;
  struct timespec now = {0, 0};
  FD_ZERO(&in);
  FD_ZERO(&out);
  if (wanted & READABLE) FD_SET(fd, &in);
  if (wanted & WRITABLE) FD_SET(fd, &out);
  int count = pselect(fd + 1, &in, &out, NULL, waits ? NULL : &now, NULL);
  if (count < 0) return -1;
  return count == 0 ? 0 : (FD_ISSET(fd, &in) ? READABLE : 0) | (FD_ISSET(fd, &out) ? WRITABLE : 0);
}

static int claim_epoll(int fd, int wanted, bool waits) {
  int set = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.data.u64 = 0x123456789abcdefu};
  if (wanted & READABLE) event.events |= EPOLLIN;
  if (wanted & WRITABLE) event.events |= EPOLLOUT;
  if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) < 0) return -1;
  event.events = 0;
  int count = epoll_wait(set, &event, 1, waits ? -1 : 0);
  close(set);
  if (count == 1 && event.data.u64 != 0x123456789abcdefu) say(" (other data)");
  if (count < 1) return count;
  return (event.events & EPOLLIN ? READABLE : 0) | (event.events & EPOLLOUT ? WRITABLE : 0);
}

static const struct {
  const char *name;
  int (*claim)(int fd, int wanted, bool waits);
} waits[] = {{"poll", claim_poll},
             {"ppoll", claim_ppoll},
             {"select", claim_select},
             {"pselect", claim_pselect},
             {"epoll", claim_epoll}};

/* What a read that does not wait would find: READABLE or 0. */
static int truth(int fd) {
  uint8_t byte;
  int saved = errno;
  ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  int found = n < 0 && errno == EAGAIN ? 0 : READABLE;
  errno = saved;
  return found;
}

/* On a descriptor that does not block, "readable" may be said without need. */
static int without_false_alarm(struct subject *subject, int fd, int claim) {
  if (claim > 0 && (claim & READABLE) && subject->nonblocking && !truth(fd)) claim &= ~READABLE;
  return claim;
}

static bool stream_tells(const struct subject *subject) {
  return subject_there(subject) > 0 || subject->ended;
}

/* After "readable" a read does not block; after "not readable" there was nothing. */
static void verify(struct subject *subject, int fd, int wanted, int claim) {
  uint8_t byte;
  if (claim < 0 || !(wanted & READABLE)) return;
  if (claim & READABLE) {
    say("  a look%s", "");
    watch_call();
    say_result(recv(fd, &byte, 1, MSG_PEEK));
  } else if (stream_tells(subject)) {
    say("  WRONG: %zu bytes are there, the end %d\n", subject_there(subject), subject->ended);
  }
}

void act_wait(struct subject *subject) {
  struct chance *chance = &subject->chance;
  size_t how = chance_below(chance, sizeof waits / sizeof *waits);
  int wanted = chance_once_in(chance, 2) ? READABLE : (int)(1 + chance_below(chance, 3));
  int fd = subject_any(subject);
  /* Whether a moment after much was written there is room again depends on the moment; in a small buffer, after little. */
  if (subject->ended || subject->tight) wanted = READABLE;
  if (wanted & WRITABLE) act_expect(subject);
  bool patient = (wanted & READABLE) && stream_tells(subject) && chance_once_in(chance, 2);
  say("%s %s%s%s", waits[how].name, wanted & READABLE ? "r" : "", wanted & WRITABLE ? "w" : "",
      patient ? " patiently" : "");
  watch_call();
  int claim = without_false_alarm(subject, fd, waits[how].claim(fd, wanted, patient));
  say_result(claim);
  verify(subject, fd, wanted, claim);
}

static int wait_once(struct subject *subject, int set, int fd, struct epoll_event *registered) {
  struct epoll_event event = {.events = 0};
  watch_call();
  int count = epoll_wait(set, &event, 1, 0);
  if (count < 1) return count;
  int claim = without_false_alarm(subject, fd, event.events & EPOLLIN ? READABLE : 0);
  /* After a false alarm a program makes ready for the next one. */
  if (claim == 0 && (registered->events & EPOLLONESHOT)) epoll_ctl(set, EPOLL_CTL_MOD, fd, registered);
  return claim;
}

/* A set of its own through several steps: an edge is told at least once for whatever has come, a shot is fired once. */
void act_epoll(struct subject *subject) {
  static const struct {
    uint32_t events;
    const char *name;
  } kinds[] = {{EPOLLIN, "level"}, {EPOLLIN | EPOLLET, "edge"}, {EPOLLIN | EPOLLONESHOT, "oneshot"}};
  struct chance *chance = &subject->chance;
  size_t kind = chance_below(chance, 3);
  int set = epoll_create1(EPOLL_CLOEXEC), fd = subject_any(subject);
  struct epoll_event event = {.events = kinds[kind].events, .data.fd = fd};
  say("epoll %s", kinds[kind].name);
  watch_call();
  say_result(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
  size_t steps = 1 + chance_below(chance, 5);
  uint64_t told = subject->read;
  for (size_t i = 0; i < steps; i++) {
    if (subject->complete && !subject->ended && chance_once_in(chance, 2)) act_feed(subject);
    if (kind == 2 && chance_once_in(chance, 2)) {
      watch_call();
      say("  mod");
      say_result(epoll_ctl(set, EPOLL_CTL_MOD, fd, &event));
    }
    /* Without anything new, overhead may be reason enough for an edge. */
    if (kind != 1 || subject->fed > told) {
      say("  epoll_wait");
      int claim = wait_once(subject, set, fd, &event);
      say_result(claim);
      if (claim > 0) verify(subject, fd, READABLE, claim);
      if (kind == 0 && claim == 0 && stream_tells(subject)) say("  WRONG: bytes are there\n");
      told = subject->fed;
    }
    if (chance_once_in(chance, 2)) act_read(subject);
  }
  if (chance_once_in(chance, 2)) epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL);
  close(set);
}

static int set_lowat(int fd, int value) {
  return setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &value, sizeof value);
}

static void claim_with_lowat(struct subject *subject, size_t lowat) {
  size_t how = chance_below(&subject->chance, sizeof waits / sizeof *waits);
  int fd = subject_any(subject);
  bool enough = subject_there(subject) >= lowat || subject->ended;
  say("  %s", waits[how].name);
  watch_call();
  int claim = waits[how].claim(fd, READABLE, enough && chance_once_in(&subject->chance, 2));
  if (lowat == 1) claim = without_false_alarm(subject, fd, claim);
  say_result(claim);
  if (claim != (enough ? READABLE : 0)) say("  WRONG: %zu bytes are there\n", subject_there(subject));
}

static void read_with_lowat(struct subject *subject, size_t lowat) {
  size_t len = 1 + chance_below(&subject->chance, subject_there(subject) + 100);
  bool there_is = subject->ended || subject_there(subject) >= (len < lowat ? len : lowat);
  int look = chance_once_in(&subject->chance, 4) ? MSG_PEEK : 0;
  say("  recv %zu%s%s", len, look ? " PEEK" : "", there_is ? "" : " DONTWAIT");
  watch_call();
  ssize_t n = say_result(recv(subject_any(subject), subject->buffer, len, look | (there_is ? 0 : MSG_DONTWAIT)));
  if (n > 0 && !look) subject_took(subject, subject->buffer, (size_t)n);
}

/* For a few steps; other actions know nothing of it. */
void act_lowat(struct subject *subject) {
  struct chance *chance = &subject->chance;
  int value = (int)chance_below(chance, 2 * subject_there(subject) + 100), is = -1;
  size_t lowat = value > 1 ? (size_t)value : 1, steps = 1 + chance_below(chance, 4);
  socklen_t len = sizeof is;
  say("SO_RCVLOWAT %d", value);
  watch_call();
  say_result(set_lowat(subject_any(subject), value));
  getsockopt(subject_any(subject), SOL_SOCKET, SO_RCVLOWAT, &is, &len);
  say("  is %d, %u bytes\n", is, len);
  for (size_t i = 0; i < steps; i++) {
    claim_with_lowat(subject, lowat);
    if (chance_once_in(chance, 2)) read_with_lowat(subject, lowat);
    if (subject->complete && !subject->ended && chance_once_in(chance, 2)) act_feed(subject);
  }
  set_lowat(subject_any(subject), 1);
}

void act_count(struct subject *subject) {
  int count = -1;
  say("FIONREAD");
  watch_call();
  int result = ioctl(subject_any(subject), FIONREAD, &count);
  say(" %d", count);
  say_result(result);
  if ((size_t)count != subject_there(subject) && !subject->ended)
    say("  WRONG: %zu are there\n", subject_there(subject));
}

void act_blocking(struct subject *subject) {
  int fd = subject_any(subject), on = !subject->nonblocking;
  bool by_ioctl = chance_once_in(&subject->chance, 2);
  say("%s %d", by_ioctl ? "FIONBIO" : "O_NONBLOCK", on);
  watch_call();
  int flags = fcntl(fd, F_GETFL);
  int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  say_result(by_ioctl ? ioctl(fd, FIONBIO, &on) : fcntl(fd, F_SETFL, wanted));
  subject->nonblocking = on;
  say("  flags %x\n", (unsigned)fcntl(subject_any(subject), F_GETFL));
}
