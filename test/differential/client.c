/* The other end of the subject's connections, in plain TCP or a dialect of WebSocket:
 *
 *   differential-client SOCKET PORT DIALECT
 *
 * It listens on the Unix socket and obeys the subject, which connects there. Each line is a command, each answered with a
 * line when it is done. What the server sends is read and verified all the time, unless it is told to hold.
 *
 *   open SEED PARTIAL FEED HELD  connects and sends its request (with PARTIAL only the beginning), and FEED bytes behind it
 *   complete       sends the rest of the request
 *   feed N         sends N bytes of its stream; "ok W": W bytes have been sent on the wire since the connection began
 *   post N         the same, but answers first
 *   noise          sends what is no byte of the stream, such as Pings or half a header
 *   expect N       answers when N bytes of the server's stream have come: "ok", or what is wrong
 *   hold, release  stops and goes on reading
 *   end            closes its direction: by a Close, or by the end of the TCP stream
 *   reset          resets the connection
 *   bye            waits until the server has closed, and closes: "ok", or what is wrong
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "frames-in.h"
#include "frames-out.h"
#include "request.h"

#define PATIENCE_MS 8000

struct client {
  enum dialect dialect;
  int port;
  int commands;
  int fd; /* -1: no connection */
  bool held;
  bool ended; /* the server's end has come */
  int error;  /* that reading or writing has met */
  char request[1024];
  size_t request_len, request_sent;
  struct frames_in in;
  struct frames_out out;
};

static void fail(const char *what) {
  fprintf(stderr, "differential-client: %s: %s\n", what, strerrorname_np(errno));
  exit(1);
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void receive(struct client *client) {
  static uint8_t buffer[65536];
  ssize_t n = recv(client->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  int on = 1;
  /* A full socket of the server's would wait for an acknowledgement that takes its time. */
  setsockopt(client->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  if (n > 0) {
    frames_in_take(&client->in, buffer, (size_t)n);
  } else if (n == 0) {
    client->ended = true;
  } else if (errno != EAGAIN && errno != EINTR) {
    client->error = errno;
    client->ended = true;
  }
}

/* One segment of what is released; its length is chance's. */
static void transmit(struct client *client) {
  struct frames_out *out = &client->out;
  size_t left = out->released - out->sent;
  size_t len = left;
  if (chance_once_in(&out->chance, 3)) len = 1 + chance_below(&out->chance, left < 5000 ? left : 5000);
  ssize_t n = send(client->fd, out->bytes + out->sent, len, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n >= 0) {
    out->sent += (size_t)n;
  } else if (errno != EAGAIN && errno != EINTR) {
    client->error = errno;
    out->sent = out->released;
  }
}

static bool has_to_send(const struct client *client) {
  return client->fd >= 0 && client->out.sent < client->out.released;
}

/* Moves bytes once; also returns when there is a command (if that is of interest) or the time is over. */
static void step(struct client *client, bool commands, int64_t until) {
  struct pollfd watched[2] = {{.fd = -1}, {.fd = commands ? client->commands : -1, .events = POLLIN}};
  watched[0].events = (short)((client->held || client->ended ? 0 : POLLIN) | (has_to_send(client) ? POLLOUT : 0));
  if (client->fd >= 0 && watched[0].events != 0) watched[0].fd = client->fd;
  int64_t left = until < 0 ? -1 : until - now_ms();
  if (poll(watched, 2, until < 0 ? -1 : left < 0 ? 0 : (int)left) < 0 && errno != EINTR) fail("poll");
  if (watched[0].revents & (POLLIN | POLLERR | POLLHUP) && !client->held && !client->ended) receive(client);
  if (watched[0].revents & POLLOUT && has_to_send(client)) transmit(client);
}

static void flush(struct client *client) {
  while (has_to_send(client) && !client->error)
    transmit(client);
}

__attribute__((format(printf, 2, 3))) static void answer(struct client *client, const char *format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  int len = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (send(client->commands, line, (size_t)len, MSG_NOSIGNAL) != len) exit(0);
}

static void answer_sent(struct client *client) {
  if (client->error) {
    answer(client, "failed %s\n", strerrorname_np(client->error));
  } else {
    answer(client, "ok %llu\n", (unsigned long long)client->out.released_ever);
  }
}

static void send_request(struct client *client, size_t len) {
  frames_out_raw(&client->out, client->request + client->request_sent, len);
  client->request_sent += len;
}

static void open_connection(struct client *client, const char *arguments) {
  unsigned long long seed, feed;
  int partial, held, on = 1, small = 8192;
  if (sscanf(arguments, "%llu %d %llu %d", &seed, &partial, &feed, &held) != 4) fail(arguments);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)client->port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  client->held = client->ended = false;
  client->error = 0;
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client->fd < 0) fail("socket");
  if (held) setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  if (connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  frames_in_begin(&client->in, client->dialect, seed);
  frames_out_begin(&client->out, client->dialect, seed);
  client->request_len = request_write(client->dialect, client->port, client->request, sizeof client->request);
  client->request_sent = 0;
  size_t first = client->request_len;
  if (partial && first > 0) first = 1 + chance_below(&client->out.chance, first - 1);
  send_request(client, first);
  if (feed > 0) {
    frames_out_feed(&client->out, feed);
  }
  flush(client);
  answer_sent(client);
}

static void complete(struct client *client) {
  if (client->request_sent < client->request_len) send_request(client, client->request_len - client->request_sent);
  flush(client);
  answer_sent(client);
}

static const char *trouble(const struct client *client) {
  if (client->in.wrong) return client->in.wrong;
  return client->error ? strerrorname_np(client->error) : NULL;
}

static void expect(struct client *client, uint64_t n) {
  int64_t until = now_ms() + PATIENCE_MS;
  while (client->in.received < n && !client->ended && !trouble(client) && now_ms() < until)
    step(client, false, until);
  if (trouble(client)) {
    answer(client, "after %llu bytes: %s\n", (unsigned long long)client->in.received, trouble(client));
  } else if (client->in.received != n) {
    answer(client, "%llu bytes have come%s\n", (unsigned long long)client->in.received,
           client->ended ? ", and the end" : "");
  } else {
    answer(client, "ok\n");
  }
}

static void end(struct client *client) {
  size_t before = client->out.released;
  bool silent = chance_once_in(&client->out.chance, 5);
  if (!silent) frames_out_close(&client->out);
  flush(client);
  if (client->dialect == PLAIN || silent || client->out.released == before || chance_once_in(&client->out.chance, 4))
    shutdown(client->fd, SHUT_WR);
  answer_sent(client);
}

static void hang_up(struct client *client) {
  if (client->fd >= 0) close(client->fd);
  client->fd = -1;
  client->out.len = client->out.released = client->out.sent = 0;
}

static void reset(struct client *client) {
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  flush(client);
  setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  hang_up(client);
  answer(client, "ok 0\n");
}

static void bye(struct client *client) {
  int64_t until = now_ms() + PATIENCE_MS;
  client->held = false;
  while (client->fd >= 0 && !client->ended && now_ms() < until)
    step(client, false, until);
  const char *wrong = client->in.wrong;
  if (client->fd >= 0 && !client->ended) wrong = "the server has not closed";
  hang_up(client);
  answer(client, "%s\n", wrong ? wrong : "ok");
}

static void obey(struct client *client, const char *line) {
  char name[16] = "";
  int used = 0;
  sscanf(line, "%15s %n", name, &used);
  const char *arguments = line + used;
  uint64_t n = strtoull(arguments, NULL, 10);
  if (strcmp(name, "open") == 0) {
    open_connection(client, arguments);
  } else if (strcmp(name, "complete") == 0) {
    complete(client);
  } else if (strcmp(name, "feed") == 0) {
    frames_out_feed(&client->out, n);
    flush(client);
    answer_sent(client);
  } else if (strcmp(name, "post") == 0) {
    answer(client, "ok 0\n");
    frames_out_feed(&client->out, n);
  } else if (strcmp(name, "noise") == 0) {
    frames_out_noise(&client->out);
    flush(client);
    answer_sent(client);
  } else if (strcmp(name, "expect") == 0) {
    expect(client, n);
  } else if (strcmp(name, "hold") == 0 || strcmp(name, "release") == 0) {
    client->held = name[0] == 'h';
    answer(client, "ok 0\n");
  } else if (strcmp(name, "end") == 0) {
    end(client);
  } else if (strcmp(name, "reset") == 0) {
    reset(client);
  } else if (strcmp(name, "bye") == 0) {
    bye(client);
  } else {
    fail(line);
  }
}

static void serve(struct client *client) {
  char line[256];
  size_t len = 0;
  for (;;) {
    step(client, true, -1);
    ssize_t n = recv(client->commands, line + len, sizeof line - 1 - len, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) continue;
    if (n <= 0) return;
    len += (size_t)n;
    char *end_of_line = memchr(line, '\n', len);
    if (end_of_line) {
      *end_of_line = '\0';
      obey(client, line);
      len = 0;
    }
  }
}

static enum dialect parse_dialect(const char *name) {
  static const char *const names[DIALECTS] = {"plain", "binary", "base64", "hixie76", "hixie75"};
  for (int i = 0; i < DIALECTS; i++)
    if (strcmp(name, names[i]) == 0) return (enum dialect)i;
  fprintf(stderr, "differential-client: no such dialect: %s\n", name);
  exit(2);
}

int main(int argc, char **argv) {
  static struct client client = {.fd = -1};
  if (argc != 4) {
    fprintf(stderr, "usage: %s SOCKET PORT DIALECT\n", argv[0]);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  client.port = atoi(argv[2]);
  client.dialect = parse_dialect(argv[3]);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1) < 0)
    fail(argv[1]);
  client.commands = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (client.commands < 0) fail("accept");
  serve(&client);
  return 0;
}
