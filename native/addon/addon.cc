/* The addon's one entry: what TypeScript may call. Nothing is kept between calls (signals.h says why it is the exception),
 * so it can be loaded in the main thread and in workers at the same time. */
#include <napi.h>

#include "addon/constants.h"
#include "addon/decoder.h"
#include "addon/descriptors.h"
#include "addon/encoder.h"
#include "addon/handshake.h"
#include "addon/library.h"
#include "addon/limits.h"
#include "addon/pump.h"
#include "addon/recording.h"
#include "addon/relay.h"
#include "addon/signals.h"
#include "addon/sockets.h"
#include "addon/state.h"

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("constants", wswrap::Constants(env));
  exports.Set("handshake", Napi::Function::New<wswrap::Handshake>(env));
  exports.Set("Decoder", wswrap::Decoder::Class(env));
  exports.Set("Encoder", wswrap::Encoder::Class(env));
  exports.Set("createPump", wswrap::Pump::Creator(env));
  exports.Set("duplicateHigh", Napi::Function::New<wswrap::DuplicateHigh>(env));
  exports.Set("logSocketPair", Napi::Function::New<wswrap::LogSocketPair>(env));
  exports.Set("noticeSocketPair", Napi::Function::New<wswrap::NoticeSocketPair>(env));
  exports.Set("socketPair", Napi::Function::New<wswrap::SocketPair>(env));
  exports.Set("hasCapabilities", Napi::Function::New<wswrap::HasCapabilities>(env));
  exports.Set("libraryVersion", Napi::Function::New<wswrap::LibraryVersion>(env));
  exports.Set("limitDescriptors", Napi::Function::New<wswrap::LimitDescriptors>(env));
  exports.Set("recordingCounter", Napi::Function::New<wswrap::RecordingCounter>(env));
  exports.Set("recordingNumber", Napi::Function::New<wswrap::RecordingNumber>(env));
  exports.Set("recordingCreate", Napi::Function::New<wswrap::RecordingCreate>(env));
  exports.Set("recordingEscape", Napi::Function::New<wswrap::RecordingEscape>(env));
  exports.Set("listenTcp", Napi::Function::New<wswrap::ListenTcp>(env));
  exports.Set("listenUnix", Napi::Function::New<wswrap::ListenUnix>(env));
  exports.Set("socketEndpoint", Napi::Function::New<wswrap::SocketEndpoint>(env));
  exports.Set("sendDatagram", Napi::Function::New<wswrap::SendDatagram>(env));
  exports.Set("memoryFile", Napi::Function::New<wswrap::MemoryFile>(env));
  exports.Set("relayListen", Napi::Function::New<wswrap::RelayListen>(env));
  exports.Set("receiveHandOvers", Napi::Function::New<wswrap::ReceiveHandOvers>(env));
  exports.Set("relayedConnect", Napi::Function::New<wswrap::RelayedConnect>(env));
  exports.Set("stateCreate", Napi::Function::New<wswrap::StateCreate>(env));
  exports.Set("stateListeners", Napi::Function::New<wswrap::StateListeners>(env));
  exports.Set("watchSignals", Napi::Function::New<wswrap::WatchSignals>(env));
  exports.Set("unwatchSignals", Napi::Function::New<wswrap::UnwatchSignals>(env));
  exports.Set("raiseByDefault", Napi::Function::New<wswrap::RaiseByDefault>(env));
  return exports;
}

} // namespace

NODE_API_MODULE(wswrap, Init)
