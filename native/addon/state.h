/* The memory that the wrapped tree shares, as far as the launcher looks at it. */
#ifndef WS_ADDON_STATE_H
#define WS_ADDON_STATE_H

#include <napi.h>

namespace wswrap {

/* stateCreate(): descriptor. */
Napi::Value StateCreate(const Napi::CallbackInfo &info);

/* stateListeners(fd): {port, pid, wrapped, address, command}[]. */
Napi::Value StateListeners(const Napi::CallbackInfo &info);

} // namespace wswrap

#endif
