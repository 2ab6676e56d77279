#include "passing.h"

#include <string.h>
#include <sys/socket.h>

#include "server.h"

union control {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr align;
};

void pass(int channel, int fd) {
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

int pass_take(int channel) {
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
