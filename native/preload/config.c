#define _GNU_SOURCE
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../state/environment.h"

/* The program may clear or overwrite its environment; lists are kept in memory of our own. */
static char lists[4][WS_ENVIRONMENT_LIST_MAX + 1];

static const char *value(enum ws_environment key) {
  return getenv(ws_environment_name(key));
}

static const char *keep(enum ws_environment key, char *into) {
  const char *text = value(key);
  if (text == NULL || strlen(text) > WS_ENVIRONMENT_LIST_MAX) {
    return "";
  }
  strcpy(into, text);
  return into;
}

static long number(enum ws_environment key, long absent) {
  const char *text = value(key);
  char *end = NULL;
  if (text == NULL || *text == '\0') {
    return absent;
  }
  long parsed = strtol(text, &end, 10);
  return *end == '\0' ? parsed : absent;
}

static void read_ports(struct ws_config *config) {
  const char *text = value(WS_ENV_PORTS);
  while (text != NULL && *text != '\0' && config->port_count < WS_ENVIRONMENT_PORTS_MAX) {
    char *end = NULL;
    unsigned long port = strtoul(text, &end, 10);
    if (end == text) {
      return;
    }
    if (port > 0 && port <= UINT16_MAX) {
      config->ports[config->port_count++] = (uint16_t)port;
    }
    text = *end == ',' ? end + 1 : end;
  }
}

static ws_dialects read_dialects(const char *text) {
  ws_dialects dialects = 0;
  while (text != NULL && *text != '\0') {
    size_t len = strcspn(text, ",");
    enum ws_dialect dialect;
    if (ws_dialect_from_name(text, len, &dialect)) {
      dialects |= WS_DIALECT_BIT(dialect);
    }
    text += len + (text[len] == ',');
  }
  return dialects;
}

/* What the kernel calls it. */
static bool is_socket(int fd, uint64_t *cookie) {
  socklen_t len = sizeof *cookie;
  return fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_COOKIE, cookie, &len) == 0;
}

bool ws_config_read(struct ws_config *config) {
  memset(config, 0, sizeof *config);
  config->state_fd = (int)number(WS_ENV_STATE_FD, -1);
  config->log_fd = (int)number(WS_ENV_LOG_FD, -1);
  config->recorder_fd = (int)number(WS_ENV_RECORDER_FD, -1);
  if (!is_socket(config->recorder_fd, &config->recorder_cookie)) {
    config->recorder_fd = -1;
  }
  config->log_level = (enum ws_log_level)number(WS_ENV_LOG_LEVEL, WS_LOG_CONNECTIONS);
  config->handshake_timeout_ms = number(WS_ENV_HANDSHAKE_TIMEOUT, WS_HANDSHAKE_TIMEOUT_MS);
  config->heartbeat_ms = number(WS_ENV_HEARTBEAT, 0);
  config->pong_timeout_ms = number(WS_ENV_PONG_TIMEOUT, 0);
  config->idle_timeout_ms = number(WS_ENV_IDLE_TIMEOUT, 0);
  config->tls = number(WS_ENV_TLS, 0) != 0;
  config->web = number(WS_ENV_WEB, 0) != 0;
  config->secure_only = number(WS_ENV_SECURE_ONLY, 0) != 0;
  config->also_tcp_seconds = (int)number(WS_ENV_ALSO_TCP, 0);
  const char *format = value(WS_ENV_LOG_FORMAT);
  config->log_json = format != NULL && strcmp(format, "json") == 0;
  config->policy.subprotocols = keep(WS_ENV_SUBPROTOCOL, lists[0]);
  config->policy.allow_origins = keep(WS_ENV_ALLOW_ORIGIN, lists[1]);
  config->policy.allow_hosts = keep(WS_ENV_ALLOW_HOST, lists[2]);
  config->trusted_proxies = keep(WS_ENV_TRUST_PROXY, lists[3]);
  config->policy.dialects = read_dialects(value(WS_ENV_DIALECT));
  const char *version = value(WS_ENV_VERSION);
  if (version == NULL || strcmp(version, WS_VERSION) != 0) {
    return false;
  }
  read_ports(config);
  return config->port_count > 0;
}

bool ws_config_has_port(const struct ws_config *config, uint16_t port) {
  for (size_t i = 0; i < config->port_count; i++) {
    if (config->ports[i] == port) {
      return true;
    }
  }
  return false;
}
