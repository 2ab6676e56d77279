/* One connection at a time, echoed; the listening socket was opened by the constructor of a library. */
#include <unistd.h>

#include "early_library.h"
#include "server.h"

int main(int argc, char **argv) {
  server_begin(argc, argv);
  server_ready(early_listener);
  for (;;) {
    int fd = server_accept(early_listener);
    if (fd < 0) continue;
    server_echo(fd);
    close(fd);
  }
}
