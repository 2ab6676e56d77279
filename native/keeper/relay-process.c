#define _GNU_SOURCE
#include "relay-process.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_PAUSE_MS 100
#define LONGEST_PAUSE_MS 30000
/* One that has lived for so long did not die of its own start. */
#define HEALTHY_MS 10000

static void become_relay(const struct keeper_relay *relay, pid_t keeper) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  /* The keeper may have died before it was asked to tell. */
  if (getppid() == keeper) {
    execv(relay->command[0], relay->command);
  }
  _exit(127);
}

void keeper_relay_start(struct keeper_relay *relay, int64_t now_ms) {
  pid_t keeper = getpid();
  relay->started_ms = now_ms;
  relay->pid = fork();
  if (relay->pid == 0) {
    become_relay(relay, keeper);
  }
  relay->pidfd = relay->pid > 0 ? (int)syscall(SYS_pidfd_open, relay->pid, 0) : -1;
  if (relay->pid < 0) {
    keeper_relay_ended(relay, now_ms);
  }
}

void keeper_relay_ended(struct keeper_relay *relay, int64_t now_ms) {
  if (relay->pid > 0) {
    waitpid(relay->pid, NULL, 0);
    close(relay->pidfd);
  }
  bool healthy = now_ms - relay->started_ms >= HEALTHY_MS;
  int64_t doubled = relay->pause_ms * 2 < LONGEST_PAUSE_MS ? relay->pause_ms * 2 : LONGEST_PAUSE_MS;
  relay->pause_ms = healthy || relay->pause_ms == 0 ? FIRST_PAUSE_MS : doubled;
  relay->next_start_ms = now_ms + relay->pause_ms;
  relay->pid = 0;
  relay->pidfd = -1;
}

void keeper_relay_stop(struct keeper_relay *relay, int patience_ms) {
  if (relay->pid == 0) {
    return;
  }
  struct pollfd ended = {.fd = relay->pidfd, .events = POLLIN};
  kill(relay->pid, SIGTERM);
  if (poll(&ended, 1, patience_ms) == 0) {
    kill(relay->pid, SIGKILL);
  }
  waitpid(relay->pid, NULL, 0);
}
