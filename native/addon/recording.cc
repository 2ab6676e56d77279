#include "addon/recording.h"

#include <string>
#include <vector>

#include "addon/system-error.h"

extern "C" {
#include "recording/counter.h"
#include "recording/recording.h"
}

namespace wswrap {

Napi::Value RecordingCounter(const Napi::CallbackInfo &info) {
  const int fd = ws_recording_counter_create();
  if (fd < 0) throw SystemError(info.Env(), "memfd_create");
  return Napi::Number::New(info.Env(), fd);
}

Napi::Value RecordingNumber(const Napi::CallbackInfo &info) {
  const uint64_t number = ws_recording_counter_next(info[0].As<Napi::Number>().Int32Value());
  if (number == 0) throw SystemError(info.Env(), "mmap");
  return Napi::Number::New(info.Env(), static_cast<double>(number));
}

Napi::Value RecordingCreate(const Napi::CallbackInfo &info) {
  const std::string path = info[0].As<Napi::String>();
  const Napi::Object object = info[1].As<Napi::Object>();
  const std::string peer = object.Get("peer").As<Napi::String>();
  const std::string dialect = object.Get("dialect").As<Napi::String>();
  const std::string subprotocol = object.Get("subprotocol").As<Napi::String>();
  const ws_recording_about about = {peer.c_str(), dialect.c_str(), subprotocol.c_str(),
                                    object.Get("startedMs").As<Napi::Number>().Int64Value()};
  const int fd = ws_recording_create(path.c_str(), &about);
  if (fd < 0) throw SystemError(info.Env(), "open");
  return Napi::Number::New(info.Env(), fd);
}

Napi::Value RecordingEscape(const Napi::CallbackInfo &info) {
  const Napi::Uint8Array payload = info[0].As<Napi::Uint8Array>();
  std::vector<char> text(4 * payload.ByteLength());
  const size_t len = ws_recording_escape(payload.Data(), payload.ByteLength(), text.data());
  return Napi::Buffer<char>::Copy(info.Env(), text.data(), len);
}

} // namespace wswrap
