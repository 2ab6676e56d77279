#include "addon/encoder.h"

#include <algorithm>
#include <string>
#include <vector>

#include "addon/codec-names.h"

namespace wswrap {

namespace {

constexpr size_t kScratchMin = 64;

std::string Taken(const ws_plan &plan, size_t room) {
  std::string wire;
  for (size_t i = 0; i < plan.span_count; i++) {
    wire.append(static_cast<const char *>(plan.spans[i].data), plan.spans[i].len);
  }
  wire.resize(std::min(wire.size(), room));
  return wire;
}

} // namespace

Napi::Function Encoder::Class(Napi::Env env) {
  return DefineClass(env, "Encoder",
                     {
                         InstanceMethod<&Encoder::Encode>("encode"),
                         InstanceMethod<&Encoder::Ping>("ping"),
                         InstanceMethod<&Encoder::Pong>("pong"),
                         InstanceMethod<&Encoder::Close>("close"),
                         InstanceAccessor<&Encoder::Idle>("idle"),
                         InstanceAccessor<&Encoder::HasPending>("hasPending"),
                         InstanceAccessor<&Encoder::CloseSent>("closeSent"),
                     });
}

Encoder::Encoder(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Encoder>(info), encoder_() {
  ws_encoder_init(&encoder_, DialectFrom(info[0]), EncodingFrom(info[1]));
}

Napi::Value Encoder::Encode(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Napi::Uint8Array payload = info[0].As<Napi::Uint8Array>();
  const size_t room = info[1].As<Napi::Number>().Uint32Value();
  const ws_span span = {payload.Data(), payload.ByteLength()};
  std::vector<uint8_t> scratch(kScratchMin + 2 * span.len);
  ws_plan plan;
  ws_encode_plan(&encoder_, &span, 1, scratch.data(), scratch.size(), &plan);
  const std::string wire = Taken(plan, room);
  const size_t written = ws_encode_commit(&encoder_, &plan, wire.size());

  Napi::Object result = Napi::Object::New(env);
  result.Set("wire", Napi::Buffer<char>::Copy(env, wire.data(), wire.size()));
  result.Set("written", static_cast<double>(written));
  return result;
}

Napi::Value Encoder::Ping(const Napi::CallbackInfo &info) {
  const Napi::Uint8Array payload = info[0].As<Napi::Uint8Array>();
  return Napi::Boolean::New(info.Env(), ws_encoder_ping(&encoder_, payload.Data(), payload.ByteLength()));
}

Napi::Value Encoder::Pong(const Napi::CallbackInfo &info) {
  const Napi::Uint8Array payload = info[0].As<Napi::Uint8Array>();
  return Napi::Boolean::New(info.Env(), ws_encoder_pong(&encoder_, payload.Data(), payload.ByteLength()));
}

Napi::Value Encoder::Close(const Napi::CallbackInfo &info) {
  const uint32_t code = info[0].As<Napi::Number>().Uint32Value();
  return Napi::Boolean::New(info.Env(), ws_encoder_close(&encoder_, static_cast<uint16_t>(code)));
}

Napi::Value Encoder::Idle(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), ws_encoder_idle(&encoder_));
}

Napi::Value Encoder::HasPending(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), ws_encoder_has_pending(&encoder_));
}

Napi::Value Encoder::CloseSent(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), ws_encoder_close_sent(&encoder_));
}

} // namespace wswrap
