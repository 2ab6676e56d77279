/* The order of the decisions. What the bytes are comes first, from as few of them as possible; then
 * the faults of the head, in the order in which they stand in it; then, with the head complete, what
 * is missing from it, who may come in, and how to answer. Each step either goes on or sets a refusal,
 * so one input has one outcome, however it was cut on its way here. */
#include "handshake.h"

#include <string.h>

#include "answer.h"
#include "base64.h"
#include "origin.h"
#include "request.h"
#include "subprotocol.h"

#define TLS_RECORD 0x16
#define SSLV2_HELLO 0x80
#define FLASH_REQUEST "<policy-file-request/>"

struct attempt {
  struct ws_request request;
  const struct ws_policy *policy;
  struct ws_handshake *out;
  struct ws_authority host;
  struct ws_text key;                       /* RFC 6455 */
  uint8_t challenge[4 + 4 + WS_KEY3_BYTES]; /* hixie-76 */
};

static bool refuse(struct attempt *attempt, enum ws_refusal refusal) {
  attempt->out->verdict = WS_VERDICT_REFUSE;
  attempt->out->refusal = refusal;
  return false;
}

static struct ws_text field(const struct attempt *attempt, const char *name) {
  struct ws_text value;
  ws_request_field(&attempt->request, name, &value);
  return value;
}

static size_t count(const struct attempt *attempt, const char *name) {
  struct ws_text value;
  return ws_request_field(&attempt->request, name, &value);
}

/* What every dialect needs: RFC 6455 section 4.2.1, items 1 to 4. */
static bool check_upgrade(struct attempt *attempt) {
  const struct ws_request *request = &attempt->request;
  if (!ws_request_lists_token(request, "Upgrade", "websocket")) return refuse(attempt, WS_REFUSAL_NOT_UPGRADE);
  if (!ws_text_is(request->method, "GET")) return refuse(attempt, WS_REFUSAL_METHOD);
  if (!request->version_1_1) return refuse(attempt, WS_REFUSAL_HTTP_VERSION);
  if (count(attempt, "Host") != 1 || !ws_authority_parse(field(attempt, "Host"), &attempt->host))
    return refuse(attempt, WS_REFUSAL_HOST_FIELD);
  if (!ws_request_lists_token(request, "Connection", "upgrade")) return refuse(attempt, WS_REFUSAL_CONNECTION_FIELD);
  return true;
}

/* The path that was asked for, also when a whole URI was (RFC 9112 section 3.2.2); empty when the
 * target has none. */
static struct ws_text path_of(struct ws_text target) {
  if (ws_text_begins(target, "/")) return target;
  bool absolute = ws_text_begins_nocase(target, "http://");
  bool secure = ws_text_begins_nocase(target, "https://");
  if (!absolute && !secure) return (struct ws_text){NULL, 0};
  struct ws_text rest = ws_text_from(target, secure ? 8 : 7);
  size_t slash = ws_text_find(rest, '/');
  return slash < rest.len ? ws_text_from(rest, slash) : ws_text_of("/");
}

/* 24 characters for 16 bytes. Bits behind the 128th are let pass: the key is used as text only. */
static bool is_key(struct ws_text key) {
  static const uint8_t no_mask[4] = {0};
  uint8_t bytes[24];
  const uint8_t *text = (const uint8_t *)key.at;
  return key.len == 24 && ws_base64_decode_quads(text, 20, no_mask, bytes) == 20 &&
         ws_base64_value(text[20]) != WS_BASE64_INVALID && ws_base64_value(text[21]) != WS_BASE64_INVALID &&
         text[22] == '=' && text[23] == '=';
}

/* The ABNF of the version (RFC 6455 section 4.3) has no leading zeros. */
static bool is_plain_number(struct ws_text text) {
  for (size_t i = 0; i < text.len; i++) {
    if (!ws_is_digit(text.at[i])) return false;
  }
  return text.len == 1 || (text.len > 1 && text.at[0] != '0');
}

static bool check_version(struct attempt *attempt) {
  struct ws_text version = field(attempt, "Sec-WebSocket-Version");
  if (count(attempt, "Sec-WebSocket-Version") != 1 || !is_plain_number(version))
    return refuse(attempt, WS_REFUSAL_VERSION_FIELD);
  if (ws_text_is(version, "13"))
    attempt->out->dialect = WS_DIALECT_RFC6455;
  else if (ws_text_is(version, "8") || ws_text_is(version, "7"))
    attempt->out->dialect = WS_DIALECT_HYBI;
  else
    return refuse(attempt, WS_REFUSAL_VERSION);
  attempt->key = field(attempt, "Sec-WebSocket-Key");
  if (count(attempt, "Sec-WebSocket-Key") != 1 || !is_key(attempt->key)) return refuse(attempt, WS_REFUSAL_KEY);
  return true;
}

/* hixie-76 section 5.2: the digits of a key make a number; divided by the count of its spaces it
 * must give 32 bits without a remainder. */
static bool solve_key(struct ws_text key, uint8_t part[4]) {
  uint64_t number = 0;
  uint64_t spaces = 0;
  size_t digits = 0;
  for (size_t i = 0; i < key.len; i++) {
    char c = key.at[i];
    if (c == ' ') spaces++;
    if (!ws_is_digit(c)) continue;
    /* A number this large would need more spaces than a head can hold. */
    if (number > UINT64_MAX / 16) return false;
    number = number * 10 + (uint64_t)(c - '0');
    digits++;
  }
  if (digits == 0 || spaces == 0 || number % spaces != 0) return false;
  uint64_t quotient = number / spaces;
  for (unsigned i = 0; i < 4; i++)
    part[i] = (uint8_t)(quotient >> (24 - 8 * i));
  return quotient <= UINT32_MAX;
}

static bool check_hixie_keys(struct attempt *attempt) {
  size_t first = count(attempt, "Sec-WebSocket-Key1");
  size_t second = count(attempt, "Sec-WebSocket-Key2");
  attempt->out->dialect = WS_DIALECT_HIXIE75;
  if (first == 0 && second == 0) return true;
  attempt->out->dialect = WS_DIALECT_HIXIE76;
  bool solved = first == 1 && second == 1 && solve_key(field(attempt, "Sec-WebSocket-Key1"), attempt->challenge) &&
                solve_key(field(attempt, "Sec-WebSocket-Key2"), attempt->challenge + 4);
  return solved || refuse(attempt, WS_REFUSAL_KEY);
}

static bool check_dialect(struct attempt *attempt) {
  bool version = count(attempt, "Sec-WebSocket-Version") > 0;
  if (!version && count(attempt, "Sec-WebSocket-Key") > 0) return refuse(attempt, WS_REFUSAL_VERSION_FIELD);
  if (!(version ? check_version(attempt) : check_hixie_keys(attempt))) return false;
  ws_dialects enabled = attempt->policy->dialects ? attempt->policy->dialects : WS_DIALECTS_ALL;
  bool on = (enabled & WS_DIALECT_BIT(attempt->out->dialect)) != 0;
  return on || refuse(attempt, WS_REFUSAL_DIALECT);
}

/* The drafts up to hybi-08 had a name of their own for the field, and browsers of the time sent
 * either. */
static const char *origin_field(const struct attempt *attempt) {
  bool own = attempt->out->dialect == WS_DIALECT_HYBI && count(attempt, "Sec-WebSocket-Origin") > 0;
  return own ? "Sec-WebSocket-Origin" : "Origin";
}

/* Who has no Origin is no browser, and could send any. */
static bool check_sender(struct attempt *attempt) {
  const struct ws_policy *policy = attempt->policy;
  const char *name = origin_field(attempt);
  struct ws_text origin = field(attempt, name);
  attempt->out->origin = ws_text_span(origin);
  if (policy->loopback && !ws_host_is_allowed(attempt->host, ws_text_of(policy->allow_hosts)))
    return refuse(attempt, WS_REFUSAL_HOST);
  size_t origins = count(attempt, name);
  if (origins > 1) return refuse(attempt, WS_REFUSAL_MALFORMED);
  if (origins == 0) return true;
  return ws_origin_is_allowed(origin, attempt->host, ws_text_of(policy->allow_origins)) ||
         refuse(attempt, WS_REFUSAL_ORIGIN);
}

static bool check_subprotocol(struct attempt *attempt) {
  struct ws_handshake *out = attempt->out;
  struct ws_text accepted = ws_text_of(attempt->policy->subprotocols), chosen;
  if (!ws_subprotocol_choose(&attempt->request, out->dialect, accepted, &chosen))
    return refuse(attempt, WS_REFUSAL_SUBPROTOCOL);
  out->subprotocol = ws_text_span(chosen);
  bool base64 = ws_dialect_is_hixie(out->dialect) || ws_text_is(chosen, "base64");
  out->encoding = base64 ? WS_ENCODING_BASE64 : WS_ENCODING_BINARY;
  return true;
}

static bool check_target(struct attempt *attempt) {
  return path_of(attempt->request.target).len > 0 || refuse(attempt, WS_REFUSAL_MALFORMED);
}

/* False while the eight bytes behind the head are not there. */
static bool solve_challenge(struct attempt *attempt, const uint8_t *in, size_t len, uint8_t digest[WS_MD5_BYTES]) {
  if (len < WS_KEY3_BYTES) {
    attempt->out->verdict = WS_VERDICT_MORE;
    attempt->out->consumed = 0;
    return false;
  }
  memcpy(attempt->challenge + 8, in, WS_KEY3_BYTES);
  ws_md5(attempt->challenge, sizeof attempt->challenge, digest);
  return true;
}

static void accept(struct attempt *attempt, const uint8_t *in, size_t len) {
  struct ws_handshake *out = attempt->out;
  struct ws_text path = path_of(attempt->request.target);
  bool secure = attempt->policy->secure;
  uint8_t digest[WS_MD5_BYTES];
  size_t head_len = attempt->request.head_len;
  out->verdict = WS_VERDICT_ACCEPT;
  out->consumed = head_len;
  out->path = ws_text_span(path);
  switch (out->dialect) {
    case WS_DIALECT_HIXIE76:
      if (!solve_challenge(attempt, in + head_len, len - head_len, digest)) break;
      out->consumed += WS_KEY3_BYTES;
      ws_answer_hixie(out, secure, path, digest);
      break;
    case WS_DIALECT_HIXIE75:
      ws_answer_hixie(out, secure, path, NULL);
      break;
    default:
      ws_answer_rfc6455(out, attempt->key);
      break;
  }
}

static void decide(struct attempt *attempt, const uint8_t *in, size_t len) {
  struct ws_handshake *out = attempt->out;
  out->host = ws_text_span(field(attempt, "Host"));
  out->origin = ws_text_span(field(attempt, "Origin"));
  bool good = check_upgrade(attempt) && check_target(attempt) && check_dialect(attempt) && check_sender(attempt) &&
              check_subprotocol(attempt);
  if (good)
    accept(attempt, in, len);
  else
    out->consumed = attempt->request.head_len;
}

static void decide_http(struct attempt *attempt, const uint8_t *in, size_t len) {
  ws_request_parse(in, len, &attempt->request);
  if (attempt->request.state == WS_REQUEST_BAD) refuse(attempt, attempt->request.refusal);
  if (attempt->request.state == WS_REQUEST_WHOLE) decide(attempt, in, len);
  if (attempt->out->verdict == WS_VERDICT_REFUSE)
    ws_answer_refusal(attempt->out, !ws_text_is(attempt->request.method, "HEAD"));
}

static bool decide_flash(struct attempt *attempt, const uint8_t *in, size_t len) {
  size_t whole = sizeof FLASH_REQUEST - 1;
  if (memcmp(in, FLASH_REQUEST, len < whole ? len : whole) != 0) return false;
  if (len < whole) return true;
  attempt->out->consumed = whole;
  refuse(attempt, WS_REFUSAL_FLASH);
  ws_answer_flash(attempt->out);
  return true;
}

void ws_handshake(const uint8_t *in, size_t len, const struct ws_policy *policy, struct ws_handshake *out) {
  struct attempt attempt = {.policy = policy, .out = out};
  memset(out, 0, sizeof *out);
  if (len == 0) return;
  if (in[0] == TLS_RECORD || in[0] == SSLV2_HELLO)
    refuse(&attempt, WS_REFUSAL_TLS);
  else if (!decide_flash(&attempt, in, len))
    decide_http(&attempt, in, len);
}

void ws_handshake_refuse(enum ws_refusal refusal, struct ws_handshake *out) {
  memset(out, 0, sizeof *out);
  out->verdict = WS_VERDICT_REFUSE;
  out->refusal = refusal;
  ws_answer_refusal(out, true);
}
