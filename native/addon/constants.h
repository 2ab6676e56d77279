/* What is written once in native/ and needed in TypeScript: versions, names, limits, tables. */
#ifndef WS_ADDON_CONSTANTS_H
#define WS_ADDON_CONSTANTS_H

#include <napi.h>

namespace wswrap {

Napi::Object Constants(Napi::Env env);

} // namespace wswrap

#endif
