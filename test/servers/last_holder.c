/* Two processes share a connection; the one that goes first must not end it for the other. With first=parent the parent
 * closes its copy and then the child writes "last\n" and ends; with first=child the other way round. The end of the last
 * holder is end=close, end=exit, end=_exit or end=exec (of true(1), the connection being close-on-exec). A child that is last may
 * become another user before: user=ID. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

static void write_last(int fd) {
  if (!server_write_all(fd, "last\n", 5)) server_fail("the other holder's end has ended the connection");
}

static _Noreturn void end_of_child(int fd) {
  const char *end = server_value("end", "close");
  if (strcmp(end, "_exit") == 0) _exit(0);
  if (strcmp(end, "exec") == 0) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    execlp("true", "true", (char *)NULL);
    server_fail("exec");
  }
  if (strcmp(end, "close") == 0) close(fd);
  exit(0);
}

static void become_user(void) {
  const char *user = server_value("user", NULL);
  if (user && setuid((uid_t)atoi(user)) < 0) server_fail("setuid");
}

static void child_last(int fd) {
  int begun[2], gate[2];
  char byte;
  if (pipe(begun) < 0 || pipe(gate) < 0) server_fail("pipe");
  pid_t child = fork();
  if (child < 0) server_fail("fork");
  if (child == 0) {
    close(gate[1]);
    become_user();
    if (write(begun[1], "", 1) != 1 || read(gate[0], &byte, 1) != 0) server_fail("gate");
    write_last(fd);
    end_of_child(fd);
  }
  if (read(begun[0], &byte, 1) != 1) server_fail("begun");
  close(fd);
  close(gate[1]);
  waitpid(child, NULL, 0);
  close(gate[0]);
  close(begun[0]);
  close(begun[1]);
}

static void parent_last(int fd) {
  pid_t child = fork();
  if (child < 0) server_fail("fork");
  if (child == 0) end_of_child(fd);
  waitpid(child, NULL, 0);
  write_last(fd);
  close(fd);
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    if (strcmp(server_value("first", "parent"), "parent") == 0)
      child_last(fd);
    else
      parent_last(fd);
  }
}
