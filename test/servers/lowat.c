/* One client, whose bytes are to come in a certain least number at a time. Another connection, to the port of control=PORT,
 * brings commands, one a line, each of which is answered with a line:
 *   await N   until the client has sent N bytes, whatever they are
 *   set N, get    SO_RCVLOWAT
 *   ready     what poll, select and epoll say now: three times 0 or 1
 *   edge      what an edge-triggered set, the same each time, says now
 *   wait, wait edge    poll, or that set, until it says yes
 *   read N, recv N, peek N   bytes read, without waiting, or looked at; or an error's name
 * Words: nonblocking (the connection), inherit=N (SO_RCVLOWAT of the listener), buffer=N (its SO_RCVBUF). */
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

static int fd, edge_set;
static char buffer[BUFFER_BYTES];

static void set_option(int socket, int option, int value) {
  if (setsockopt(socket, SOL_SOCKET, option, &value, sizeof value) < 0) server_fail("setsockopt");
}

static int lowat(void) {
  int value = -1;
  socklen_t len = sizeof value;
  if (getsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &value, &len) < 0 || len != sizeof value) server_fail("getsockopt");
  return value;
}

static void await(int bytes) {
  struct tcp_info info = {.tcpi_state = 0};
  socklen_t len = sizeof info;
  while (info.tcpi_bytes_received < (uint64_t)bytes) {
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0) server_fail("TCP_INFO");
    sched_yield();
  }
}

static int new_set(uint32_t events) {
  int set = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = events, .data.fd = fd};
  if (set < 0 || epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) < 0) server_fail("epoll");
  return set;
}

static int say_poll(int timeout) {
  struct pollfd watched = {.fd = fd, .events = POLLIN};
  return poll(&watched, 1, timeout);
}

static int say_select(void) {
  fd_set in;
  struct timeval now = {0, 0};
  FD_ZERO(&in);
  FD_SET(fd, &in);
  return select(fd + 1, &in, NULL, NULL, &now);
}

static int say_epoll(int set, int timeout) {
  struct epoll_event event;
  return epoll_wait(set, &event, 1, timeout);
}

static void answer_ready(FILE *control) {
  int set = new_set(EPOLLIN);
  fprintf(control, "%d %d %d\n", say_poll(0), say_select(), say_epoll(set, 0));
  close(set);
}

static void answer_bytes(FILE *control, ssize_t result) {
  if (result < 0)
    fprintf(control, "%s\n", strerrorname_np(errno));
  else
    fprintf(control, "%zd\n", result);
}

static void obey(FILE *control, const char *command, int number) {
  size_t len = (size_t)number < sizeof buffer ? (size_t)number : sizeof buffer;
  if (strcmp(command, "ready") == 0) answer_ready(control);
  if (strcmp(command, "read") == 0) answer_bytes(control, read(fd, buffer, len));
  if (strcmp(command, "recv") == 0) answer_bytes(control, recv(fd, buffer, len, MSG_DONTWAIT));
  if (strcmp(command, "peek") == 0) answer_bytes(control, recv(fd, buffer, len, MSG_PEEK));
  if (strcmp(command, "edge") == 0) fprintf(control, "%d\n", say_epoll(edge_set, 0));
  if (strcmp(command, "wait") == 0) fprintf(control, "%d\n", say_poll(-1));
  if (strcmp(command, "wait edge") == 0) fprintf(control, "%d\n", say_epoll(edge_set, -1));
  if (strcmp(command, "await") == 0) await(number);
  if (strcmp(command, "set") == 0) set_option(fd, SO_RCVLOWAT, number);
  if (strcmp(command, "await") == 0 || strcmp(command, "set") == 0) fprintf(control, "done\n");
  if (strcmp(command, "get") == 0) fprintf(control, "%d\n", lowat());
}

static void take_commands(int listener) {
  char line[64];
  int connection = accept(listener, NULL, NULL);
  FILE *in = fdopen(connection, "r"), *out = fdopen(dup(connection), "w");
  if (!in || !out) server_fail("control");
  setvbuf(out, NULL, _IOLBF, 0);
  while (fgets(line, sizeof line, in)) {
    line[strcspn(line, "\n")] = '\0';
    char *digits = line + strcspn(line, "-0123456789");
    int number = atoi(digits);
    if (digits > line && *digits) digits[-1] = '\0';
    obey(out, line, number);
  }
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int commands = server_listen_on(atoi(server_value("control", "0")));
  int listener = server_listen_on(atoi(argv[1]));
  int inherited = atoi(server_value("inherit", "0")), room = atoi(server_value("buffer", "0"));
  if (inherited > 0) set_option(listener, SO_RCVLOWAT, inherited);
  if (room > 0) set_option(listener, SO_RCVBUF, room);
  server_ready(listener);
  fd = server_accept(listener);
  if (fd < 0) server_fail("accept");
  if (server_word("nonblocking")) server_set_nonblocking(fd);
  edge_set = new_set(EPOLLIN | EPOLLET);
  take_commands(commands);
  return 0;
}
