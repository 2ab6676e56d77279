/* The library that the launcher preloads into others. */
#ifndef WS_ADDON_LIBRARY_H
#define WS_ADDON_LIBRARY_H

#include <napi.h>

namespace wswrap {

/* libraryVersion(path): what its symbol wswrap_version says. Throws when it cannot be loaded or has none. */
Napi::Value LibraryVersion(const Napi::CallbackInfo &info);

} // namespace wswrap

#endif
