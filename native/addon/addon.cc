/* The addon's one entry: what TypeScript may call. Everything lives in the environment that loads it, so that it can be
 * loaded in the main thread and in workers at the same time. */
#include <napi.h>

#include "addon/constants.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("constants", wswrap::Constants(env));
  return exports;
}

} // namespace

NODE_API_MODULE(wswrap, Init)
