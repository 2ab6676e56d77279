/* Actions that are the client's to perform. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "side.h"
#include "subject.h"
#include "transcript.h"

/* More than this at a time might not fit into the kernel's buffer, and the client would wait for ever. */
#define THERE_MAX 12000

void act_feed(struct subject *subject) {
  struct chance *chance = &subject->chance;
  static const size_t sizes[] = {8, 200, 3000, THERE_MAX};
  size_t n = chance_below(chance, sizes[chance_below(chance, 4)]);
  if (subject_there(subject) + n > THERE_MAX) return;
  say("feed %zu\n", n);
  subject_feed(subject, n);
}

void act_noise(struct subject *subject) {
  say("noise\n");
  side_ask_and_await(subject->copies[0], "noise");
  subject->noisy = true;
}

void act_expect(struct subject *subject) {
  int on = 1;
  if (!subject->complete) return;
  /* What MSG_MORE or Nagle's algorithm holds back goes out. */
  setsockopt(subject_any(subject), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  say("expect %llu: %s\n", (unsigned long long)subject->written,
      side_ask("expect %llu", (unsigned long long)subject->written));
}
