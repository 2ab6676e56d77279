/* A process for each connection. The parent closes its copy at once; with the word "keep" it closes it when the child has
 * ended. The child closes its copy when the stream has ended, or just exits with the word "exit" (_exit with "_exit"). */
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

static _Noreturn void serve(int listener, int fd) {
  close(listener);
  server_echo(fd);
  if (server_word("_exit")) _exit(0);
  if (!server_word("exit")) close(fd);
  exit(0);
}

static void reap(int flags) {
  while (waitpid(-1, NULL, flags) > 0)
    ;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    pid_t child = fork();
    if (child < 0) server_fail("fork");
    if (child == 0) serve(listener, fd);
    if (server_word("keep")) reap(0);
    close(fd);
    reap(WNOHANG);
  }
}
