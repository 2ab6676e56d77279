#include "addon/decoder.h"

#include <vector>

#include "addon/codec-names.h"

namespace wswrap {

namespace {

const char *EventName(ws_event event) {
  switch (event) {
    case WS_EVENT_NONE:
      return "none";
    case WS_EVENT_PING:
      return "ping";
    case WS_EVENT_PONG:
      return "pong";
    case WS_EVENT_CLOSE:
      return "close";
    case WS_EVENT_ERROR:
      return "error";
  }
  return "unknown";
}

} // namespace

Napi::Function Decoder::Class(Napi::Env env) {
  return DefineClass(env, "Decoder",
                     {
                         InstanceMethod<&Decoder::Decode>("decode"),
                         InstanceMethod<&Decoder::Overhead>("overhead"),
                         InstanceAccessor<&Decoder::Ended>("ended"),
                         InstanceAccessor<&Decoder::AtBoundary>("atBoundary"),
                     });
}

Decoder::Decoder(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Decoder>(info), decoder_() {
  ws_decoder_init(&decoder_, DialectFrom(info[0]), EncodingFrom(info[1]));
}

Napi::Value Decoder::Decode(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const Napi::Uint8Array bytes = info[0].As<Napi::Uint8Array>();
  std::vector<uint8_t> payload(bytes.ByteLength() + 1);
  const ws_decoded decoded = ws_decode(&decoder_, bytes.Data(), bytes.ByteLength(), payload.data());

  Napi::Object result = Napi::Object::New(env);
  result.Set("consumed", static_cast<double>(decoded.consumed));
  result.Set("payload", Napi::Buffer<uint8_t>::Copy(env, payload.data(), decoded.produced));
  result.Set("event", EventName(decoded.event));
  result.Set("control", Napi::Buffer<uint8_t>::Copy(env, decoder_.control, decoder_.control_len));
  result.Set("closeCode", decoder_.close_code);
  result.Set("error", ws_error_token(static_cast<ws_error>(decoder_.error)));
  return result;
}

Napi::Value Decoder::Overhead(const Napi::CallbackInfo &info) {
  const Napi::Uint8Array bytes = info[0].As<Napi::Uint8Array>();
  const size_t overhead = ws_decode_overhead(&decoder_, bytes.Data(), bytes.ByteLength());
  return Napi::Number::New(info.Env(), static_cast<double>(overhead));
}

Napi::Value Decoder::Ended(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), ws_decoder_ended(&decoder_));
}

Napi::Value Decoder::AtBoundary(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), ws_decoder_at_boundary(&decoder_));
}

} // namespace wswrap
