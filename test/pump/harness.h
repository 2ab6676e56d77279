/* A pump in a C test, and the ends of its connections. Whatever fails ends the program with a message. */
#ifndef TEST_PUMP_HARNESS_H
#define TEST_PUMP_HARNESS_H

#include "../../native/pump/pump.h"

struct harness {
  struct ws_pump *pump;
  int notified;                 /* eventfd */
  struct ws_pump_event *events; /* taken, and looked at up to `at` */
  size_t count;
  size_t at;
};

void harness_check(bool good, const char *what);
#define CHECK(condition) harness_check(condition, #condition)

/* Patient in everything, with room for many. */
void harness_start(struct harness *harness);
void harness_stop(struct harness *harness);

/* Waits for an event of that kind; others are dropped, with what they own. Its texts live until the next
 * call. */
struct ws_pump_event harness_await(struct harness *harness, enum ws_pump_event_kind kind);

/* A listening TCP socket on the loopback address, and one that is connected to it. */
int harness_listener(void);
int harness_connect(int listener);

/* Two ends of a stream; both block. */
void harness_pair(int ends[2]);

/* A good request in hixie-75, for any Host. */
#define HARNESS_REQUEST "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n"
/* Reads the answer to it. */
void harness_read_answer(int fd);

void harness_write(int fd, const void *bytes, size_t len);
/* Reads so many bytes and compares them. */
void harness_expect(int fd, const void *bytes, size_t len);
/* For a thread of its own: reads from the descriptor, a pointer to which it gets, until the connection ends. */
void *harness_take_all(void *fd);
/* The stream ends here. */
void harness_expect_end(int fd);

/* Another connection comes and goes: whatever the pump had to do before is done. */
void harness_go_round(struct harness *harness);

#endif
