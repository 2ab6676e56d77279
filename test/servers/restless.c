/* A child has each connection, and goes on giving it another place while other processes let go of their copies: how=number, from
 * one descriptor to another and back; how=fork, to a child of its own, and ends; how=pass, over a Unix socket to another process and
 * back. Then whoever has it writes "still here\n" and closes it. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "passing.h"
#include "server.h"

/* Whoever looks through all descriptors takes a while for these. */
#define FILLERS 64
#define OTHERS 8

static void fill(void) {
  int null = open("/dev/null", O_RDWR);
  for (int i = 0; i < FILLERS; i++)
    if (dup(null) < 0) server_fail("dup");
}

/* The other end is closed when all others have let go; so nobody goes on without it. */
static bool is_shared(int gate) {
  struct pollfd watched = {.fd = gate};
  return poll(&watched, 1, 0) == 0;
}

static int move(int fd, int to) {
  if (dup2(fd, to) < 0) server_fail("dup2");
  close(fd);
  return to;
}

static int between_numbers(int gate, int high) {
  int low = STDIN_FILENO;
  int fd = high;
  while (is_shared(gate))
    fd = move(fd, fd == low ? high : low);
  return fd;
}

static int between_generations(int gate, int fd) {
  while (is_shared(gate)) {
    pid_t child = fork();
    if (child < 0) server_fail("fork");
    if (child > 0) exit(0);
  }
  return fd;
}

static int between_processes(int gate, int fd) {
  int channel[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel) < 0) server_fail("socketpair");
  pid_t other = fork();
  if (other < 0) server_fail("fork");
  int own = channel[other == 0];
  close(channel[other != 0]);
  if (other == 0) {
    close(fd);
    fd = pass_take(own);
  }
  while (fd >= 0 && is_shared(gate)) {
    pass(own, fd);
    close(fd);
    fd = pass_take(own);
  }
  if (fd < 0) exit(0);
  return fd;
}

static _Noreturn void serve(int gate, int fd) {
  const char *how = server_value("how", "number");
  if (write(gate, "", 1) != 1) server_fail("gate");
  if (strcmp(how, "number") == 0) fd = between_numbers(gate, fd);
  if (strcmp(how, "fork") == 0) fd = between_generations(gate, fd);
  if (strcmp(how, "pass") == 0) fd = between_processes(gate, fd);
  if (!server_write_all(fd, "still here\n", 11)) server_fail("the connection has ended");
  close(fd);
  exit(0);
}

static void let_go(int fd) {
  pid_t child = fork();
  if (child < 0) server_fail("fork");
  if (child == 0) {
    close(fd);
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

static void share(int fd) {
  int gate[2];
  char byte;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, gate) < 0) server_fail("socketpair");
  pid_t child = fork();
  if (child < 0) server_fail("fork");
  close(gate[child != 0]);
  if (child == 0) serve(gate[1], fd);
  if (read(gate[0], &byte, 1) != 1) server_fail("gate");
  for (int i = 0; i < OTHERS; i++)
    let_go(fd);
  close(fd);
  close(gate[0]);
  while (wait(NULL) > 0)
    ;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  /* Grandchildren, too, are waited for here. */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int listener = server_listen();
  fill();
  for (;;) {
    int fd = server_accept(listener);
    if (fd >= 0) share(fd);
  }
}
