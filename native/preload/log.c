#define _GNU_SOURCE
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "process.h"
#include "real.h"

/* A quoted field of 160 bytes takes 960 at most, and no line has more than three. */
#define LINE_BYTES 4096
#define FIELD_BYTES 160

struct line {
  char text[LINE_BYTES];
  size_t len;
  bool json;
};

/* Not every libc that this has to load beside has it (process.c); only glibc's programs come to call it. */
#pragma weak strerrordesc_np

static void put(struct line *line, const char *bytes, size_t len) {
  /* Room for the end of the line is kept. */
  size_t room = sizeof line->text - 4 - line->len;
  if (len > room) {
    len = room;
  }
  memcpy(line->text + line->len, bytes, len);
  line->len += len;
}

static void put_text(struct line *line, const char *text) {
  put(line, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static void put_format(struct line *line, const char *format, ...) {
  char text[128];
  va_list arguments;
  va_start(arguments, format);
  int len = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  put(line, text, len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

/* What a client sent may hold anything; a line stays a line. */
static void put_quoted(struct line *line, const char *bytes, size_t len) {
  put(line, "\"", 1);
  for (size_t i = 0; i < len && i < FIELD_BYTES; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c == '"' || c == '\\') {
      char escaped[2] = {'\\', (char)c};
      put(line, escaped, 2);
    } else if (c < 0x20 || c >= 0x7f) {
      put_format(line, "\\u%04x", (unsigned)c);
    } else {
      put(line, (const char *)&c, 1);
    }
  }
  put(line, "\"", 1);
}

static bool plain(const char *bytes, size_t len) {
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\') {
      return false;
    }
  }
  return len > 0 && len <= FIELD_BYTES;
}

static void begin(struct line *line, const char *event) {
  line->len = 0;
  line->json = ws_process.config.log_json;
  put_text(line, line->json ? "{\"event\":\"" : "wswrap: ");
  put_text(line, event);
  put_text(line, line->json ? "\"" : "");
}

static void put_key(struct line *line, const char *key) {
  put_text(line, line->json ? ",\"" : " ");
  put_text(line, key);
  put_text(line, line->json ? "\":" : "=");
}

static void field(struct line *line, const char *key, const char *bytes, size_t len) {
  put_key(line, key);
  if (!line->json && len == 0) {
    put(line, "-", 1);
  } else if (!line->json && plain(bytes, len)) {
    put(line, bytes, len);
  } else if (line->json && len == 0) {
    put_text(line, "null");
  } else {
    put_quoted(line, bytes, len);
  }
}

static void text_field(struct line *line, const char *key, const char *text) {
  field(line, key, text, strlen(text));
}

static void span_field(struct line *line, const char *key, struct ws_span span) {
  field(line, key, span.data, span.len);
}

static void number_field(struct line *line, const char *key, uint64_t number) {
  put_key(line, key);
  char text[20];
  size_t at = sizeof text;
  do {
    text[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  put(line, text + at, sizeof text - at);
}

static void address_field(struct line *line, const char *key, const union ws_address *address) {
  char text[WS_ADDRESS_TEXT_MAX];
  ws_address_text(address, text, sizeof text);
  if (line->json) {
    text_field(line, key, text);
  } else {
    put(line, " ", 1);
    put_text(line, text);
  }
}

static bool is_file(int fd) {
  static _Atomic int known; /* 1: it is, 2: it is not */
  if (atomic_load_explicit(&known, memory_order_relaxed) == 0) {
    struct stat info;
    atomic_store_explicit(&known, fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? 1 : 2, memory_order_relaxed);
  }
  return atomic_load_explicit(&known, memory_order_relaxed) == 1;
}

/* A terminal that is stopped (Ctrl-S) or a full pipe must not stop the program. */
static void write_without_waiting(const char *bytes, size_t len) {
  int fd = ws_process.config.log_fd;
  if (is_file(fd)) {
    ssize_t written = REAL(write)(fd, bytes, len);
    (void)written;
    return;
  }
  if (REAL(send)(fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 || errno != ENOTSOCK) {
    return;
  }
  struct pollfd writable = {.fd = fd, .events = POLLOUT};
  if (REAL(poll)(&writable, 1, 0) == 1 && writable.revents == POLLOUT) {
    ssize_t written = REAL(write)(fd, bytes, len);
    (void)written;
  }
}

static void end(struct line *line) {
  int saved = errno;
  /* In the room that put leaves. */
  if (line->json) {
    line->text[line->len++] = '}';
  }
  line->text[line->len++] = '\n';
  write_without_waiting(line->text, line->len);
  errno = saved;
}

static bool wanted(enum ws_log_level level) {
  return ws_process.config.log_fd >= 0 && !ws_process.sandboxed && ws_process.config.log_level >= level;
}

void ws_log_listening(const union ws_address *address) {
  if (!wanted(WS_LOG_CONNECTIONS)) {
    return;
  }
  struct line line;
  begin(&line, "listening");
  address_field(&line, "address", address);
  number_field(&line, "pid", (uint64_t)ws_process.pid);
  text_field(&line, "command", ws_process.command);
  end(&line);
}

void ws_log_bind_failed(const union ws_address *address, int error) {
  if (!wanted(WS_LOG_CONNECTIONS)) {
    return;
  }
  struct line line;
  begin(&line, "bind-failed");
  address_field(&line, "address", address);
  text_field(&line, "command", ws_process.command);
  text_field(&line, "error", error == EADDRINUSE ? "another program listens on this port" : strerrordesc_np(error));
  end(&line);
}

static void begin_connection(struct line *line, const char *event, const struct ws_connection *connection) {
  begin(line, event);
  address_field(line, "peer", &connection->peer);
  number_field(line, "port", connection->port);
}

void ws_log_opened(const struct ws_connection *connection, const struct ws_handshake *handshake) {
  if (!wanted(WS_LOG_CONNECTIONS)) {
    return;
  }
  struct line line;
  begin_connection(&line, "opened", connection);
  text_field(&line, "dialect", ws_dialect_name(handshake->dialect));
  span_field(&line, "subprotocol", handshake->subprotocol);
  span_field(&line, "origin", handshake->origin);
  end(&line);
}

void ws_log_closed(const struct ws_connection *connection, int64_t now_ms) {
  if (!wanted(WS_LOG_CONNECTIONS)) {
    return;
  }
  struct line line;
  begin_connection(&line, "closed", connection);
  /* RFC 6455 section 7.4.1: 1005 stands for a Close without a code, 1006 for an end without a Close. */
  number_field(&line, "code", connection->close_code);
  int64_t ms = now_ms - connection->accepted_ms;
  put_key(&line, "seconds");
  put_format(&line, "%" PRId64 ".%03d", ms / 1000, (int)(ms % 1000));
  number_field(&line, "in", connection->bytes_in);
  number_field(&line, "out", connection->bytes_out);
  if (atomic_load(&connection->given_up)) {
    text_field(&line, "cause", "heartbeat");
  } else if (atomic_load(&connection->idle_since_ms) != 0) {
    text_field(&line, "cause", "idle");
  }
  if (connection->error != WS_ERROR_NONE) {
    text_field(&line, "error", ws_error_token((enum ws_error)connection->error));
  }
  end(&line);
}

/* The user is going to paste this into a shell: no character that means something there. */
static bool is_harmless(struct ws_span argument) {
  const char *text = argument.data;
  for (size_t i = 0; i < argument.len; i++) {
    bool plain_letter =
        (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z') || (text[i] >= '0' && text[i] <= '9');
    if (!plain_letter && strchr(".:/_-[]", text[i]) == NULL) {
      return false;
    }
  }
  return argument.len > 0 && argument.len <= FIELD_BYTES - 32;
}

/* The option that would let the request in, with the value to give it. */
static void advice(struct line *line, enum ws_refusal refusal, const struct ws_handshake *handshake) {
  const char *option = ws_refusal_option(refusal);
  if (*option == '\0') {
    return;
  }
  struct ws_span argument = {NULL, 0};
  if (handshake != NULL && refusal == WS_REFUSAL_ORIGIN) {
    argument = handshake->origin;
  } else if (handshake != NULL && refusal == WS_REFUSAL_HOST) {
    argument = handshake->host;
  }
  char text[FIELD_BYTES + 32];
  bool harmless = is_harmless(argument);
  int len = snprintf(text, sizeof text, "%s%s%.*s", option, harmless ? " " : "", harmless ? (int)argument.len : 0,
                     harmless ? (const char *)argument.data : "");
  field(line, "try", text, (size_t)len);
}

void ws_log_refused(const struct ws_connection *connection, enum ws_refusal refusal,
                    const struct ws_handshake *handshake) {
  if (!wanted(WS_LOG_CONNECTIONS)) {
    return;
  }
  struct line line;
  begin_connection(&line, "refused", connection);
  number_field(&line, "status", (uint64_t)ws_refusal_status(refusal));
  text_field(&line, "reason", ws_refusal_token(refusal));
  if (handshake != NULL && refusal == WS_REFUSAL_ORIGIN) {
    span_field(&line, "origin", handshake->origin);
  }
  if (handshake != NULL && (refusal == WS_REFUSAL_ORIGIN || refusal == WS_REFUSAL_HOST)) {
    span_field(&line, "host", handshake->host);
  }
  advice(&line, refusal, handshake);
  end(&line);
}

static void log_course(const char *course, const struct ws_connection *connection, const char *reason) {
  struct line line;
  begin_connection(&line, course, connection);
  text_field(&line, "reason", reason);
  end(&line);
}

void ws_log_handed_over(const struct ws_connection *connection, const char *reason) {
  if (wanted(WS_LOG_REASONS)) {
    log_course("relayed", connection, reason);
  }
}

void ws_log_arrival(const struct ws_connection *connection, enum ws_arrival arrival) {
  enum ws_course course = ws_arrival_course(arrival);
  if (course == WS_COURSE_HAND_OVER) {
    ws_log_handed_over(connection, ws_arrival_token(arrival));
  } else if (wanted(WS_LOG_CONNECTIONS)) {
    log_course(course == WS_COURSE_PASS ? "passed" : "answered", connection, ws_arrival_token(arrival));
  }
}

void ws_log_reason(int fd, const char *reason) {
  if (!wanted(WS_LOG_REASONS)) {
    return;
  }
  struct line line;
  begin(&line, "note");
  number_field(&line, "fd", (uint64_t)fd);
  number_field(&line, "pid", (uint64_t)ws_process.pid);
  text_field(&line, "command", ws_process.command);
  text_field(&line, "reason", reason);
  end(&line);
}

void ws_log_warning(const char *sentence) {
  if (!wanted(WS_LOG_CONNECTIONS)) {
    return;
  }
  struct line line;
  begin(&line, "warning");
  number_field(&line, "pid", (uint64_t)ws_process.pid);
  text_field(&line, "command", ws_process.command);
  text_field(&line, "reason", sentence);
  end(&line);
}
