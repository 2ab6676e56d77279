#include "addon/library.h"

#include <dlfcn.h>

#include <memory>
#include <string>

namespace wswrap {

namespace {

Napi::Error LoadError(Napi::Env env, const std::string &message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", "ERR_DLOPEN_FAILED");
  return error;
}

std::string LastError() {
  const char *message = dlerror();
  return message == nullptr ? "unknown error" : message;
}

struct Unload {
  void operator()(void *handle) const {
    dlclose(handle);
  }
};

} // namespace

Napi::Value LibraryVersion(const Napi::CallbackInfo &info) {
  const std::string path = info[0].As<Napi::String>();
  const std::unique_ptr<void, Unload> library(dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL));
  if (!library) throw LoadError(info.Env(), LastError());
  const void *version = dlsym(library.get(), "wswrap_version");
  if (version == nullptr) throw LoadError(info.Env(), path + " is not a library of wswrap's: " + LastError());
  return Napi::String::New(info.Env(), static_cast<const char *>(version));
}

} // namespace wswrap
