/* Two processes, or two threads, on one connection: one reads, one writes. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "content.h"
#include "side.h"
#include "subject.h"
#include "transcript.h"

#define MOVED_MAX 60000

struct share {
  struct subject *subject;
  int fd;
  size_t len;
  uint8_t *bytes;
  bool fine;
};

/* Reads exactly that much, or less when something is wrong. */
static void read_share(struct share *share) {
  size_t got = 0;
  while (got < share->len) {
    ssize_t n = read(share->fd, share->bytes + got, share->len - got);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0) break;
    got += (size_t)n;
  }
  const struct subject *subject = share->subject;
  share->fine = content_check(subject->seed, TO_SERVER, subject->read, share->bytes, got) == share->len;
}

static void write_share(struct share *share) {
  const struct subject *subject = share->subject;
  size_t done = 0;
  content_fill(subject->seed, TO_CLIENT, subject->written, share->bytes, share->len);
  while (done < share->len) {
    ssize_t n = write(share->fd, share->bytes + done, share->len - done);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0) break;
    done += (size_t)n;
  }
  share->fine = done == share->len;
}

static void *read_thread(void *share) {
  read_share(share);
  return NULL;
}
static void *write_thread(void *share) {
  write_share(share);
  return NULL;
}

/* Lets the client send so that there is something to read all the while. */
static void prepare(struct subject *subject, struct share *in, struct share *out) {
  struct chance *chance = &subject->chance;
  in->subject = out->subject = subject;
  in->fd = subject_any(subject);
  out->fd = subject_any(subject);
  in->bytes = subject->buffer;
  out->bytes = subject->buffer + BUFFER_MAX / 2;
  size_t more = 1 + chance_below(chance, MOVED_MAX);
  out->len = 1 + chance_below(chance, MOVED_MAX);
  in->len = subject_there(subject) + more;
  side_ask("post %zu", more);
  subject->fed += more;
  subject->noisy = true;
}

static void account(struct subject *subject, const struct share *in, const struct share *out) {
  say(" %zu in %d, %zu out %d\n", in->len, in->fine, out->len, out->fine);
  subject->read += in->len;
  subject->written += out->len;
  act_expect(subject);
}

void act_threads(struct subject *subject) {
  struct share in, out;
  pthread_t reader, writer;
  say("threads");
  prepare(subject, &in, &out);
  pthread_create(&reader, NULL, read_thread, &in);
  pthread_create(&writer, NULL, write_thread, &out);
  pthread_join(reader, NULL);
  pthread_join(writer, NULL);
  account(subject, &in, &out);
}

static bool reaped_well(pid_t child) {
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void act_fork(struct subject *subject) {
  struct share in, out;
  bool child_reads = chance_once_in(&subject->chance, 2);
  say("fork, and the child %s", child_reads ? "reads" : "writes");
  prepare(subject, &in, &out);
  pid_t child = fork();
  if (child == 0) {
    alarm(15);
    struct share *mine = child_reads ? &in : &out;
    (child_reads ? read_share : write_share)(mine);
    if (chance_once_in(&subject->chance, 2)) close(mine->fd);
    _exit(mine->fine ? 0 : 1);
  }
  if (child_reads) {
    write_share(&out);
    in.fine = reaped_well(child);
  } else {
    read_share(&in);
    out.fine = reaped_well(child);
  }
  account(subject, &in, &out);
}

int share_main(char **arguments) {
  static uint8_t bytes[BUFFER_MAX];
  struct subject subject = {.seed = strtoull(arguments[0], NULL, 10), .read = strtoull(arguments[1], NULL, 10)};
  struct share in = {&subject, STDIN_FILENO, strtoul(arguments[2], NULL, 10), bytes, false};
  struct share out = {&subject, STDOUT_FILENO, strtoul(arguments[4], NULL, 10), bytes, false};
  subject.written = strtoull(arguments[3], NULL, 10);
  alarm(15);
  read_share(&in);
  write_share(&out);
  return in.fine && out.fine ? 0 : 1;
}

static _Noreturn void become_share(const struct subject *subject, const struct share *in, const struct share *out) {
  char text[5][24];
  const uint64_t numbers[5] = {subject->seed, subject->read, in->len, subject->written, out->len};
  char *arguments[8] = {"share", "share"};
  for (int i = 0; i < 5; i++) {
    snprintf(text[i], sizeof text[i], "%llu", (unsigned long long)numbers[i]);
    arguments[2 + i] = text[i];
  }
  if (dup2(in->fd, STDIN_FILENO) == STDIN_FILENO && dup2(out->fd, STDOUT_FILENO) == STDOUT_FILENO)
    execv("/proc/self/exe", arguments);
  _exit(1);
}

/* A child becomes another program, which has the connection as its standard input and output. */
void act_exec(struct subject *subject) {
  struct share in, out;
  say("exec");
  prepare(subject, &in, &out);
  pid_t child = fork();
  if (child == 0) become_share(subject, &in, &out);
  in.fine = out.fine = reaped_well(child);
  account(subject, &in, &out);
}

static bool send_descriptor(int socket, int fd) {
  char byte = 'd';
  struct iovec iov = {&byte, 1};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control = {.bytes = {0}};
  struct msghdr message = {
      .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  struct cmsghdr *part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(part), &fd, sizeof fd);
  return sendmsg(socket, &message, 0) == 1;
}

static int receive_descriptor(int socket) {
  char byte;
  int fd = -1;
  struct iovec iov = {&byte, 1};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct msghdr message = {
      .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  if (recvmsg(socket, &message, 0) == 1 && CMSG_FIRSTHDR(&message) != NULL)
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}

static _Noreturn void serve_passed(struct subject *subject, int socket, struct share *in, struct share *out) {
  for (int i = 0; i < subject->copy_count; i++)
    close(subject->copies[i]);
  in->fd = out->fd = receive_descriptor(socket);
  read_share(in);
  write_share(out);
  _exit(in->fine && out->fine ? 0 : 1);
}

/* A child gets the connection over a Unix socket, reads and writes, and goes. */
void act_pass(struct subject *subject) {
  struct share in, out;
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0) return;
  say("pass");
  prepare(subject, &in, &out);
  pid_t child = fork();
  if (child == 0) {
    alarm(15);
    close(pair[0]);
    serve_passed(subject, pair[1], &in, &out);
  }
  close(pair[1]);
  in.fine = out.fine = send_descriptor(pair[0], subject_any(subject)) && reaped_well(child);
  close(pair[0]);
  account(subject, &in, &out);
}
