/* One connection at a time, echoed, after a child that read it, too, was killed in the middle of its read. Until the
 * connection has ended the child stays a zombie. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    pid_t child = fork();
    if (child < 0) server_fail("fork");
    if (child == 0) {
      server_echo(fd);
      _exit(0);
    }
    while (server_thread_state(child) != 'S')
      continue;
    kill(child, SIGKILL);
    waitid(P_PID, (id_t)child, NULL, WEXITED | WNOWAIT);
    server_echo(fd);
    close(fd);
    waitpid(child, NULL, 0);
  }
}
