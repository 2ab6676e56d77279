/* A VNC viewer that measures: bench-rfb PORT SECONDS. It asks for the whole picture, raw, again and again, one at a time,
 * and sees to it that each is the first one over again. One line of JSON tells how many it got. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define WARM_UP 0.25 /* of the seconds that are measured */

#define VERSION "RFB 003.008\n"
#define SECURITY_NONE 1
#define SET_ENCODINGS 2
#define UPDATE_REQUEST 3
#define UPDATE 0
#define RAW 0

static int fd;

struct picture {
  uint16_t width, height;
  size_t pixel; /* bytes */
  size_t size;  /* bytes of all */
  uint8_t *bytes;
};

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "bench-rfb: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void say(const void *bytes, size_t len) {
  if (send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len) fail("send");
}

static void hear(void *bytes, size_t len) {
  if (len > 0 && recv(fd, bytes, len, MSG_WAITALL) != (ssize_t)len) fail("receive");
}

static uint32_t number(const uint8_t *bytes, int count) {
  uint32_t value = 0;
  while (count-- > 0)
    value = value << 8 | *bytes++;
  return value;
}

static void call(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int on = 1;
  fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* RFC 6143 section 7.1: version, security, and who has a seat. */
static void begin(void) {
  uint8_t types[256], result[4];
  char version[sizeof VERSION - 1];
  hear(version, sizeof version);
  if (memcmp(version, VERSION, sizeof version) != 0) fail("another version");
  say(VERSION, sizeof version);
  hear(types, 1);
  hear(types + 1, types[0]);
  if (memchr(types + 1, SECURITY_NONE, types[0]) == NULL) fail("a password is asked for");
  say((const uint8_t[]){SECURITY_NONE}, 1);
  hear(result, sizeof result);
  if (number(result, 4) != 0) fail("not let in");
}

/* Sections 7.3 and 7.5.2. */
static struct picture agree(void) {
  uint8_t init[24], name[256];
  say((const uint8_t[]){1}, 1);
  hear(init, sizeof init);
  uint32_t name_len = number(init + 20, 4);
  if (name_len > sizeof name) fail("a long name");
  hear(name, name_len);
  say((const uint8_t[]){SET_ENCODINGS, 0, 0, 1, 0, 0, 0, RAW}, 8);
  struct picture picture = {.width = (uint16_t)number(init, 2), .height = (uint16_t)number(init + 2, 2)};
  picture.pixel = init[4] / 8;
  picture.size = picture.pixel * picture.width * picture.height;
  picture.bytes = malloc(picture.size);
  if (picture.bytes == NULL) fail("malloc");
  return picture;
}

static void ask(const struct picture *picture) {
  const uint8_t size[] = {(uint8_t)(picture->width >> 8), (uint8_t)picture->width, (uint8_t)(picture->height >> 8),
                          (uint8_t)picture->height};
  uint8_t request[10] = {UPDATE_REQUEST};
  memcpy(request + 6, size, sizeof size);
  say(request, sizeof request);
}

/* Section 7.6.1: rectangles that are the picture together. They are kept one after the other, as they come, which is the
 * same each time since nothing moves. */
static void take(struct picture *picture) {
  uint8_t head[4], rectangle[12];
  size_t taken = 0;
  hear(head, sizeof head);
  if (head[0] != UPDATE) fail("another message than an update");
  for (uint32_t left = number(head + 2, 2); left > 0; left--) {
    hear(rectangle, sizeof rectangle);
    size_t size = picture->pixel * number(rectangle + 4, 2) * number(rectangle + 6, 2);
    if (number(rectangle + 8, 4) != RAW) fail("another encoding");
    if (size > picture->size - taken) fail("more than the picture");
    hear(picture->bytes + taken, size);
    taken += size;
  }
  if (taken != picture->size) fail("not the whole picture");
}

/* Returns how many pictures came in so many seconds, which it sets to what it took. */
static unsigned watch(struct picture *picture, const uint8_t *first, double *seconds) {
  unsigned count = 0;
  double start = now(), end = start + *seconds;
  for (*seconds = 0; start + *seconds < end; *seconds = now() - start) {
    ask(picture);
    take(picture);
    if (memcmp(first, picture->bytes, picture->size) != 0) fail("another picture");
    count++;
  }
  return count;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s PORT SECONDS\n", argv[0]);
    return 2;
  }
  call((uint16_t)atoi(argv[1]));
  begin();
  struct picture picture = agree();
  ask(&picture);
  take(&picture);
  uint8_t *first = malloc(picture.size);
  if (first == NULL) fail("malloc");
  memcpy(first, picture.bytes, picture.size);
  double seconds = atof(argv[2]), warm_up = WARM_UP * seconds;
  unsigned before = 1 + watch(&picture, first, &warm_up);
  unsigned count = watch(&picture, first, &seconds);
  printf("{\"updates\":%u,\"bytes\":%zu,\"seconds\":%.6f,\"all\":%u}\n", count, count * picture.size, seconds,
         before + count);
  return 0;
}
