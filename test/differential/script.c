#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "side.h"
#include "transcript.h"

struct action {
  void (*act)(struct subject *subject);
  unsigned weight;
  enum { ALWAYS, WHEN_COMPLETE, WHEN_WRITABLE } when;
};

/* Processes and threads are dear: they are seldom. */
static const struct action actions[] = {
    {act_read, 300, ALWAYS},
    {act_read_posted, 25, WHEN_COMPLETE},
    {act_peek_posted, 10, WHEN_COMPLETE},
    {act_write, 160, WHEN_WRITABLE},
    {act_transfer, 40, WHEN_WRITABLE},
    {act_fill, 10, WHEN_WRITABLE},
    {act_wait, 160, ALWAYS},
    {act_epoll, 60, ALWAYS},
    {act_lowat, 40, ALWAYS},
    {act_count, 60, ALWAYS},
    {act_blocking, 40, ALWAYS},
    {act_copy, 40, ALWAYS},
    {act_uncopy, 40, ALWAYS},
    {act_reuse, 10, ALWAYS},
    {act_fork, 3, WHEN_WRITABLE},
    {act_exec, 2, WHEN_WRITABLE},
    {act_pass, 3, WHEN_WRITABLE},
    {act_threads, 5, WHEN_WRITABLE},
    {act_stream, 20, WHEN_WRITABLE},
    {act_feed, 250, WHEN_COMPLETE},
    {act_noise, 60, WHEN_COMPLETE},
    {act_expect, 50, WHEN_WRITABLE},
};
#define ACTIONS (sizeof actions / sizeof *actions)

static bool possible(const struct subject *subject, const struct action *action) {
  switch (action->when) {
    case WHEN_WRITABLE:
      return subject->complete && !subject->ended && !subject->shut;
    case WHEN_COMPLETE:
      return subject->complete && !subject->ended;
    default:
      return true;
  }
}

/* What follows is about this connection. */
static void use(const struct subject *subject, size_t count) {
  side_use(subject->which);
  if (count > 1) say("connection %d\n", subject->which);
}

/* Each action has chances of its own, so that those of the next do not depend on how many this one took. */
static void act(struct subject *subject, struct chance *script) {
  unsigned total = 0;
  subject->chance.state = chance_next(script);
  for (size_t i = 0; i < ACTIONS; i++)
    total += possible(subject, &actions[i]) ? actions[i].weight : 0;
  size_t chosen = chance_below(script, total);
  for (size_t i = 0; i < ACTIONS; i++) {
    if (!possible(subject, &actions[i])) continue;
    if (chosen < actions[i].weight) {
      actions[i].act(subject);
      return;
    }
    chosen -= actions[i].weight;
  }
}

/* A step of one of the connections. */
static void act_some(struct subject *subjects, size_t count, struct chance *script, size_t most) {
  for (size_t left = chance_below(script, most + 1); left > 0; left--) {
    struct subject *subject = &subjects[chance_below(script, count)];
    use(subject, count);
    act(subject, script);
  }
}

static bool open_connection(struct subject *subject, int listener) {
  bool partial = chance_once_in(&subject->chance, 4);
  size_t feed = partial || chance_once_in(&subject->chance, 2) ? 0 : chance_below(&subject->chance, 3000);
  bool nonblocking = chance_once_in(&subject->chance, 3);
  subject->tight = chance_once_in(&subject->chance, 5);
  say("seed %llu\n", (unsigned long long)subject->seed);
  side_ask("open %llu %d %zu %d", (unsigned long long)subject->seed, partial, feed, subject->tight);
  watch_call();
  say("accept4%s", nonblocking ? " SOCK_NONBLOCK" : "");
  int fd = nonblocking ? accept4(listener, NULL, NULL, SOCK_NONBLOCK) : accept(listener, NULL, NULL);
  say_result(fd < 0 ? fd : 0);
  if (fd < 0) return false;
  if (subject->tight) {
    int small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  }
  subject->copies[0] = fd;
  subject->copy_count = 1;
  subject->nonblocking = nonblocking;
  subject->complete = !partial;
  subject->fed = feed;
  subject->noisy = true;
  if (!partial) side_ask_and_await(fd, "complete");
  return true;
}

static void complete(struct subject *subject) {
  if (subject->complete) return;
  say("complete\n");
  side_ask_and_await(subject->copies[0], "complete");
  subject->complete = true;
}

static void close_all(struct subject *subject) {
  while (subject->copy_count > 0) {
    watch_call();
    say("close");
    say_result(close(subject->copies[--subject->copy_count]));
  }
}

static void shut_writing(struct subject *subject) {
  watch_call();
  say("shutdown");
  say_result(shutdown(subject_any(subject), SHUT_WR));
  subject->shut = true;
  act_write_shut(subject);
}

/* Our end, perhaps, and the client's. */
static void finish(struct subject *subject, struct chance *script) {
  subject->chance.state = chance_next(script);
  act_expect(subject);
  if (chance_once_in(script, 3)) shut_writing(subject);
  if (chance_once_in(script, 2)) {
    bool reset = chance_once_in(script, 4);
    say("the client %s\n", reset ? "resets" : "ends");
    if (reset) {
      side_reset(subject->copies[0]);
    } else {
      side_ask_and_await(subject->copies[0], "end");
    }
    subject->ended = true;
  }
}

static void leave(struct subject *subject, struct chance *script) {
  subject->chance.state = chance_next(script);
  act_read_to_end(subject);
  if (subject->ended && chance_once_in(script, 2)) act_some(subject, 1, script, 3);
  close_all(subject);
  say("bye: %s\n", side_ask("bye"));
}

void script_run(struct subject *subjects, size_t most, int listener) {
  struct chance script = {subjects[0].seed * 1000003};
  size_t count = chance_once_in(&script, 3) ? most : 1;
  for (size_t i = 0; i < count; i++) {
    use(&subjects[i], count);
    if (!open_connection(&subjects[i], listener)) return;
  }
  act_some(subjects, count, &script, subjects[0].complete ? 25 : 6);
  for (size_t i = 0; i < count; i++) {
    use(&subjects[i], count);
    complete(&subjects[i]);
  }
  act_some(subjects, count, &script, 10);
  for (size_t i = 0; i < count; i++) {
    use(&subjects[i], count);
    finish(&subjects[i], &script);
  }
  act_some(subjects, count, &script, 6);
  for (size_t i = 0; i < count; i++) {
    use(&subjects[i], count);
    leave(&subjects[i], &script);
  }
}
