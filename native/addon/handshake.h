/* core/handshake.h for JavaScript. */
#ifndef WS_ADDON_HANDSHAKE_H
#define WS_ADDON_HANDSHAKE_H

#include <napi.h>

namespace wswrap {

/* handshake(bytes, policy): what ws_handshake says of the first bytes of a connection. */
Napi::Value Handshake(const Napi::CallbackInfo &info);

} // namespace wswrap

#endif
