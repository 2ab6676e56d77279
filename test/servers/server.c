#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static char **words;

void server_begin(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: %s PORT [WORD | NAME=VALUE]...\n", argv[0]);
    exit(2);
  }
  words = argv + 1;
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGPIPE, SIG_IGN);
}

bool server_word(const char *word) {
  for (char **each = words + 1; *each; each++)
    if (strcmp(*each, word) == 0) return true;
  return false;
}

const char *server_value(const char *name, const char *otherwise) {
  size_t len = strlen(name);
  for (char **each = words + 1; *each; each++)
    if (strncmp(*each, name, len) == 0 && (*each)[len] == '=') return *each + len + 1;
  return otherwise;
}

static socklen_t parse_address(const char *text, int port, struct sockaddr_storage *address) {
  struct sockaddr_in *four = (struct sockaddr_in *)address;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
  memset(address, 0, sizeof *address);
  if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons((uint16_t)port);
    return sizeof *four;
  }
  if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)port);
    return sizeof *six;
  }
  server_fail("address=");
}

long server_unseen_call(long number, long a, long b, long c) {
#ifdef __x86_64__
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  if (result < 0) errno = (int)-result;
  return result < 0 ? -1 : result;
#else
  return syscall(number, a, b, c);
#endif
}

static void bind_and_listen(int fd, const struct sockaddr_storage *address, socklen_t len) {
  int backlog = atoi(server_value("backlog", "4096"));
  if (server_word("unseen")) {
    if (server_unseen_call(SYS_bind, fd, (long)address, len) < 0) server_fail("unseen bind");
    if (server_unseen_call(SYS_listen, fd, backlog, 0) < 0) server_fail("unseen listen");
    return;
  }
  if (server_word("numbers")) {
    if (syscall(SYS_bind, fd, address, len) < 0) server_fail("bind by number");
    if (syscall(SYS_listen, fd, backlog) < 0) server_fail("listen by number");
    return;
  }
  if (bind(fd, (const struct sockaddr *)address, len) < 0) server_fail("bind");
  if (listen(fd, backlog) < 0) server_fail("listen");
  if (server_word("twice") && listen(fd, backlog) < 0) server_fail("listen once more");
}

int server_listen_on(int port) {
  struct sockaddr_storage address;
  socklen_t len = parse_address(server_value("address", "127.0.0.1"), port, &address);
  int fd = socket(address.ss_family, SOCK_STREAM, 0);
  int on = 1, off = 0, room = atoi(server_value("rcvbuf", "0"));
  if (fd < 0) server_fail("socket");
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) server_fail("SO_REUSEADDR");
  if (address.ss_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) < 0)
    server_fail("IPV6_V6ONLY");
  if (room > 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) < 0) server_fail("SO_RCVBUF");
  bind_and_listen(fd, &address, len);
  if (server_word("nonblock")) server_set_nonblocking(fd);
  return fd;
}

static int port_of(const struct sockaddr_storage *address) {
  if (address->ss_family == AF_INET6) return ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
  return ntohs(((const struct sockaddr_in *)address)->sin_port);
}

void server_ready(int listener) {
  struct sockaddr_storage address;
  socklen_t len = sizeof address;
  if (getsockname(listener, (struct sockaddr *)&address, &len) < 0) server_fail("getsockname");
  printf("pid %d\nready %d\n", (int)getpid(), port_of(&address));
}

int server_listen(void) {
  int fd = server_listen_on(atoi(words[0]));
  server_ready(fd);
  return fd;
}

static void announce_peer(const struct sockaddr_storage *address) {
  char text[INET6_ADDRSTRLEN] = "?";
  const void *bytes = address->ss_family == AF_INET6 ? (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr
                                                     : (const void *)&((const struct sockaddr_in *)address)->sin_addr;
  inet_ntop(address->ss_family, bytes, text, sizeof text);
  printf("accepted %s %d\n", text, port_of(address));
}

int server_accept(int listener) {
  struct sockaddr_storage address;
  socklen_t len = sizeof address;
  int fd = accept(listener, (struct sockaddr *)&address, &len);
  if (fd >= 0) {
    announce_peer(&address);
    return fd;
  }
  if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return -1;
  server_fail("accept");
}

void server_ended(ssize_t result) {
  printf("ended %s\n", result == 0 ? "0" : strerrorname_np(errno));
}

bool server_write_all(int fd, const void *data, size_t len) {
  const char *at = data;
  while (len > 0) {
    ssize_t n = write(fd, at, len);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
      server_ended(n);
      return false;
    }
    if (n <= 0 || (size_t)n > len) server_fail("write");
    at += n;
    len -= (size_t)n;
  }
  return true;
}

void server_echo(int fd) {
  char buffer[BUFFER_BYTES];
  for (;;) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      server_ended(n);
      return;
    }
    if (!server_write_all(fd, buffer, (size_t)n)) return;
  }
}

void server_set_nonblocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) server_fail("O_NONBLOCK");
}

pid_t server_fork(int signal_at_end) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) server_fail("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, signal_at_end);
    /* It may have ended before that. */
    if (getppid() != parent) raise(signal_at_end);
  }
  return child;
}

char server_thread_state(pid_t thread) {
  char path[64], state = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", thread);
  FILE *stat = fopen(path, "r");
  if (stat == NULL || fscanf(stat, "%*d (%*[^)]) %c", &state) != 1) server_fail("stat");
  fclose(stat);
  return state;
}

_Noreturn void server_fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerrorname_np(errno));
  exit(1);
}
