/* Puts a listening socket at descriptor 3 and executes itself anew; the new image finds it there, as a program does that a
 * supervisor has started, and echoes. With the word "unseen" the first image calls bind and listen without libc. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

#define INHERITED 3

static _Noreturn void serve(void) {
  server_ready(INHERITED);
  for (;;) {
    int fd = server_accept(INHERITED);
    if (fd < 0) continue;
    server_echo(fd);
    close(fd);
  }
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  if (server_word("inherited")) serve();
  int listener = server_listen_on(atoi(argv[1]));
  if (listener != INHERITED) {
    if (dup2(listener, INHERITED) < 0) server_fail("dup2");
    close(listener);
  }
  char *again[] = {argv[0], argv[1], "inherited", NULL};
  execv("/proc/self/exe", again);
  server_fail("exec");
}
