/* How the launcher configures the library: environment variables, once. Read in the library's constructor and inherited by
 * fork, so a program may clear its environment afterwards. TypeScript gets the names through the addon. */
#ifndef WS_STATE_ENVIRONMENT_H
#define WS_STATE_ENVIRONMENT_H

/* Version of launcher, library and addon, which must be the same. Also in package.json (a test compares them). */
#define WS_VERSION "0.1.0"

/* X(key, name, meaning). Without WSWRAP_PORTS the library does nothing. */
#define WS_ENVIRONMENT(X)                                                                                      \
  X(VERSION, "WSWRAP_VERSION", "version of the launcher; the library does nothing unless it is its own")       \
  X(PORTS, "WSWRAP_PORTS", "comma-separated TCP ports whose listeners speak WebSocket")                        \
  X(STATE_FD, "WSWRAP_STATE_FD", "descriptor of the shared state (ws_state_create)")                           \
  X(RECORDER_FD, "WSWRAP_RECORDER_FD", "descriptor of the socket to the recorder (notice.h)")                  \
  X(LOG_FD, "WSWRAP_LOG_FD", "descriptor for log lines: file, terminal or stream socket")                      \
  X(LOG_FORMAT, "WSWRAP_LOG_FORMAT", "text or json")                                                           \
  X(LOG_LEVEL, "WSWRAP_LOG_LEVEL", "0 nothing, 1 connection lines, 2 also reasons for passing descriptors by") \
  X(SUBPROTOCOL, "WSWRAP_SUBPROTOCOL", "as --subprotocol")                                                     \
  X(DIALECT, "WSWRAP_DIALECT", "as --dialect")                                                                 \
  X(ALLOW_ORIGIN, "WSWRAP_ALLOW_ORIGIN", "as --allow-origin")                                                  \
  X(ALLOW_HOST, "WSWRAP_ALLOW_HOST", "as --allow-host")                                                        \
  X(TRUST_PROXY, "WSWRAP_TRUST_PROXY", "as --trust-proxy")                                                     \
  X(HANDSHAKE_TIMEOUT, "WSWRAP_HANDSHAKE_TIMEOUT_MS", "milliseconds; as --handshake-timeout")                  \
  X(HEARTBEAT, "WSWRAP_HEARTBEAT_MS", "milliseconds; as --heartbeat")                                          \
  X(PONG_TIMEOUT, "WSWRAP_PONG_TIMEOUT_MS", "milliseconds; as --pong-timeout")                                 \
  X(IDLE_TIMEOUT, "WSWRAP_IDLE_TIMEOUT_MS", "milliseconds; as --idle-timeout")                                 \
  X(TLS, "WSWRAP_TLS", "1: the relay has a certificate")                                                       \
  X(WEB, "WSWRAP_WEB", "1: the relay answers plain HTTP")                                                      \
  X(SECURE_ONLY, "WSWRAP_SECURE_ONLY", "1: as --ssl-only")                                                     \
  X(ALSO_TCP, "WSWRAP_ALSO_TCP", "seconds; as --also-tcp")

enum ws_environment {
#define X(key, name, meaning) WS_ENV_##key,
  WS_ENVIRONMENT(X)
#undef X
      WS_ENV_COUNT
};

/* How many ports, and how long one of the lists. The launcher sees to it. */
#define WS_ENVIRONMENT_PORTS_MAX 64
#define WS_ENVIRONMENT_LIST_MAX 4095

/* The variable's name; static storage. */
const char *ws_environment_name(enum ws_environment key);

/* Descriptors that travel with the tree (shared state, log) are moved to this number or above, out of the way of programs
 * that count on low ones. */
#define WS_FD_FLOOR 960

#endif
