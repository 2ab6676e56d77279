/* Calls of every kind that the library replaces, in one line of results. Built by a test for another libc than glibc. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  int ends[2], pair[2];
  char text[4] = "";
  if (pipe(ends) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0) return 1;
  int printed = dprintf(ends[1], "%s", "abc");
  struct pollfd watched = {.fd = ends[0], .events = POLLIN};
  int ready = poll(&watched, 1, 1000);
  int copy = fcntl(ends[0], F_DUPFD, 50);
  ssize_t got = read(copy, text, 3);
  ssize_t sent = send(pair[0], "x", 1, MSG_NOSIGNAL), received = recv(pair[1], text, 3, 0);
  FILE *stream = fdopen(ends[1], "w");
  if (stream == NULL || fprintf(stream, "de") != 2 || fclose(stream) != 0) return 1;
  ssize_t more = read(ends[0], text, 3);
  int ended = system("exit 3");
  printf("%d %d %d %zd %zd %zd %zd %d\n", printed, ready, copy, got, sent, received, more, ended >> 8);
  return 0;
}
