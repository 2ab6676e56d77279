/* What a call costs on a descriptor that is no connection of ours: ns per call, a line each. Run it once as it is and once
 * under wswrap; the difference is what the hooks add. Each is the best of many short rounds, so that a busy machine matters little. */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CALLS 500
#define ROUNDS 6000

static int null_in, null_out, event, ends[2], listener;

static void read_null(void) {
  char byte;
  if (read(null_in, &byte, 1) != 0) perror("read");
}
static void write_null(void) {
  if (write(null_out, "", 1) != 1) perror("write");
}
static void read_event(void) {
  uint64_t count;
  if (read(event, &count, sizeof count) != sizeof count) perror("eventfd");
}
static void poll_pipe(void) {
  struct pollfd watched = {.fd = ends[0], .events = POLLIN};
  if (poll(&watched, 1, 0) != 0) perror("poll");
}

static double now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void measure(const char *name, void (*call)(void)) {
  double best = 1e18;
  for (int round = 0; round < ROUNDS; round++) {
    double begin = now();
    for (int i = 0; i < CALLS; i++)
      call();
    double took = (now() - begin) / CALLS;
    if (took < best) best = took;
  }
  printf("%s %.1f\n", name, best);
}

int main(void) {
  null_in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  null_out = open("/dev/null", O_WRONLY | O_CLOEXEC);
  event = eventfd(1000000000, EFD_SEMAPHORE | EFD_CLOEXEC);
  if (pipe2(ends, O_CLOEXEC) < 0) return 1;
  /* So that the process has something to do with sockets at all. */
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || listen(listener, 1) < 0) return 1;
  measure("read-null", read_null);
  measure("write-null", write_null);
  measure("read-eventfd", read_event);
  measure("poll-pipe", poll_pipe);
  return 0;
}
