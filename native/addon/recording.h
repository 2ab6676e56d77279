/* Recordings for TypeScript: it opens the files, and the pump writes to them. */
#ifndef WS_ADDON_RECORDING_H
#define WS_ADDON_RECORDING_H

#include <napi.h>

namespace wswrap {

/* recordingCounter(): ws_recording_counter_create */
Napi::Value RecordingCounter(const Napi::CallbackInfo &info);
/* recordingNumber(counterFd): ws_recording_counter_next */
Napi::Value RecordingNumber(const Napi::CallbackInfo &info);
/* recordingCreate(path, about): ws_recording_create */
Napi::Value RecordingCreate(const Napi::CallbackInfo &info);
/* recordingEscape(payload): ws_recording_escape */
Napi::Value RecordingEscape(const Napi::CallbackInfo &info);

} // namespace wswrap

#endif
