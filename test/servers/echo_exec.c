/* A process for each connection that becomes another program, command=NAME (default cat), with the connection as its
 * standard input and output, in the manner of inetd. */
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

static _Noreturn void become(const char *command, int fd) {
  if (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0) server_fail("dup2");
  if (fd > STDERR_FILENO) close(fd);
  execlp(command, command, (char *)NULL);
  server_fail(command);
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  const char *command = server_value("command", "cat");
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    pid_t child = fork();
    if (child < 0) server_fail("fork");
    if (child == 0) become(command, fd);
    close(fd);
    while (waitpid(-1, NULL, WNOHANG) > 0)
      ;
  }
}
