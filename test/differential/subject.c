/* differential-subject PORT SOCKET SOCKET FIRST COUNT FILE
 *
 * Listens on the port, connects to its clients' Unix sockets, and performs the scripts of seeds FIRST, FIRST + 1, …, each on
 * a connection of its own, or on one to each client. FILE gets the transcript. */
#include "subject.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "content.h"
#include "script.h"
#include "side.h"
#include "transcript.h"

/* Between the seeds of a script's connections: far from those of other scripts. */
#define OTHER_SEED 1000000007

int subject_any(struct subject *subject) {
  return subject->copies[chance_below(&subject->chance, (size_t)subject->copy_count)];
}

void subject_feed(struct subject *subject, uint64_t n) {
  side_ask_and_await(subject->copies[0], "feed %llu", (unsigned long long)n);
  subject->fed += n;
  subject->noisy = true;
}

void subject_took(struct subject *subject, const uint8_t *bytes, size_t len) {
  size_t right = content_check(subject->seed, TO_SERVER, subject->read, bytes, len);
  if (right < len)
    say("  WRONG: byte %zu of %zu, at %llu of the stream\n", right, len, (unsigned long long)subject->read);
  subject_skipped(subject, len);
}

void subject_skipped(struct subject *subject, size_t len) {
  subject->read += len;
  if (subject->read > subject->fed) say("  WRONG: more than the client has sent\n");
}

const uint8_t *subject_prepare(struct subject *subject, size_t len) {
  content_fill(subject->seed, TO_CLIENT, subject->written, subject->buffer, len);
  return subject->buffer;
}

static int open_descriptors(void) {
  DIR *directory = opendir("/proc/self/fd");
  int count = 0;
  while (directory && readdir(directory))
    count++;
  if (directory) closedir(directory);
  return count;
}

static int listen_on(int port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  /* What a script lets the client send before it reads must fit, with all its overhead in many small segments. */
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1, ample = 1 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &ample, sizeof ample);
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
      bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 16) < 0) {
    perror("listen");
    exit(1);
  }
  return fd;
}

static void on_alarm(int signal_number) {
  (void)signal_number;
  transcript_hang();
}
static void on_broken_pipe(int signal_number) {
  (void)signal_number;
  broken_pipes++;
}

int main(int argc, char **argv) {
  static uint8_t buffer[BUFFER_MAX];
  if (argc == 7 && strcmp(argv[1], "share") == 0) return share_main(argv + 2);
  if (argc != 7) {
    fprintf(stderr, "usage: %s PORT SOCKET SOCKET FIRST COUNT FILE\n", argv[0]);
    return 2;
  }
  signal(SIGALRM, on_alarm);
  signal(SIGPIPE, on_broken_pipe);
  int listener = listen_on(atoi(argv[1]));
  uint64_t first = strtoull(argv[4], NULL, 10), count = strtoull(argv[5], NULL, 10);
  transcript_begin(argv[6]);
  for (int i = 0; i < SIDES; i++)
    side_connect(i, argv[2 + i]);
  int before = open_descriptors();
  for (uint64_t seed = first; seed < first + count; seed++) {
    struct subject subjects[SIDES];
    for (int i = 0; i < SIDES; i++) {
      uint64_t own = seed + (uint64_t)i * OTHER_SEED;
      subjects[i] = (struct subject){.which = i, .seed = own, .chance = {own}, .buffer = buffer};
    }
    alarm(20);
    script_run(subjects, SIDES, listener);
    transcript_flush();
  }
  say("descriptors left over: %d\n", open_descriptors() - before);
  transcript_flush();
  return 0;
}
