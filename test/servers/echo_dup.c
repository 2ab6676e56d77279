/* Reads on one copy of the connection and writes on another, the accepted descriptor itself being closed at once. The
 * copies are made as how=dup|dup2|dup3|fcntl says. dup2 and dup3 land on a descriptor that was open: on a pipe at first,
 * later on the number of an earlier connection. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

static int make_copy(const char *how, int fd, int place) {
  if (strcmp(how, "dup") == 0) return dup(fd);
  if (strcmp(how, "dup2") == 0) return dup2(fd, place);
  if (strcmp(how, "dup3") == 0) return dup3(fd, place, O_CLOEXEC);
  if (strcmp(how, "fcntl") == 0) return fcntl(fd, F_DUPFD_CLOEXEC, 100);
  errno = EINVAL;
  return -1;
}

static void echo(int in, int out) {
  char buffer[BUFFER_BYTES];
  ssize_t n;
  while ((n = read(in, buffer, sizeof buffer)) > 0)
    if (!server_write_all(out, buffer, (size_t)n)) return;
  server_ended(n);
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  const char *how = server_value("how", "dup");
  int place[2];
  int listener = server_listen();
  if (pipe(place) < 0) server_fail("pipe");
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    int in = make_copy(how, fd, place[0]);
    int out = make_copy(how, fd, place[1]);
    if (in < 0 || out < 0) server_fail(how);
    close(fd);
    echo(in, out);
    /* With dup2 and dup3 the places stay open on an ended connection until the next one replaces them. */
    if (in != place[0]) {
      close(in);
      close(out);
    } else {
      if (dup2(STDIN_FILENO, in) < 0 || dup2(STDIN_FILENO, out) < 0) server_fail("dup2 of standard input");
    }
  }
}
