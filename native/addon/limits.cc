#include "addon/limits.h"

#include <sys/resource.h>

#include <algorithm>

#include "addon/system-error.h"

namespace wswrap {

Napi::Value LimitDescriptors(const Napi::CallbackInfo &info) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) throw SystemError(info.Env(), "getrlimit");
  const rlim_t former = limit.rlim_cur;
  limit.rlim_cur = std::min(limit.rlim_max, static_cast<rlim_t>(info[0].As<Napi::Number>().Int64Value()));
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) throw SystemError(info.Env(), "setrlimit");
  return Napi::Number::New(info.Env(), static_cast<double>(former));
}

} // namespace wswrap
