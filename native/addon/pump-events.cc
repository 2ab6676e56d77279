#include "addon/pump-events.h"

#include <cstring>
#include <string>

namespace wswrap {

namespace {

Napi::Object Endpoint(Napi::Env env, const ws_address &address) {
  char host[WS_ADDRESS_TEXT_MAX];
  ws_address_host(&address, host, sizeof host);
  Napi::Object endpoint = Napi::Object::New(env);
  endpoint.Set("address", host);
  endpoint.Set("port", ws_address_port(&address));
  const uint32_t scope = ws_address_scope(&address);
  if (scope != 0) endpoint.Set("scope", scope);
  return endpoint;
}

/* Header fields are bytes: Latin-1, so that none is lost. */
Napi::Value Text(Napi::Env env, const ws_span &span) {
  napi_value text;
  const char *bytes = span.len > 0 ? static_cast<const char *>(span.data) : "";
  if (napi_create_string_latin1(env, bytes, span.len, &text) != napi_ok) throw Napi::Error::New(env);
  return {env, text};
}

Napi::Number Count(Napi::Env env, uint64_t count) {
  return Napi::Number::New(env, static_cast<double>(count));
}

void SetEndpoints(Napi::Object object, const ws_pump_origins &from) {
  object.Set("peer", Endpoint(object.Env(), from.peer));
  object.Set("local", Endpoint(object.Env(), from.local));
}

void SetOrigins(Napi::Object object, const ws_pump_origins &from) {
  SetEndpoints(object, from);
  object.Set("loopback", from.loopback);
  object.Set("secure", from.secure);
}

void SetWebsocket(Napi::Object object, const ws_pump_event &event) {
  const Napi::Env env = object.Env();
  object.Set("kind", "websocket");
  object.Set("id", Count(env, event.id));
  SetOrigins(object, event.from);
  object.Set("proxied", event.proxied);
  object.Set("dialect", ws_dialect_name(event.dialect));
  object.Set("subprotocol", Text(env, event.subprotocol));
  object.Set("origin", Text(env, event.origin));
  object.Set("host", Text(env, event.host));
  object.Set("path", Text(env, event.path));
}

void SetHttp(Napi::Object object, const ws_pump_event &event) {
  object.Set("kind", "http");
  object.Set("fd", event.fd);
  SetOrigins(object, event.from);
}

Napi::Value Reason(Napi::Env env, const ws_pump_event &event) {
  return Napi::String::New(env, event.reason == nullptr ? "" : event.reason);
}

void SetTargetTlsFailed(Napi::Object object, const ws_pump_event &event) {
  object.Set("kind", "target-tls-failed");
  object.Set("id", Count(object.Env(), event.id));
  object.Set("reason", Reason(object.Env(), event));
}

void SetTlsFailed(Napi::Object object, const ws_pump_event &event) {
  object.Set("kind", "tls-failed");
  SetEndpoints(object, event.from);
  object.Set("reason", Reason(object.Env(), event));
}

void SetRefused(Napi::Object object, const ws_pump_event &event) {
  const Napi::Env env = object.Env();
  object.Set("kind", "refused");
  if (event.id != 0) object.Set("id", Count(env, event.id));
  SetEndpoints(object, event.from);
  object.Set("reason", ws_refusal_token(event.refusal));
  object.Set("status", ws_refusal_status(event.refusal));
  object.Set("origin", Text(env, event.origin));
  object.Set("host", Text(env, event.host));
}

void SetEnded(Napi::Object object, const ws_pump_event &event) {
  const Napi::Env env = object.Env();
  object.Set("kind", "ended");
  object.Set("id", Count(env, event.id));
  object.Set("closeCode", event.close_code);
  object.Set("error", ws_error_token(event.error));
  object.Set("cause", ws_pump_cause_token(event.cause));
  object.Set("bytesIn", Count(env, event.bytes_in));
  object.Set("bytesOut", Count(env, event.bytes_out));
  object.Set("unrecorded", event.unrecorded);
  object.Set("ms", static_cast<double>(event.ms));
}

void SetEvent(Napi::Object object, const ws_pump_event &event) {
  switch (event.kind) {
    case WS_PUMP_WEBSOCKET:
      return SetWebsocket(object, event);
    case WS_PUMP_HTTP:
      return SetHttp(object, event);
    case WS_PUMP_TLS_FAILED:
      return SetTlsFailed(object, event);
    case WS_PUMP_TARGET_TLS_FAILED:
      return SetTargetTlsFailed(object, event);
    case WS_PUMP_FLASH:
      object.Set("kind", "flash");
      SetEndpoints(object, event.from);
      return;
    case WS_PUMP_REFUSED:
      return SetRefused(object, event);
    case WS_PUMP_OPENED:
      object.Set("kind", "opened");
      object.Set("id", Count(object.Env(), event.id));
      return;
    case WS_PUMP_ENDED:
      return SetEnded(object, event);
  }
}

ws_address AddressFrom(const Napi::Value &value) {
  const Napi::Object endpoint = value.As<Napi::Object>();
  const std::string host = endpoint.Get("address").As<Napi::String>();
  const auto port = static_cast<uint16_t>(endpoint.Get("port").As<Napi::Number>().Uint32Value());
  ws_address address;
  if (!ws_address_parse_zoned(host.c_str(), port, &address) && !host.empty()) {
    throw Napi::TypeError::New(value.Env(), host + " is no address");
  }
  const Napi::Value scope = endpoint.Get("scope");
  if (scope.IsNumber()) ws_address_set_scope(&address, scope.As<Napi::Number>().Uint32Value());
  return address;
}

} // namespace

Napi::Array PumpEvents(Napi::Env env, const ws_pump_event *events, size_t count) {
  Napi::Array array = Napi::Array::New(env, count);
  for (uint32_t i = 0; i < count; i++) {
    const Napi::HandleScope scope(env);
    Napi::Object object = Napi::Object::New(env);
    SetEvent(object, events[i]);
    array.Set(i, object);
  }
  return array;
}

ws_pump_origins OriginsFrom(const Napi::Value &value) {
  const Napi::Object from = value.As<Napi::Object>();
  ws_pump_origins origins = {};
  origins.peer = AddressFrom(from.Get("peer"));
  origins.local = AddressFrom(from.Get("local"));
  origins.loopback = from.Get("loopback").ToBoolean();
  origins.secure = from.Get("secure").ToBoolean();
  const Napi::Value accepted = from.Get("acceptedMs");
  origins.accepted_ms = accepted.IsNumber() ? accepted.As<Napi::Number>().Int64Value() : 0;
  return origins;
}

ws_pump_target TargetFrom(const Napi::Value &value) {
  const Napi::Object from = value.As<Napi::Object>();
  ws_pump_target target = {};
  if (from.Has("unixPath")) {
    const std::string path = from.Get("unixPath").As<Napi::String>();
    if (path.size() >= sizeof target.path.sun_path) {
      throw Napi::TypeError::New(value.Env(), path + " is too long for a Unix socket");
    }
    target.path.sun_family = AF_UNIX;
    memcpy(target.path.sun_path, path.c_str(), path.size() + 1);
    return target;
  }
  const Napi::Array addresses = from.Get("addresses").As<Napi::Array>();
  if (addresses.Length() == 0) throw Napi::TypeError::New(value.Env(), "the target has no address");
  for (uint32_t i = 0; i < addresses.Length() && target.count < WS_PUMP_ADDRESSES_MAX; i++) {
    target.addresses[target.count++] = AddressFrom(addresses.Get(i));
  }
  return target;
}

ws_refusal RefusalFrom(const Napi::Value &value) {
  const std::string token = value.As<Napi::String>();
#define X(name, status, text, sentence, option) \
  if (token == text) return WS_REFUSAL_##name;
  WS_REFUSALS(X)
#undef X
  throw Napi::TypeError::New(value.Env(), token + " is no refusal");
}

} // namespace wswrap
