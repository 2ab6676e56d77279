/* Writes 10 MB of 'm' in pieces of 100 kB to one client, while a timer's signal handler writes "HHHHHHHH" to the same
 * connection; tells how many bytes of either kind the calls have reported as written. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "server.h"

#define PIECE 100000

static int connection;
static volatile sig_atomic_t handled;

static void write_aside(int signal) {
  int saved = errno;
  (void)signal;
  ssize_t written = write(connection, "HHHHHHHH", 8);
  if (written > 0) handled += (int)written;
  errno = saved;
}

static void set_timer(long microseconds) {
  struct itimerval every = {{0, microseconds}, {0, microseconds}};
  if (setitimer(ITIMER_REAL, &every, NULL) != 0) server_fail("setitimer");
}

int main(int argc, char **argv) {
  static char piece[PIECE];
  server_begin(argc, argv);
  connection = server_accept(server_listen());
  struct sigaction action = {.sa_handler = write_aside, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  memset(piece, 'm', sizeof piece);
  set_timer(200);
  for (int i = 0; i < 100; i++) {
    if (!server_write_all(connection, piece, sizeof piece)) return 1;
  }
  set_timer(0);
  printf("main %d handler %d\n", 100 * PIECE, (int)handled);
  close(connection);
  return 0;
}
