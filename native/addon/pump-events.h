/* What goes between pump/pump.h and JavaScript. */
#ifndef WS_ADDON_PUMP_EVENTS_H
#define WS_ADDON_PUMP_EVENTS_H

#include <napi.h>

extern "C" {
#include "pump/pump.h"
}

namespace wswrap {

/* The objects of the type PumpEvent. Descriptors in them are the receiver's. */
Napi::Array PumpEvents(Napi::Env env, const ws_pump_event *events, size_t count);

/* Throw a TypeError for what is no address. */
ws_pump_origins OriginsFrom(const Napi::Value &from);
ws_pump_target TargetFrom(const Napi::Value &target);

ws_refusal RefusalFrom(const Napi::Value &token);

} // namespace wswrap

#endif
