#define _GNU_SOURCE
#include "holding.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../native/preload/descriptors.h"
#include "../../native/preload/holders.h"
#include "../../native/preload/process.h"
#include "../../native/preload/table.h"

#define OLD_MS 60000

static const unsigned char close_1000[] = {0x88, 2, 1000 >> 8, 1000 & 0xff};

struct ends holding_open(void) {
  struct ends ends = connection_open();
  atomic_fetch_sub(&ws_connection_of(ends.server)->accepted_ms, OLD_MS);
  return ends;
}

pid_t holding_fork(int fd, const int gate[2]) {
  char byte;
  pid_t child = fork();
  if (child < 0) connection_fail("fork");
  if (child == 0) {
    /* What the handlers of fork do, which only the library's constructor registers. */
    ws_lock_forked();
    ws_process.pid = getpid();
    close(gate[1]);
    if (read(gate[0], &byte, 1) != 0) connection_fail("gate");
    ws_descriptors_close(fd);
    _exit(0);
  }
  ws_holders_add_process(ws_connection_of(fd), child);
  return child;
}

void holding_await(pid_t child) {
  int status;
  if (waitpid(child, &status, 0) != child || status != 0) connection_fail("a child has failed");
}

void holding_receive_close(int client) {
  unsigned char bytes[sizeof close_1000];
  if (recv(client, bytes, sizeof bytes, MSG_WAITALL) != sizeof bytes || memcmp(bytes, close_1000, sizeof bytes) != 0)
    connection_fail("no Close has come");
}

void holding_receive_end(int client) {
  char byte;
  if (recv(client, &byte, 1, 0) != 0) connection_fail("there is more behind the Close");
}
