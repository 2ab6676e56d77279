#include "origin.h"

#define PORT_MAX 65535

static bool is_host_character(char c) {
  return ws_is_token_character(c) || c == '(' || c == ')' || c == ';' || c == '=';
}

/* RFC 3986 section 3.2.2, as far as it matters here: nothing that could hide a second host. */
static bool is_name(struct ws_text text) {
  for (size_t i = 0; i < text.len; i++) {
    if (!is_host_character(text.at[i])) return false;
  }
  return text.len > 0;
}

static bool is_bracketed(struct ws_text text) {
  if (text.len < 4 || text.at[0] != '[' || text.at[text.len - 1] != ']') return false;
  struct ws_text address = ws_text_first(ws_text_from(text, 1), text.len - 2);
  for (size_t i = 0; i < address.len; i++) {
    char c = address.at[i];
    bool hex = ws_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (!hex && c != ':' && c != '.') return false;
  }
  return ws_text_find(address, ':') < address.len;
}

static bool is_port(struct ws_text text) {
  uint32_t port;
  return text.len == 0 || (ws_text_number(text, PORT_MAX, &port) && port > 0);
}

bool ws_authority_parse(struct ws_text text, struct ws_authority *authority) {
  size_t host_len = ws_text_find(text, ':');
  if (ws_text_begins(text, "[")) {
    size_t bracket = ws_text_find(text, ']');
    host_len = bracket < text.len ? bracket + 1 : bracket;
  }
  authority->host = ws_text_first(text, host_len);
  struct ws_text rest = ws_text_from(text, host_len);
  authority->port = rest.len > 0 ? ws_text_from(rest, 1) : rest;
  if (rest.len > 0 && rest.at[0] != ':') return false;
  return (is_name(authority->host) || is_bracketed(authority->host)) && is_port(authority->port);
}

/* "example.com." is the same host as "example.com". */
static struct ws_text without_final_dot(struct ws_text host) {
  bool dotted = host.len > 1 && host.at[host.len - 1] == '.';
  return dotted ? ws_text_first(host, host.len - 1) : host;
}

/* All four parts have to be there: "127.1.example.com" and "127.0.0.1.example.com" are names. */
static bool is_127_address(struct ws_text host) {
  for (unsigned part = 0; part < 4; part++) {
    size_t len = ws_text_find(host, '.');
    uint32_t number;
    if (!ws_text_number(ws_text_first(host, len), 255, &number)) return false;
    if (part == 0 && number != 127) return false;
    if ((len == host.len) != (part == 3)) return false;
    host = ws_text_from(host, len < host.len ? len + 1 : len);
  }
  return true;
}

static bool is_localhost(struct ws_text host) {
  host = without_final_dot(host);
  return ws_text_is_nocase(host, "localhost") || is_127_address(host) || ws_text_is(host, "[::1]") ||
         ws_text_is(host, "[0:0:0:0:0:0:0:1]");
}

/* RFC 6761 section 6.3: every name below .localhost is a loopback one. */
bool ws_host_is_loopback(struct ws_text host) {
  return is_localhost(host) || ws_text_ends_nocase(without_final_dot(host), ".localhost");
}

static bool same_host(struct ws_text a, struct ws_text b) {
  if (is_localhost(a) && is_localhost(b)) return true;
  return ws_text_same_nocase(without_final_dot(a), without_final_dot(b));
}

/* An item of a list names a host when it is that host, alone or with the port. */
static bool names_host(struct ws_text item, struct ws_authority authority) {
  struct ws_authority named;
  if (!ws_authority_parse(item, &named) || !same_host(named.host, authority.host)) return false;
  return named.port.len == 0 || ws_text_same(named.port, authority.port);
}

bool ws_host_is_allowed(struct ws_authority host, struct ws_text allowed) {
  if (ws_host_is_loopback(host.host)) return true;
  struct ws_text item;
  while (ws_text_next_item(&allowed, ",", &item)) {
    if (ws_text_is(item, "*") || names_host(item, host)) return true;
  }
  return false;
}

/* scheme "://" host [ ":" port ] of a web page; the port is made explicit. */
struct web_origin {
  bool secure;
  struct ws_authority authority;
};

static bool parse_web_origin(struct ws_text text, struct web_origin *origin) {
  origin->secure = ws_text_begins_nocase(text, "https://");
  if (!origin->secure && !ws_text_begins_nocase(text, "http://")) return false;
  struct ws_text rest = ws_text_from(text, origin->secure ? 8 : 7);
  if (!ws_authority_parse(rest, &origin->authority)) return false;
  struct ws_text *port = &origin->authority.port;
  if (port->len == 0) *port = ws_text_of(origin->secure ? "443" : "80");
  return true;
}

static bool same_web_origin(struct web_origin a, struct web_origin b) {
  return a.secure == b.secure && ws_text_same(a.authority.port, b.authority.port) &&
         ws_text_same_nocase(a.authority.host, b.authority.host);
}

/* An origin has no path; people write one all the same. */
static struct ws_text without_slash(struct ws_text item) {
  bool slash = item.len > 1 && item.at[item.len - 1] == '/' && item.at[item.len - 2] != '/';
  return slash ? ws_text_first(item, item.len - 1) : item;
}

static bool names_web_origin(struct ws_text item, struct web_origin origin) {
  struct web_origin named;
  if (parse_web_origin(without_slash(item), &named)) return same_web_origin(named, origin);
  return names_host(item, origin.authority);
}

bool ws_origin_is_allowed(struct ws_text origin, struct ws_authority host, struct ws_text allowed) {
  struct web_origin page;
  bool web = parse_web_origin(origin, &page);
  if (web && same_host(page.authority.host, host.host)) return true;
  struct ws_text item;
  while (ws_text_next_item(&allowed, ",", &item)) {
    if (ws_text_is(item, "*") || ws_text_same_nocase(item, origin)) return true;
    if (web && names_web_origin(item, page)) return true;
  }
  return false;
}
