#include "format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FIELD_MAX 96

struct escape {
  char text[4];
  uint8_t len;
};

static struct escape escape_of(uint8_t byte) {
  static const char digits[] = "0123456789abcdef";
  switch (byte) {
    case '\\':
      return (struct escape){"\\\\", 2};
    case '\'':
      return (struct escape){"\\'", 2};
    case '\n':
      return (struct escape){"\\n", 2};
    case '\r':
      return (struct escape){"\\r", 2};
    case '\t':
      return (struct escape){"\\t", 2};
    default:
      break;
  }
  if (byte >= ' ' && byte <= '~') {
    return (struct escape){{(char)byte}, 1};
  }
  return (struct escape){{'\\', 'x', digits[byte >> 4], digits[byte & 15]}, 4};
}

size_t ws_recording_escape(const uint8_t *payload, size_t len, char *text) {
  char *at = text;
  for (size_t i = 0; i < len; i++) {
    struct escape escape = escape_of(payload[i]);
    /* All four fit: no byte before this one has taken more. */
    memcpy(at, escape.text, sizeof escape.text);
    at += escape.len;
  }
  return (size_t)(at - text);
}

size_t ws_recording_line(enum ws_recording_direction direction, int64_t ms, const uint8_t *payload, size_t len,
                         char text[WS_RECORDING_LINE_MAX]) {
  char mark = direction == WS_RECORDING_TO_CLIENT ? '{' : '}';
  size_t at = (size_t)snprintf(text, WS_RECORDING_LINE_MAX, "'%c%" PRId64 "%c", mark, ms < 0 ? 0 : ms, mark);
  at += ws_recording_escape(payload, len, text + at);
  text[at++] = '\'';
  text[at++] = ',';
  text[at++] = '\n';
  return at;
}

/* A word of the comment line: it must stay one, whatever a client has offered. */
static void put_word(const char *from, char word[FIELD_MAX]) {
  size_t len = 0;
  for (; from[len] != '\0' && len < FIELD_MAX - 1; len++) {
    word[len] = from[len] > ' ' && from[len] <= '~' ? from[len] : '?';
  }
  if (len == 0) {
    word[len++] = '-';
  }
  word[len] = '\0';
}

size_t ws_recording_head(const struct ws_recording_about *about, char text[WS_RECORDING_HEAD_MAX]) {
  char peer[FIELD_MAX];
  char dialect[FIELD_MAX];
  char subprotocol[FIELD_MAX];
  char started[FIELD_MAX] = "-";
  time_t seconds = (time_t)(about->started_ms / 1000);
  struct tm utc;
  put_word(about->peer, peer);
  put_word(about->dialect, dialect);
  put_word(about->subprotocol, subprotocol);
  if (gmtime_r(&seconds, &utc) != NULL) {
    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%S", &utc);
  }
  int len = snprintf(text, WS_RECORDING_HEAD_MAX,
                     "var VNC_frame_encoding = 'binary';\n"
                     "var VNC_frame_data = [\n"
                     "// peer=%s dialect=%s subprotocol=%s started=%s.%03dZ\n",
                     peer, dialect, subprotocol, started, (int)(about->started_ms % 1000));
  return (size_t)len;
}
