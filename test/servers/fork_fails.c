/* No process can be made (a filter that the library does not see says EAGAIN): route= names the function that is tried, fork,
 * vfork or posix_spawn. Then another thread serves the client, and closes: nobody else holds the connection. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <semaphore.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server.h"

#define FAILS(number) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN)

static void forbid_processes(void) {
  struct sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                                 FAILS(clone),
                                 FAILS(clone3),
#ifdef SYS_fork
                                 FAILS(fork),
                                 FAILS(vfork),
#endif
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
      server_unseen_call(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (long)&program) < 0)
    server_fail("seccomp");
}

static int try(const char *route) {
  char *arguments[] = {"true", NULL};
  pid_t child;
  if (strcmp(route, "vfork") == 0) {
    child = vfork();
    if (child == 0) _exit(0);
  } else if (strcmp(route, "fork") == 0) {
    child = fork();
    if (child == 0) _exit(0);
  } else {
    errno = posix_spawnp(&child, "true", NULL, NULL, arguments, environ);
    child = errno == 0 ? child : -1;
  }
  return child < 0 ? errno : 0;
}

static sem_t tried;

static void *serve(void *argument) {
  int fd = (int)(intptr_t)argument;
  sem_wait(&tried);
  server_write_all(fd, "alone", 5);
  close(fd);
  return NULL;
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  int listener = server_listen();
  int fd = server_accept(listener);
  pthread_t thread;
  if (sem_init(&tried, 0, 0) != 0 || pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) != 0)
    server_fail("thread");
  forbid_processes();
  if (try(server_value("route", "fork")) != EAGAIN) server_fail("not EAGAIN");
  sem_post(&tried);
  pause();
}
