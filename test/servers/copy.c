/* Copies its standard input to its standard output, as cat does. */
#include <unistd.h>

int main(void) {
  static char buffer[65536];
  ssize_t n;
  while ((n = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
    for (ssize_t at = 0, step; at < n; at += step)
      if ((step = write(STDOUT_FILENO, buffer + at, (size_t)(n - at))) < 0) return 1;
  return n < 0;
}
