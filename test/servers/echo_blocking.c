/* One connection after another, with plain blocking calls. */
#include <unistd.h>

#include "server.h"

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    server_echo(fd);
    close(fd);
  }
}
