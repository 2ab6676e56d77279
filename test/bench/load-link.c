#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"
#include "purpose.h"

#define HOST "127.0.0.1"
/* Addresses to call from: 127.1.0.1 and those that follow. */
#define FIRST_SOURCE 0x7f010001u
#define SOURCES 64u
/* A server that says nothing for so long does not work. */
#define PATIENCE_SECONDS 20

static int call(uint16_t port) {
  static unsigned calls;
  int on = 1;
  struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
  struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr = {htonl(FIRST_SOURCE + calls++ % SOURCES)}};
  struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) load_fail("socket");
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (bind(fd, (struct sockaddr *)&source, sizeof source) < 0) load_fail("bind");
  if (connect(fd, (struct sockaddr *)&target, sizeof target) < 0) load_fail("connect");
  return fd;
}

void link_connect(struct link *link, const struct load *load) {
  *link = (struct link){.fd = call(load->port), .in = {.dialect = load->dialect}};
}

void link_send(const struct link *link, const uint8_t *bytes, size_t len) {
  if (send(link->fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len) load_fail("send");
}

void link_request(const struct link *link, const struct load *load) {
  static char request[1024];
  static size_t len;
  if (load->dialect == WIRE_TCP) return;
  if (len == 0) len = wire_request(load->dialect, HOST, load->port, request, sizeof request);
  if (len > 0) link_send(link, (const uint8_t *)request, len);
}

void link_answer(const struct link *link) {
  char answer[1024];
  size_t len = 0;
  int verdict;
  while ((verdict = wire_answer(link->in.dialect, answer, len)) == 0) {
    ssize_t got = recv(link->fd, answer + len, sizeof answer - len, 0);
    if (got <= 0) load_fail("the handshake's answer");
    len += (size_t)got;
  }
  if (verdict < 0) {
    errno = EPROTO;
    load_fail("the handshake's answer is not the expected one");
  }
}

void link_say(const struct link *link, const char *text) {
  uint8_t message[WIRE_ROOM(16)];
  link_send(link, message, wire_message(link->in.dialect, (const uint8_t *)text, strlen(text), message));
}

void link_wait(struct link *link, uint64_t received) {
  static uint8_t buffer[65536];
  while (link->in.received < received) {
    ssize_t got = recv(link->fd, buffer, sizeof buffer, 0);
    if (got <= 0) load_fail("receive");
    if (!wire_in_take(&link->in, buffer, (size_t)got)) {
      errno = EPROTO;
      load_fail(link->in.wrong);
    }
  }
}

void link_greet(struct link *link, const struct load *load) {
  link_connect(link, load);
  link_request(link, load);
  link_answer(link);
}

void link_open(struct link *link, const struct load *load, char purpose) {
  static const uint8_t echo = PURPOSE_ECHO;
  char words[2 + PURPOSE_SIZE_DIGITS] = {purpose};
  link_greet(link, load);
  if (purpose == PURPOSE_ECHO) {
    link->in.expected = &echo;
    link->in.expected_len = 1;
  } else if (purpose == PURPOSE_SOURCE) {
    snprintf(words + 1, sizeof words - 1, "%0*u", PURPOSE_SIZE_DIGITS, (unsigned)load->size);
  }
  link_say(link, words);
  if (purpose == PURPOSE_ECHO) link_wait(link, 1);
}

struct taken link_ask_taken(struct link *link) {
  char text[2 * PURPOSE_NUMBER_DIGITS], bytes[PURPOSE_NUMBER_DIGITS + 1] = "", when[PURPOSE_NUMBER_DIGITS + 1] = "";
  link->in.kept = text;
  link->in.kept_room = sizeof text;
  link_say(link, (const char[]){PURPOSE_TAKEN, 0});
  link_wait(link, link->in.received + sizeof text);
  memcpy(bytes, text, PURPOSE_NUMBER_DIGITS);
  memcpy(when, text + PURPOSE_NUMBER_DIGITS, PURPOSE_NUMBER_DIGITS);
  return (struct taken){.bytes = strtoull(bytes, NULL, 10), .when = (double)strtoull(when, NULL, 10) / 1e9};
}
