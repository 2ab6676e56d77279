#include "client.h"

#include <stdio.h>
#include <string.h>

static int six_bits(uint8_t c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool take_text(struct client *client, const uint8_t *text, size_t len) {
  if (len % 4 != 0) return false;
  for (size_t i = 0; i < len; i += 4) {
    bool last = i + 4 == len;
    unsigned pad = last && text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0;
    uint32_t bits = 0;
    for (size_t k = 0; k < 4; k++) {
      int six = k < 4 - pad ? six_bits(text[i + k]) : 0;
      if (six < 0) return false;
      bits = bits << 6 | (uint32_t)six;
    }
    for (unsigned k = 0; k < 3 - pad; k++)
      client->payload[client->payload_len++] = (uint8_t)(bits >> (16 - 8 * k));
  }
  return true;
}

static void take_control(struct client *client, const char *name, const uint8_t *data, size_t len) {
  char *at = client->controls + strlen(client->controls);
  at += sprintf(at, "%s:", name);
  for (size_t i = 0; i < len; i++)
    at += sprintf(at, "%02x", data[i]);
  strcpy(at, " ");
}

static bool take_frame(struct client *client, uint8_t first, const uint8_t *data, size_t len) {
  client->frames++;
  if (len > client->frame_payload_max) client->frame_payload_max = len;
  switch (first) {
    case 0x81:
      return client->base64 && len > 0 && take_text(client, data, len);
    case 0x82:
      if (client->base64 || len == 0) return false;
      memcpy(client->payload + client->payload_len, data, len);
      client->payload_len += len;
      return true;
    case 0x88:
      take_control(client, "close", data, len);
      return len <= 125 && len != 1;
    case 0x89:
      take_control(client, "ping", data, len);
      return len <= 125;
    case 0x8a:
      take_control(client, "pong", data, len);
      return len <= 125;
    default:
      return false;
  }
}

/* 0: not whole, -1: wrong. */
static long read_counted(struct client *client, const uint8_t *wire, size_t len) {
  if (len < 2) return 0;
  size_t head = wire[1] == 127 ? 10 : wire[1] == 126 ? 4 : 2;
  if (wire[1] & 0x80) return -1;
  if (len < head) return 0;
  uint64_t payload = head == 2 ? wire[1] : 0;
  for (size_t i = 2; i < head; i++)
    payload = payload << 8 | wire[i];
  if ((head == 4 && payload < 126) || (head == 10 && payload < 65536)) return -1;
  if (len - head < payload) return 0;
  return take_frame(client, wire[0], wire + head, (size_t)payload) ? (long)(head + payload) : -1;
}

static long read_hixie(struct client *client, const uint8_t *wire, size_t len) {
  if (len < 2) return 0;
  if (wire[0] == 0xff && wire[1] == 0) {
    take_control(client, "close", NULL, 0);
    return 2;
  }
  if (wire[0] != 0) return -1;
  const uint8_t *end = memchr(wire, 0xff, len);
  if (!end) return 0;
  client->frames++;
  return take_text(client, wire + 1, (size_t)(end - wire) - 1) ? end + 1 - wire : -1;
}

long client_read(struct client *client, const uint8_t *wire, size_t len) {
  size_t done = 0;
  while (done < len) {
    long frame =
        client->hixie ? read_hixie(client, wire + done, len - done) : read_counted(client, wire + done, len - done);
    if (frame < 0) return -1;
    if (frame == 0) break;
    done += (size_t)frame;
  }
  return (long)done;
}
