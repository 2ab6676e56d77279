/* A process for each connection that becomes another program, command=PATH (default /bin/cat), with the connection as its
 * standard input and output, in the manner of inetd. route= names the function that starts it (default execv); `vfork` makes
 * the process by that instead of fork. before=N echoes so many bytes first. */
#include <fcntl.h>
#include <libgen.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

static char *name;

static void execute(const char *route, char *path) {
  char *arguments[] = {path, NULL};
  if (strcmp(route, "execve") == 0) execve(path, arguments, environ);
  if (strcmp(route, "execv") == 0) execv(path, arguments);
  if (strcmp(route, "execvp") == 0) execvp(name, arguments);
  if (strcmp(route, "execvpe") == 0) execvpe(name, arguments, environ);
  if (strcmp(route, "execl") == 0) execl(path, path, (char *)NULL);
  if (strcmp(route, "execlp") == 0) execlp(name, path, (char *)NULL);
  if (strcmp(route, "execle") == 0) execle(path, path, (char *)NULL, environ);
  if (strcmp(route, "fexecve") == 0) fexecve(open(path, O_RDONLY), arguments, environ);
  if (strcmp(route, "fexecve-path") == 0) fexecve(open(path, O_PATH), arguments, environ);
  if (strcmp(route, "execveat") == 0) execveat(AT_FDCWD, path, arguments, environ, 0);
  if (strcmp(route, "syscall-execve") == 0) syscall(SYS_execve, path, arguments, environ);
  if (strcmp(route, "syscall-execveat") == 0) syscall(SYS_execveat, AT_FDCWD, path, arguments, environ, 0);
  server_fail(route);
}

static void start(const char *route, char *path, int fd) {
  pid_t child = server_word("vfork") ? vfork() : fork();
  if (child < 0) server_fail("fork");
  if (child > 0) return;
  if (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0) server_fail("dup2");
  if (fd > STDERR_FILENO) close(fd);
  execute(route, path);
}

static void spawn(const char *route, char *path, int fd) {
  char *arguments[] = {path, NULL};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, fd);
  pid_t child;
  bool search = strcmp(route, "posix_spawnp") == 0;
  if ((search ? posix_spawnp(&child, name, &actions, NULL, arguments, environ)
              : posix_spawn(&child, path, &actions, NULL, arguments, environ)) != 0)
    server_fail(route);
  posix_spawn_file_actions_destroy(&actions);
}

static void echo(int fd, long count) {
  char byte;
  for (; count > 0 && read(fd, &byte, 1) == 1; count--) {
    if (write(fd, &byte, 1) != 1) server_fail("write");
  }
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  char *path = strdup(server_value("command", "/bin/cat"));
  const char *route = server_value("route", "execv");
  name = strdup(basename(path));
  setenv("PATH", dirname(strdup(path)), 1);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    echo(fd, atol(server_value("before", "0")));
    if (strncmp(route, "posix_spawn", 11) == 0)
      spawn(route, path, fd);
    else
      start(route, path, fd);
    close(fd);
    while (waitpid(-1, NULL, WNOHANG) > 0)
      ;
  }
}
