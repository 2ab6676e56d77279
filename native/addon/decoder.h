/* core/decoder.h for JavaScript. */
#ifndef WS_ADDON_DECODER_H
#define WS_ADDON_DECODER_H

#include <napi.h>

extern "C" {
#include "core/decoder.h"
}

namespace wswrap {

/* new Decoder(dialect, encoding) */
class Decoder : public Napi::ObjectWrap<Decoder> {
 public:
  static Napi::Function Class(Napi::Env env);
  explicit Decoder(const Napi::CallbackInfo &info);

 private:
  /* decode(bytes): {consumed, payload, event, control, closeCode, error}; the bytes are left as they are. */
  Napi::Value Decode(const Napi::CallbackInfo &info);
  /* overhead(bytes): how many come before the first that yields payload. */
  Napi::Value Overhead(const Napi::CallbackInfo &info);
  Napi::Value Ended(const Napi::CallbackInfo &info);
  Napi::Value AtBoundary(const Napi::CallbackInfo &info);

  ws_decoder decoder_;
};

} // namespace wswrap

#endif
