/* One connection at a time, echoed. First a copy of its descriptor is closed so that libc does not know, and a child comes
 * and goes that has the connection, too. */
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    server_unseen_call(SYS_close, dup(fd), 0, 0);
    pid_t child = fork();
    if (child < 0) server_fail("fork");
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
    server_echo(fd);
    close(fd);
  }
}
