/* What the launcher asked for, read from the environment once. */
#ifndef WS_PRELOAD_CONFIG_H
#define WS_PRELOAD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../core/handshake.h"
#include "../state/environment.h"

enum ws_log_level { WS_LOG_NOTHING, WS_LOG_CONNECTIONS, WS_LOG_REASONS };

struct ws_config {
  uint16_t ports[WS_ENVIRONMENT_PORTS_MAX];
  size_t port_count;        /* 0: the library does nothing */
  int state_fd;             /* -1 none */
  int log_fd;               /* -1 none */
  uint64_t recorder_cookie; /* what that socket is, should its number come to mean something else */
  int recorder_fd;          /* -1 none */
  bool log_json;
  enum ws_log_level log_level;
  int64_t handshake_timeout_ms;
  int64_t heartbeat_ms; /* 0: none */
  int64_t pong_timeout_ms;
  int64_t idle_timeout_ms; /* 0: none */
  bool tls;                /* the relay has a certificate */
  bool web;                /* the relay answers plain HTTP */
  bool secure_only;
  int also_tcp_seconds;        /* of silence, after which a client is one of plain TCP; 0: that is not welcome */
  const char *trusted_proxies; /* comma-separated networks; "" none */
  struct ws_policy policy;     /* strings owned by the configuration; loopback and secure are set per connection */
};

/* Reads the environment. True when the library has something to do: its version is the launcher's and ports are named. */
bool ws_config_read(struct ws_config *config);
bool ws_config_has_port(const struct ws_config *config, uint16_t port);

#endif
