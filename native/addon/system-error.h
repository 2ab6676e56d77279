/* Failed system calls as JavaScript errors of the form that Node's own have: code, errno, syscall. */
#ifndef WS_ADDON_SYSTEM_ERROR_H
#define WS_ADDON_SYSTEM_ERROR_H

#include <napi.h>

namespace wswrap {

/* From errno as it is at the call. */
Napi::Error SystemError(Napi::Env env, const char *syscall);

} // namespace wswrap

#endif
