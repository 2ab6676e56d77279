#include "addon/constants.h"

#include <sys/un.h>

extern "C" {
#include "core/dialect.h"
#include "core/errors.h"
#include "core/limits.h"
#include "state/environment.h"
}

namespace wswrap {

namespace {

Napi::Object Environment(Napi::Env env) {
  Napi::Object names = Napi::Object::New(env);
#define X(key, name, meaning) names.Set(#key, name);
  WS_ENVIRONMENT(X)
#undef X
  return names;
}

/* In the order of enum ws_dialect. */
Napi::Array Dialects(Napi::Env env) {
  Napi::Array names = Napi::Array::New(env);
  for (unsigned dialect = 0; dialect < WS_DIALECT_COUNT; dialect++) {
    names.Set(dialect, ws_dialect_name(static_cast<ws_dialect>(dialect)));
  }
  return names;
}

Napi::Object Limits(Napi::Env env) {
  Napi::Object limits = Napi::Object::New(env);
  limits.Set("headBytes", WS_HEAD_BYTES_MAX);
  limits.Set("headFields", WS_HEAD_FIELDS_MAX);
  limits.Set("controlPayload", WS_CONTROL_PAYLOAD_MAX);
  limits.Set("frameOut", WS_FRAME_OUT_MAX);
  limits.Set("subprotocol", WS_SUBPROTOCOL_MAX);
  limits.Set("trustedNetworks", WS_TRUSTED_MAX);
  limits.Set("handshakeTimeoutMs", WS_HANDSHAKE_TIMEOUT_MS);
  limits.Set("connectTimeoutMs", WS_CONNECT_TIMEOUT_MS);
  limits.Set("refusalsAtATime", WS_REFUSALS_AT_A_TIME);
  limits.Set("pumpBuffer", WS_PUMP_BUFFER_BYTES);
  limits.Set("ports", WS_ENVIRONMENT_PORTS_MAX);
  limits.Set("listBytes", WS_ENVIRONMENT_LIST_MAX);
  limits.Set("fdFloor", WS_FD_FLOOR);
  /* unix(7); with the zero at the end that not all servers do without. */
  limits.Set("unixPath", sizeof(sockaddr_un{}.sun_path) - 1);
  return limits;
}

void AddError(Napi::Array errors, int closeCode, const char *token, const char *text) {
  Napi::Object error = Napi::Object::New(errors.Env());
  error.Set("closeCode", closeCode);
  error.Set("token", token);
  error.Set("text", text);
  errors.Set(errors.Length(), error);
}

/* In the order of enum ws_error, so that a number is an index. */
Napi::Array Errors(Napi::Env env) {
  Napi::Array errors = Napi::Array::New(env);
#define X(name, code, token, text) AddError(errors, code, token, text);
  WS_ERRORS(X)
#undef X
  return errors;
}

void AddRefusal(Napi::Array refusals, int status, const char *token, const char *text, const char *option) {
  Napi::Object refusal = Napi::Object::New(refusals.Env());
  refusal.Set("status", status);
  refusal.Set("token", token);
  refusal.Set("text", text);
  refusal.Set("option", option);
  refusals.Set(refusals.Length(), refusal);
}

/* In the order of enum ws_refusal. */
Napi::Array Refusals(Napi::Env env) {
  Napi::Array refusals = Napi::Array::New(env);
#define X(name, status, token, text, option) AddRefusal(refusals, status, token, text, option);
  WS_REFUSALS(X)
#undef X
  return refusals;
}

} // namespace

Napi::Object Constants(Napi::Env env) {
  Napi::Object constants = Napi::Object::New(env);
  constants.Set("version", WS_VERSION);
  constants.Set("dialects", Dialects(env));
  constants.Set("environment", Environment(env));
  constants.Set("limits", Limits(env));
  constants.Set("errors", Errors(env));
  constants.Set("refusals", Refusals(env));
  return constants;
}

} // namespace wswrap
