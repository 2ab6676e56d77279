/* One client and one habit that programs have, named by a word:
 *   replaced   writes "bye" and puts /dev/null in the connection's place with dup2
 *   string     clears its buffer, reads into it once, and answers with what it takes for a string
 *   printf     becomes a program that prints a line to its standard output, the connection, and returns
 *   signalled  has a child for each client, which a signal ends as soon as it has read a byte
 *   deaf       waits for ever and does not read
 *   mute       reads to the end, and writes nothing
 *   patient    waits for five bytes in one call (MSG_WAITALL), and writes them
 *   ticks      writes a byte every 100 ms, and does not read
 *   user       its child, of another user, ends before it; then it writes "still here"
 *   vforked    has the connection as its standard input when a child of vfork puts something else there, opens and closes
 *              descriptors, and ends; then it writes "still here"
 *   spliced    splices what it gets into a pipe that nobody reads, which fails, and then answers with it
 *   closefrom  closes everything but the standard streams by closefrom, on a kernel without close_range
 *   reused     is blocked in a write of 8 MiB of 'a' while another thread closes the descriptor; the number then belongs to the
 *              next client, who is sent "second" */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

static int listener;

static void replaced(int fd) {
  server_write_all(fd, "bye", 3);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2(null, fd) != fd) server_fail("dup2");
  pause();
}

static void string(int fd) {
  char buffer[100];
  memset(buffer, 0, sizeof buffer);
  if (read(fd, buffer, sizeof buffer - 1) < 0) server_fail("read");
  char answer[120];
  int len = snprintf(answer, sizeof answer, "message: %s", buffer);
  server_write_all(fd, answer, (size_t)len);
  close(fd);
}

static void become_printf(int fd, char *self) {
  if (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0) server_fail("dup2");
  close(fd);
  execl(self, self, "print", (char *)NULL);
  server_fail(self);
}

static void signalled(int fd) {
  for (;; fd = server_accept(listener)) {
    int gate[2];
    if (pipe(gate) < 0) server_fail("pipe");
    if (fork() == 0) {
      char go;
      close(gate[1]);
      /* When the parent has closed its copy. */
      if (read(gate[0], &go, 1) == 0 && read(fd, &go, 1) == 1) raise(SIGKILL);
      _exit(0);
    }
    close(gate[0]);
    close(fd);
    close(gate[1]);
  }
}

static void deaf(void) {
  poll(NULL, 0, -1);
}

static void mute(int fd) {
  char buffer[64];
  ssize_t len;
  do {
    len = read(fd, buffer, sizeof buffer);
  } while (len > 0);
  server_ended(len);
}

static void patient(int fd) {
  char bytes[5];
  if (recv(fd, bytes, sizeof bytes, MSG_WAITALL) != sizeof bytes) server_fail("recv");
  server_write_all(fd, bytes, sizeof bytes);
}

static void ticks(int fd) {
  while (server_write_all(fd, ".", 1))
    poll(NULL, 0, 100);
}

static void user(int fd) {
  pid_t child = fork();
  if (child == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) server_fail("setuid");
    _exit(0);
  }
  waitpid(child, NULL, 0);
  server_write_all(fd, "still here", 10);
  close(fd);
}

static void vforked(int fd) {
  if (dup2(fd, STDIN_FILENO) < 0 || close(fd) < 0) server_fail("dup2");
  pid_t child = vfork();
  if (child == 0) {
    int pair[2];
    char byte;
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || read(STDIN_FILENO, &byte, 1) != 0) _exit(1);
    if (close(STDIN_FILENO) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || pair[0] != STDIN_FILENO) _exit(2);
    _exit(0);
  }
  int status;
  if (waitpid(child, &status, 0) != child || status != 0) server_fail("child");
  server_write_all(STDIN_FILENO, "still here", 10);
  close(STDIN_FILENO);
}

static void spliced(int fd) {
  int broken[2], ends[2];
  char buffer[16];
  if (pipe(broken) < 0 || pipe(ends) < 0) server_fail("pipe");
  close(broken[0]);
  if (splice(fd, NULL, broken[1], NULL, sizeof buffer, 0) >= 0 || errno != EPIPE) server_fail("splice");
  ssize_t n = splice(fd, NULL, ends[1], NULL, sizeof buffer, 0);
  if (n <= 0 || read(ends[0], buffer, sizeof buffer) != n) server_fail("splice again");
  server_write_all(fd, buffer, (size_t)n);
  close(fd);
}

/* By a filter that the library does not see. */
static void closefrom_without_close_range(int fd) {
  struct sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                                 BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (server_unseen_call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0) < 0 ||
      server_unseen_call(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (long)&program) < 0)
    server_fail("seccomp");
  closefrom(STDERR_FILENO + 1);
  if (fcntl(fd, F_GETFD) >= 0 || fcntl(listener, F_GETFD) >= 0) server_fail("still open");
  pause();
}

static void *write_much(void *argument) {
  static char much[8 << 20];
  memset(much, 'a', sizeof much);
  ssize_t written = write((int)(intptr_t)argument, much, sizeof much);
  printf("written %zd\n", written);
  return NULL;
}

static void reused(int fd) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, write_much, (void *)(intptr_t)fd) != 0) server_fail("thread");
  char go;
  if (read(fd, &go, 1) != 1) server_fail("read");
  close(fd);
  int second = server_accept(listener);
  if (second != fd) server_fail("another number");
  server_write_all(second, "second", 6);
  pthread_join(thread, NULL);
  shutdown(second, SHUT_WR);
  server_echo(second);
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "print") == 0) return printf("printed\n") < 0;
  server_begin(argc, argv);
  signal(SIGCHLD, server_word("user") || server_word("vforked") ? SIG_DFL : SIG_IGN);
  listener = server_listen();
  int fd = server_accept(listener);
  if (server_word("replaced")) replaced(fd);
  if (server_word("string")) string(fd);
  if (server_word("printf")) become_printf(fd, argv[0]);
  if (server_word("signalled")) signalled(fd);
  if (server_word("deaf")) deaf();
  if (server_word("mute")) mute(fd);
  if (server_word("patient")) patient(fd);
  if (server_word("ticks")) ticks(fd);
  if (server_word("user")) user(fd);
  if (server_word("vforked")) vforked(fd);
  if (server_word("spliced")) spliced(fd);
  if (server_word("closefrom")) closefrom_without_close_range(fd);
  if (server_word("reused")) reused(fd);
  return 0;
}
