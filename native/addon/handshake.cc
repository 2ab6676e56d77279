#include "addon/handshake.h"

#include <string>

#include "addon/codec-names.h"

/* A function and a structure bear one name, which C keeps apart. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
extern "C" {
#include "core/handshake.h"
}
#pragma GCC diagnostic pop

namespace wswrap {

namespace {

/* Keeps the strings that a struct ws_policy points to. */
class Policy {
 public:
  explicit Policy(const Napi::Object &from)
      : subprotocols_(Text(from, "subprotocols")),
        origins_(Text(from, "allowOrigins")),
        hosts_(Text(from, "allowHosts")),
        policy_{subprotocols_.c_str(),
                origins_.c_str(),
                hosts_.c_str(),
                DialectsFrom(from.Get("dialects")),
                from.Get("loopback").ToBoolean(),
                from.Get("secure").ToBoolean()} {}
  Policy(const Policy &) = delete;
  Policy &operator=(const Policy &) = delete;

  const ws_policy *get() const {
    return &policy_;
  }

 private:
  static std::string Text(const Napi::Object &from, const char *key) {
    const Napi::Value value = from.Get(key);
    return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
  }

  const std::string subprotocols_;
  const std::string origins_;
  const std::string hosts_;
  const ws_policy policy_;
};

/* Header fields are bytes: Latin-1, so that none is lost. */
Napi::String Latin1(Napi::Env env, const ws_span &span) {
  napi_value text;
  const napi_status status = napi_create_string_latin1(env, static_cast<const char *>(span.data), span.len, &text);
  if (status != napi_ok) throw Napi::Error::New(env);
  return {env, text};
}

Napi::Buffer<uint8_t> Answer(Napi::Env env, const struct ws_handshake &handshake) {
  std::string bytes;
  for (size_t i = 0; i < handshake.answer_spans; i++) {
    bytes.append(static_cast<const char *>(handshake.answer[i].data), handshake.answer[i].len);
  }
  return Napi::Buffer<uint8_t>::Copy(env, reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size());
}

void SetAccepted(Napi::Object result, const struct ws_handshake &handshake) {
  result.Set("verdict", "accept");
  result.Set("consumed", static_cast<double>(handshake.consumed));
  result.Set("dialect", ws_dialect_name(handshake.dialect));
  result.Set("encoding", EncodingName(handshake.encoding));
  result.Set("subprotocol", Latin1(result.Env(), handshake.subprotocol));
}

void SetRefused(Napi::Object result, const struct ws_handshake &handshake) {
  result.Set("verdict", "refuse");
  result.Set("refusal", ws_refusal_token(handshake.refusal));
  result.Set("status", ws_refusal_status(handshake.refusal));
}

} // namespace

Napi::Value Handshake(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Napi::Uint8Array bytes = info[0].As<Napi::Uint8Array>();
  const Policy policy(info[1].As<Napi::Object>());
  struct ws_handshake handshake;
  ws_handshake(bytes.Data(), bytes.ByteLength(), policy.get(), &handshake);

  Napi::Object result = Napi::Object::New(env);
  if (handshake.verdict == WS_VERDICT_MORE) {
    result.Set("verdict", "more");
    return result;
  }
  if (handshake.verdict == WS_VERDICT_ACCEPT) {
    SetAccepted(result, handshake);
  } else {
    SetRefused(result, handshake);
  }
  result.Set("origin", Latin1(env, handshake.origin));
  result.Set("host", Latin1(env, handshake.host));
  result.Set("answer", Answer(env, handshake));
  return result;
}

} // namespace wswrap
