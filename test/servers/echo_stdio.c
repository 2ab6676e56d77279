/* Echoes lines through FILE streams (fdopen, fgets, fputs), one connection at a time. With "dup" the two streams have a
 * descriptor each, as network daemons of old did it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

static void echo(FILE *in, FILE *out) {
  char line[512];
  while (fgets(line, sizeof line, in)) {
    if (fputs(line, out) == EOF || fflush(out) == EOF) return;
  }
  server_ended(ferror(in) ? -1 : 0);
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    FILE *in = fdopen(fd, server_word("dup") ? "r" : "r+");
    FILE *out = server_word("dup") ? fdopen(dup(fd), "w") : in;
    if (!in || !out) server_fail("fdopen");
    echo(in, out);
    fclose(in);
    if (out != in) fclose(out);
  }
}
