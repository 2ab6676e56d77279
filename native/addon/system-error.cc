#include "addon/system-error.h"

#include <cerrno>
#include <cstring>
#include <string>

namespace wswrap {

Napi::Error SystemError(Napi::Env env, const char *syscall) {
  const int number = errno;
  const char *name = strerrorname_np(number);
  const std::string code = name == nullptr ? std::to_string(number) : name;
  Napi::Error error = Napi::Error::New(env, code + ": " + strerror(number) + ", " + syscall);
  error.Set("code", code);
  error.Set("errno", static_cast<double>(-number));
  error.Set("syscall", syscall);
  return error;
}

} // namespace wswrap
