#include "addon/state.h"

#include <vector>

#include "addon/listeners.h"
#include "addon/system-error.h"

namespace wswrap {

namespace {

Napi::Object ToObject(Napi::Env env, const addon_listener &listener) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("port", listener.port);
  object.Set("pid", listener.pid);
  object.Set("wrapped", listener.wrapped);
  object.Set("address", listener.address);
  object.Set("command", listener.command);
  return object;
}

} // namespace

Napi::Value StateCreate(const Napi::CallbackInfo &info) {
  const int fd = addon_state_create();
  if (fd < 0) throw SystemError(info.Env(), "memfd_create");
  return Napi::Number::New(info.Env(), fd);
}

Napi::Value StateListeners(const Napi::CallbackInfo &info) {
  std::vector<addon_listener> listeners(ADDON_LISTENERS_MAX);
  const int count = addon_listeners(info[0].As<Napi::Number>().Int32Value(), listeners.data());
  if (count < 0) throw SystemError(info.Env(), "mmap");
  Napi::Array array = Napi::Array::New(info.Env());
  for (uint32_t i = 0; i < static_cast<uint32_t>(count); i++) {
    array.Set(i, ToObject(info.Env(), listeners[i]));
  }
  return array;
}

} // namespace wswrap
