#include "addon/codec-names.h"

#include <string>

namespace wswrap {

ws_dialect DialectFrom(const Napi::Value &value) {
  const std::string name = value.As<Napi::String>();
  ws_dialect dialect;
  if (!ws_dialect_from_name(name.data(), name.size(), &dialect)) {
    throw Napi::TypeError::New(value.Env(), name + " is no dialect");
  }
  return dialect;
}

ws_dialects DialectsFrom(const Napi::Value &value) {
  ws_dialects set = 0;
  if (!value.IsArray()) return set;
  const Napi::Array names = value.As<Napi::Array>();
  for (uint32_t i = 0; i < names.Length(); i++)
    set |= WS_DIALECT_BIT(DialectFrom(names.Get(i)));
  return set;
}

ws_encoding EncodingFrom(const Napi::Value &value) {
  const std::string name = value.As<Napi::String>();
  if (name == EncodingName(WS_ENCODING_BINARY)) return WS_ENCODING_BINARY;
  if (name == EncodingName(WS_ENCODING_BASE64)) return WS_ENCODING_BASE64;
  throw Napi::TypeError::New(value.Env(), name + " is no encoding");
}

const char *EncodingName(ws_encoding encoding) {
  return encoding == WS_ENCODING_BASE64 ? "base64" : "binary";
}

} // namespace wswrap
