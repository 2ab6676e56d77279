/* differential-churn PORT COUNT STYLE
 *
 * Opens COUNT connections one after the other, and ends each in the given style:
 *   close      a handshake, a byte that comes back, a Close that is answered
 *   end        the same, but the TCP stream just ends
 *   reset      the same, but the connection is reset
 *   unasked    a whole request, and gone
 *   partial    half a request, and gone
 *   nonsense   no request at all
 * A connection that fares otherwise ends the program with status 1. */
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "request.h"

static void fail(const char *what) {
  fprintf(stderr, "differential-churn: %s: %s\n", what, strerrorname_np(errno));
  exit(1);
}

static int connect_to(int port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  return fd;
}

static void put(int fd, const void *bytes, size_t len) {
  if (send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len) fail("send");
}

static void get(int fd, const char *wanted, size_t len) {
  char bytes[16];
  if (recv(fd, bytes, len, MSG_WAITALL) != (ssize_t)len || memcmp(bytes, wanted, len) != 0) fail("another answer");
}

static void get_head(int fd) {
  char head[1024];
  size_t len = 0;
  while (len < sizeof head && (len < 4 || memcmp(head + len - 4, "\r\n\r\n", 4) != 0))
    if (recv(fd, head + len++, 1, 0) != 1) fail("no answer to the request");
  if (memcmp(head, "HTTP/1.1 101 ", 13) != 0) fail("refused");
}

/* Until the server has closed, too. */
static void drain(int fd) {
  char bytes[512];
  while (recv(fd, bytes, sizeof bytes, 0) > 0) {
  }
}

static void use(int fd) {
  static const char frame[] = {(char)0x82, (char)0x81, 0, 0, 0, 0, 'x'}, echo[] = {(char)0x82, 1, 'x'};
  get_head(fd);
  put(fd, frame, sizeof frame);
  get(fd, echo, sizeof echo);
}

static void one(int port, const char *style) {
  static const char goodbye[] = {(char)0x88, (char)0x82, 0, 0, 0, 0, 3, (char)0xe8},
                    answer[] = {(char)0x88, 2, 3, (char)0xe8};
  const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  char request[1024];
  size_t len = request_write(BINARY, port, request, sizeof request);
  int fd = connect_to(port);
  if (strcmp(style, "nonsense") == 0) {
    put(fd, "\x80\x01\x02nonsense\r\n\r\n", 15);
    drain(fd);
  } else if (strcmp(style, "partial") == 0) {
    put(fd, request, len / 2);
  } else {
    put(fd, request, len);
    if (strcmp(style, "unasked") != 0) use(fd);
    if (strcmp(style, "close") == 0) {
      put(fd, goodbye, sizeof goodbye);
      get(fd, answer, sizeof answer);
    }
    if (strcmp(style, "close") == 0 || strcmp(style, "end") == 0) {
      shutdown(fd, SHUT_WR);
      drain(fd);
    }
    if (strcmp(style, "reset") == 0) setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  close(fd);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s PORT COUNT STYLE\n", argv[0]);
    return 2;
  }
  int port = atoi(argv[1]);
  for (int left = atoi(argv[2]); left > 0; left--)
    one(port, argv[3]);
  return 0;
}
