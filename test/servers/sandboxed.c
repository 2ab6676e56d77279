/* Echoes from a child that has locked itself in with seccomp(2): for whatever it does besides reading, writing and waiting it
 * is killed. The bytes take a pipe that the child has not touched before. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

#define ALLOW(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static void lock_in(void) {
  static struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      ALLOW(SYS_read),
      ALLOW(SYS_write),
      ALLOW(SYS_writev),
      ALLOW(SYS_shutdown),
      ALLOW(SYS_poll),
      ALLOW(SYS_ppoll),
      ALLOW(SYS_close),
      ALLOW(SYS_futex),
      ALLOW(SYS_getpid),
      ALLOW(SYS_clock_gettime),
      ALLOW(SYS_exit_group),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    server_fail("prctl");
}

/* Up to the end of the stream. */
static void echo_through(int fd, const int through[2]) {
  char buffer[4096];
  struct pollfd entry = {.fd = fd, .events = POLLIN};
  while (poll(&entry, 1, -1) == 1 || errno == EAGAIN) {
    ssize_t len = read(fd, buffer, sizeof buffer);
    if (len < 0 && errno == EAGAIN) continue;
    if (len <= 0) break;
    if (write(through[1], buffer, (size_t)len) != len) break;
    for (ssize_t left = len; left > 0;) {
      ssize_t part = read(through[0], buffer, (size_t)left);
      for (ssize_t done = 0; done < part;) {
        ssize_t step = write(fd, buffer + done, (size_t)(part - done));
        if (step < 0 && errno != EAGAIN) _exit(1);
        done += step > 0 ? step : 0;
      }
      left -= part;
    }
  }
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    int through[2];
    if (pipe(through) != 0) server_fail("pipe");
    if (server_word("nonblocking")) server_set_nonblocking(fd);
    pid_t child = fork();
    if (child == 0) {
      lock_in();
      echo_through(fd, through);
      _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    printf("child %s %d\n", WIFSIGNALED(status) ? "killed by" : "exited with",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    close(through[0]);
    close(through[1]);
    close(fd);
  }
}
