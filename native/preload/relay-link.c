#define _GNU_SOURCE
#include "relay-link.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "../state/raw-syscall.h"
#include "process.h"

/* System calls without libc, whose functions are hooked and set errno. */

static int connect_to(const struct ws_relay *relay) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t name = strnlen(relay->name, sizeof relay->name);
  memcpy(address.sun_path + 1, relay->name, name);
  int fd = (int)ws_raw_syscall(SYS_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, 0, 0, 0);
  long len = (long)(offsetof(struct sockaddr_un, sun_path) + 1 + name);
  if (fd >= 0 && ws_raw_syscall(SYS_connect, fd, (long)&address, len, 0, 0, 0) != 0) {
    ws_raw_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
    return -1;
  }
  return fd;
}

static bool send_over(int link, const struct ws_hand_over *message, const int *descriptors, size_t count) {
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(WS_HAND_OVER_DESCRIPTORS * sizeof(int))];
  struct iovec iov = {(void *)(uintptr_t)message, sizeof *message};
  struct msghdr header = {
      .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(count * sizeof(int))};
  memset(control, 0, sizeof control);
  struct cmsghdr *part = CMSG_FIRSTHDR(&header);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(part), descriptors, count * sizeof(int));
  return ws_raw_syscall(SYS_sendmsg, link, (long)&header, MSG_NOSIGNAL | MSG_DONTWAIT, 0, 0, 0) == sizeof *message;
}

bool ws_relay_link_send(struct ws_hand_over *message, const int *descriptors, size_t count) {
  const struct ws_relay *relay = &ws_process.state->relay;
  if (ws_process.sandboxed || !atomic_load(&relay->there)) {
    return false;
  }
  int link = connect_to(relay);
  if (link < 0) {
    return false;
  }
  socklen_t len = sizeof message->local;
  memcpy(message->secret, relay->secret, sizeof message->secret);
  ws_raw_syscall(SYS_getsockname, descriptors[0], (long)&message->local, (long)&len, 0, 0, 0);
  bool sent = send_over(link, message, descriptors, count);
  ws_raw_syscall(SYS_close, link, 0, 0, 0, 0, 0);
  return sent;
}
