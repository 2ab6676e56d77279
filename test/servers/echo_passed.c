/* One process accepts and passes each connection over a Unix socket to another, which echoes. It is taken when its sender has
 * closed it. With `many` by sendmmsg and recvmmsg. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

union control {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr align;
};

static void pass(int channel, int fd) {
  char byte = 0;
  union control control = {.bytes = {0}};
  struct iovec vector = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  struct mmsghdr many = {.msg_hdr = message};
  if (server_word("many") ? sendmmsg(channel, &many, 1, 0) != 1 : sendmsg(channel, &message, 0) != 1)
    server_fail("sendmsg");
}

/* -1 when the other process has ended. */
static int take(int channel) {
  char byte;
  int fd;
  union control control;
  struct iovec vector = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  struct mmsghdr many = {.msg_hdr = message};
  if (server_word("many")) {
    if (recvmmsg(channel, &many, 1, 0, NULL) != 1 || many.msg_len != 1) return -1;
    message = many.msg_hdr;
  } else if (recvmsg(channel, &message, 0) != 1) {
    return -1;
  }
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_type != SCM_RIGHTS) server_fail("no descriptor came");
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

static void serve_passed(int channel, int gate) {
  int fd;
  char closed;
  while (read(gate, &closed, 1) == 1 && (fd = take(channel)) >= 0) {
    server_echo(fd);
    close(fd);
  }
}

int main(int argc, char **argv) {
  int channel[2], gate[2];
  server_begin(argc, argv);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel) < 0 || pipe(gate) < 0) server_fail("socketpair");
  pid_t child = fork();
  if (child < 0) server_fail("fork");
  if (child == 0) {
    close(channel[0]);
    close(gate[1]);
    serve_passed(channel[1], gate[0]);
    return 0;
  }
  close(channel[1]);
  int listener = server_listen();
  for (;;) {
    int fd = server_accept(listener);
    if (fd < 0) continue;
    pass(channel[0], fd);
    close(fd);
    if (write(gate[1], "", 1) != 1) server_fail("gate");
  }
}
