/* Signals with their origin, which Node does not tell. Dispositions belong to the process, so this one part is not per
 * environment: one watch at a time, from the main thread. */
#ifndef WS_ADDON_SIGNALS_H
#define WS_ADDON_SIGNALS_H

#include <napi.h>

namespace wswrap {

/* watchSignals(numbers): descriptor of a pipe from which two bytes come for each signal: its number, and 1 when the kernel
 * sent it (a key on the terminal, a hang-up), 0 when a process did. The pipe is closed on exec. */
Napi::Value WatchSignals(const Napi::CallbackInfo &info);

/* unwatchSignals(): back to what they did before. The descriptor is the caller's to close. */
Napi::Value UnwatchSignals(const Napi::CallbackInfo &info);

/* raiseByDefault(number): does to this process what the signal does to one that has not prepared for it. */
Napi::Value RaiseByDefault(const Napi::CallbackInfo &info);

} // namespace wswrap

#endif
