/* core/encoder.h for JavaScript: plan and commit in one step. */
#ifndef WS_ADDON_ENCODER_H
#define WS_ADDON_ENCODER_H

#include <napi.h>

extern "C" {
#include "core/encoder.h"
}

namespace wswrap {

/* new Encoder(dialect, encoding) */
class Encoder : public Napi::ObjectWrap<Encoder> {
 public:
  static Napi::Function Class(Napi::Env env);
  explicit Encoder(const Napi::CallbackInfo &info);

 private:
  /* encode(payload, room): {wire, written}: at most `room` bytes for the wire, and how much payload is thereby written. */
  Napi::Value Encode(const Napi::CallbackInfo &info);
  /* ping(payload), pong(payload), close(code): whether it was queued. */
  Napi::Value Ping(const Napi::CallbackInfo &info);
  Napi::Value Pong(const Napi::CallbackInfo &info);
  Napi::Value Close(const Napi::CallbackInfo &info);
  Napi::Value Idle(const Napi::CallbackInfo &info);
  Napi::Value HasPending(const Napi::CallbackInfo &info);
  Napi::Value CloseSent(const Napi::CallbackInfo &info);

  ws_encoder encoder_;
};

} // namespace wswrap

#endif
