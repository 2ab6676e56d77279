#include "answer.h"

#include <string.h>

#include "base64.h"
#include "sha1.h"

/* RFC 6455 section 1.3. */
#define ACCEPT_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define KEY_CHARACTERS 24

static void add_span(struct ws_handshake *out, const void *data, size_t len) {
  if (len == 0 || out->answer_spans == WS_ANSWER_SPANS_MAX) return;
  out->answer[out->answer_spans++] = (struct ws_span){data, len};
}

static void add(struct ws_handshake *out, const char *text) {
  add_span(out, text, strlen(text));
}

/* Nothing for an empty value: the field is left out. */
static void add_field(struct ws_handshake *out, const char *name, struct ws_span value) {
  if (value.len == 0) return;
  add(out, name);
  add(out, ": ");
  add_span(out, value.data, value.len);
  add(out, "\r\n");
}

static size_t write_accept(struct ws_text key, char *accept) {
  uint8_t proof[KEY_CHARACTERS + sizeof ACCEPT_GUID - 1];
  uint8_t digest[WS_SHA1_BYTES];
  memcpy(proof, key.at, KEY_CHARACTERS);
  memcpy(proof + KEY_CHARACTERS, ACCEPT_GUID, sizeof ACCEPT_GUID - 1);
  ws_sha1(proof, sizeof proof, digest);
  return ws_base64_encode(digest, sizeof digest, (uint8_t *)accept);
}

void ws_answer_rfc6455(struct ws_handshake *out, struct ws_text key) {
  struct ws_span accept = {out->scratch, write_accept(key, out->scratch)};
  add(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
  add_field(out, "Sec-WebSocket-Accept", accept);
  add_field(out, "Sec-WebSocket-Protocol", out->subprotocol);
  add(out, "\r\n");
}

/* The clients of hixie-75 compare the status line byte by byte, so the two words stay two words. */
void ws_answer_hixie(struct ws_handshake *out, bool secure, struct ws_text path, const uint8_t *digest) {
  bool sec = out->dialect == WS_DIALECT_HIXIE76;
  add(out, sec ? "HTTP/1.1 101 WebSocket" : "HTTP/1.1 101 Web Socket");
  add(out, " Protocol Handshake\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n");
  add_field(out, sec ? "Sec-WebSocket-Origin" : "WebSocket-Origin", out->origin);
  add(out, sec ? "Sec-WebSocket-Location: " : "WebSocket-Location: ");
  add(out, secure ? "wss://" : "ws://");
  add_span(out, out->host.data, out->host.len);
  add_span(out, path.at, path.len);
  add(out, "\r\n");
  add_field(out, sec ? "Sec-WebSocket-Protocol" : "WebSocket-Protocol", out->subprotocol);
  add(out, "\r\n");
  if (!digest) return;
  memcpy(out->scratch, digest, WS_MD5_BYTES);
  add_span(out, out->scratch, WS_MD5_BYTES);
}

static const char *status_line(int status) {
  switch (status) {
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 403:
      return "HTTP/1.1 403 Forbidden\r\n";
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 408:
      return "HTTP/1.1 408 Request Timeout\r\n";
    case 426:
      return "HTTP/1.1 426 Upgrade Required\r\n";
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 502:
      return "HTTP/1.1 502 Bad Gateway\r\n";
    case 504:
      return "HTTP/1.1 504 Gateway Timeout\r\n";
    default:
      return "HTTP/1.1 503 Service Unavailable\r\n";
  }
}

/* RFC 9110 sections 15.5.6 and 15.5.22, RFC 6455 section 4.4. Where Upgrade is sent, Connection has
 * to name it (RFC 9110 section 7.8). */
static const char *special_fields(enum ws_refusal refusal) {
  switch (refusal) {
    case WS_REFUSAL_METHOD:
      return "Allow: GET\r\nConnection: close\r\n";
    case WS_REFUSAL_NOT_UPGRADE:
      return "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nConnection: close, Upgrade\r\n";
    case WS_REFUSAL_VERSION:
      return "Upgrade: websocket\r\nSec-WebSocket-Version: 13, 8, 7\r\n"
             "Connection: close, Upgrade\r\n";
    default:
      return "Connection: close\r\n";
  }
}

static size_t write_decimal(size_t number, char *text, size_t room) {
  size_t at = room;
  do {
    text[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  memmove(text, text + at, room - at);
  return room - at;
}

void ws_answer_refusal(struct ws_handshake *out, bool with_body) {
  int status = ws_refusal_status(out->refusal);
  if (status == 0) return;
  const char *sentence = ws_refusal_text(out->refusal);
  size_t digits = write_decimal(strlen(sentence) + 1, out->scratch, sizeof out->scratch);
  add(out, status_line(status));
  add(out, special_fields(out->refusal));
  add(out, "Content-Type: text/plain\r\n");
  add_field(out, "Content-Length", (struct ws_span){out->scratch, digits});
  add(out, "\r\n");
  if (!with_body) return;
  add(out, sentence);
  add(out, "\n");
}

void ws_answer_flash(struct ws_handshake *out) {
  static const char policy[] =
      "<cross-domain-policy><allow-access-from domain=\"*\" to-ports=\"*\" /></cross-domain-policy>\n";
  add_span(out, policy, sizeof policy);
}

size_t ws_handshake_answer_len(const struct ws_handshake *handshake) {
  size_t len = 0;
  for (size_t i = 0; i < handshake->answer_spans; i++)
    len += handshake->answer[i].len;
  return len;
}
