/* One connection after another, with plain blocking calls. With the word "prefork" four processes do so on one listener. */
#include <signal.h>
#include <unistd.h>

#include "server.h"

static void fork_some(void) {
  for (int i = 0; i < 3; i++)
    if (server_fork(SIGTERM) == 0) return;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  if (server_word("prefork")) fork_some();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    server_echo(fd);
    close(fd);
  }
}
