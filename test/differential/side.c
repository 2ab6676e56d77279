#include "side.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "transcript.h"

/* TCP_CLOSE of <netinet/tcp.h>, which does not go together with <linux/tcp.h>. */
#define STATE_CLOSE 7

static int lines[SIDES] = {-1, -1};
static int line_fd = -1;
static char reply[256];

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "differential-subject: %s: %s\n", what, strerrorname_np(errno));
  exit(1);
}

void side_use(int which) {
  line_fd = lines[which];
}

void side_connect(int which, const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  line_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (line_fd < 0 || connect(line_fd, (struct sockaddr *)&address, sizeof address) < 0) fail(path);
  lines[which] = line_fd;
}

static const char *ask(const char *format, va_list arguments) {
  char line[256];
  int len = vsnprintf(line, sizeof line - 1, format, arguments);
  line[len++] = '\n';
  if (send(line_fd, line, (size_t)len, MSG_NOSIGNAL) != len) fail("the client is gone");
  size_t have = 0;
  do {
    ssize_t n = recv(line_fd, reply + have, sizeof reply - 1 - have, 0);
    if (n <= 0 && errno == EINTR) continue;
    if (n <= 0) fail("the client is gone");
    have += (size_t)n;
  } while (reply[have - 1] != '\n');
  reply[have - 1] = '\0';
  return reply;
}

const char *side_ask(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  ask(format, arguments);
  va_end(arguments);
  return reply;
}

void side_ask_and_await(int fd, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  ask(format, arguments);
  va_end(arguments);
  unsigned long long wire;
  if (sscanf(reply, "ok %llu", &wire) != 1) {
    say("client: %s\n", reply);
    return;
  }
  for (;;) {
    struct tcp_info info = {.tcpi_bytes_received = 0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0 || info.tcpi_bytes_received >= wire) return;
    sched_yield();
  }
}

void side_reset(int fd) {
  struct tcp_info info = {.tcpi_state = 0};
  socklen_t len = sizeof info;
  side_ask("reset");
  while (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 && info.tcpi_state != STATE_CLOSE)
    sched_yield();
}
