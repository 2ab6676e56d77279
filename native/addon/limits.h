/* Limits that a process hands on to its children. */
#ifndef WS_ADDON_LIMITS_H
#define WS_ADDON_LIMITS_H

#include <napi.h>

namespace wswrap {

/* limitDescriptors(soft): how many descriptors may be open, as far as that is the process's own choice. Returns what it
 * was; more than the hard limit is cut to it. */
Napi::Value LimitDescriptors(const Napi::CallbackInfo &info);

} // namespace wswrap

#endif
