/* A signal handler jumps out of a blocked read, and the connection is closed: its place in the shared state is free again. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "../../native/preload/descriptors.h"
#include "../../native/preload/reading.h"
#include "../../native/preload/table.h"
#include "connection.h"

static sigjmp_buf back;

static void jump(int number) {
  (void)number;
  siglongjmp(back, 1);
}

int main(void) {
  char byte;
  struct iovec iov = {&byte, 1};
  struct itimerval soon = {.it_value = {.tv_usec = 50000}};
  connection_begin();
  struct ends ends = connection_open();
  signal(SIGALRM, jump);
  if (sigsetjmp(back, 1) == 0) {
    setitimer(ITIMER_REAL, &soon, NULL);
    ws_reading_receive(ends.server, ws_connection_of(ends.server), &iov, 1, 0);
    connection_fail("the read was to be left by a jump");
  }
  ws_descriptors_close(ends.server);
  return connection_end();
}
