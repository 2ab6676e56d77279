/* pump/pump.h for JavaScript: src/native/pump.ts says what each of these does. */
#ifndef WS_ADDON_PUMP_H
#define WS_ADDON_PUMP_H

#include <napi.h>

#include "addon/pump-events.h"

namespace wswrap {

/* Lives until its thread has ended and JavaScript has no more use for it. */
class Pump : public Napi::ObjectWrap<Pump> {
 public:
  /* createPump(options, onEvents): Pump */
  static Napi::Function Creator(Napi::Env env);
  explicit Pump(const Napi::CallbackInfo &info);
  ~Pump() override;

 private:
  Napi::Value Listen(const Napi::CallbackInfo &info);
  Napi::Value Adopt(const Napi::CallbackInfo &info);
  Napi::Value Connect(const Napi::CallbackInfo &info);
  Napi::Value Join(const Napi::CallbackInfo &info);
  Napi::Value Refuse(const Napi::CallbackInfo &info);
  Napi::Value Resume(const Napi::CallbackInfo &info);
  Napi::Value Identify(const Napi::CallbackInfo &info);
  Napi::Value SecureTargets(const Napi::CallbackInfo &info);
  Napi::Value StopListening(const Napi::CallbackInfo &info);
  Napi::Value CloseAll(const Napi::CallbackInfo &info);
  Napi::Value Counters(const Napi::CallbackInfo &info);
  Napi::Value Stop(const Napi::CallbackInfo &info);

  /* On the pump's thread. */
  static void Notify(void *self);
  /* On JavaScript's. */
  static void Deliver(Napi::Env env, Napi::Function onEvents, Pump *self);
  static void LeaveEnvironment(void *self);
  /* Waits for the thread's end. */
  void Finish();

  ws_pump *pump_ = nullptr; /* null when it has ended */
  Napi::ThreadSafeFunction notify_;
};

} // namespace wswrap

#endif
