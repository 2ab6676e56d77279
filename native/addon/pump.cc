#include "addon/pump.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "addon/codec-names.h"
#include "addon/system-error.h"

extern "C" {
#include "tls/identity.h"
#include "tls/trust.h"
}

namespace wswrap {

namespace {

/* A descriptor from JavaScript: closed unless it is passed on. */
class Descriptor {
 public:
  explicit Descriptor(const Napi::Value &value) : fd_(value.IsNumber() ? value.As<Napi::Number>().Int32Value() : -1) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;

  int release() {
    return std::exchange(fd_, -1);
  }

 private:
  int fd_;
};

/* The object behind an optional argument. */
Napi::Object Optional(const Napi::Value &value) {
  return value.IsObject() ? value.As<Napi::Object>() : Napi::Object::New(value.Env());
}

/* Points into the preface, which has to stay. */
ws_pump_extra Extra(const Napi::Value &preface, Descriptor &record) {
  ws_pump_extra extra = {nullptr, 0, -1};
  if (preface.IsTypedArray()) {
    const Napi::Uint8Array bytes = preface.As<Napi::Uint8Array>();
    extra.preface = bytes.Data();
    extra.preface_len = bytes.ByteLength();
  }
  extra.record_fd = record.release();
  return extra;
}

/* Keeps the strings that a struct ws_pump_options points to. */
class Options {
 public:
  explicit Options(const Napi::Object &from)
      : subprotocols_(Text(from, "subprotocols")),
        origins_(Text(from, "allowOrigins")),
        hosts_(Text(from, "allowHosts")),
        trust_(Text(from, "trustProxy")),
        options_() {
    options_.subprotocols = subprotocols_.c_str();
    options_.allow_origins = origins_.c_str();
    options_.allow_hosts = hosts_.c_str();
    options_.trust_proxy = trust_.c_str();
    options_.dialects = DialectsFrom(from.Get("dialects"));
    options_.handshake_timeout_ms = Number(from, "handshakeTimeoutMs");
    options_.connect_timeout_ms = Number(from, "connectTimeoutMs");
    options_.heartbeat_ms = Number(from, "heartbeatMs");
    options_.pong_timeout_ms = Number(from, "pongTimeoutMs");
    options_.idle_timeout_ms = Number(from, "idleTimeoutMs");
    options_.max_connections = static_cast<size_t>(Number(from, "maxConnections"));
    options_.buffer_bytes = static_cast<size_t>(Number(from, "bufferBytes"));
    options_.http = from.Get("http").ToBoolean();
    options_.secure_only = from.Get("secureOnly").ToBoolean();
  }
  Options(const Options &) = delete;
  Options &operator=(const Options &) = delete;

  const ws_pump_options *get() const {
    return &options_;
  }

 private:
  static std::string Text(const Napi::Object &from, const char *key) {
    const Napi::Value value = from.Get(key);
    return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
  }

  static int64_t Number(const Napi::Object &from, const char *key) {
    return from.Get(key).As<Napi::Number>().Int64Value();
  }

  const std::string subprotocols_;
  const std::string origins_;
  const std::string hosts_;
  const std::string trust_;
  ws_pump_options options_;
};

uint64_t Id(const Napi::Value &value) {
  return static_cast<uint64_t>(value.As<Napi::Number>().Int64Value());
}

void Require(const Napi::CallbackInfo &info, bool passedOn) {
  if (!passedOn) throw SystemError(info.Env(), "pump");
}

} // namespace

Napi::Function Pump::Creator(Napi::Env env) {
  const Napi::Function constructor = DefineClass(env, "Pump",
                                                 {
                                                     InstanceMethod<&Pump::Listen>("listen"),
                                                     InstanceMethod<&Pump::Adopt>("adopt"),
                                                     InstanceMethod<&Pump::Connect>("connect"),
                                                     InstanceMethod<&Pump::Join>("join"),
                                                     InstanceMethod<&Pump::Refuse>("refuse"),
                                                     InstanceMethod<&Pump::Resume>("resume"),
                                                     InstanceMethod<&Pump::Identify>("identify"),
                                                     InstanceMethod<&Pump::SecureTargets>("secureTargets"),
                                                     InstanceMethod<&Pump::StopListening>("stopListening"),
                                                     InstanceMethod<&Pump::CloseAll>("closeAll"),
                                                     InstanceMethod<&Pump::Counters>("counters"),
                                                     InstanceMethod<&Pump::Stop>("stop"),
                                                 });
  auto *kept = new Napi::FunctionReference(Napi::Persistent(constructor));
  env.AddCleanupHook([](Napi::FunctionReference *reference) { delete reference; }, kept);
  return Napi::Function::New(env, [kept](const Napi::CallbackInfo &info) { return kept->New({info[0], info[1]}); });
}

Pump::Pump(const Napi::CallbackInfo &info) : Napi::ObjectWrap<Pump>(info) {
  if (!info[1].IsFunction()) throw Napi::TypeError::New(info.Env(), "onEvents is no function");
  const Options options(info[0].As<Napi::Object>());
  pump_ = ws_pump_create(options.get(), Notify, this);
  if (pump_ == nullptr) throw SystemError(info.Env(), "pthread_create");
  const auto unref = [](Napi::Env, void *, Pump *self) { self->Unref(); };
  void *const nothing = nullptr;
  notify_ = Napi::ThreadSafeFunction::New(info.Env(), info[1].As<Napi::Function>(), "wswrap pump", 0, 1, this, unref,
                                          nothing);
  napi_add_env_cleanup_hook(info.Env(), LeaveEnvironment, this);
  Ref();
}

Pump::~Pump() {
  Finish();
}

void Pump::Finish() {
  if (pump_ != nullptr) ws_pump_join_thread(std::exchange(pump_, nullptr));
}

void Pump::LeaveEnvironment(void *self) {
  static_cast<Pump *>(self)->Finish();
}

void Pump::Notify(void *self) {
  auto *pump = static_cast<Pump *>(self);
  pump->notify_.NonBlockingCall(pump, Deliver);
}

void Pump::Deliver(Napi::Env env, Napi::Function onEvents, Pump *self) {
  if (self->pump_ == nullptr || static_cast<napi_env>(env) == nullptr) return;
  ws_pump_event *events;
  bool finished;
  const size_t count = ws_pump_take_events(self->pump_, &events, &finished);
  const Napi::Array array = PumpEvents(env, events, count);
  ws_pump_free_events(events, count);
  if (finished) {
    self->Finish();
    napi_remove_env_cleanup_hook(env, LeaveEnvironment, self);
    self->notify_.Release();
  }
  if (count > 0) onEvents.Call({array});
}

Napi::Value Pump::Listen(const Napi::CallbackInfo &info) {
  Descriptor fd(info[0]);
  if (pump_ != nullptr) Require(info, ws_pump_listen(pump_, fd.release()));
  return info.Env().Undefined();
}

Napi::Value Pump::Adopt(const Napi::CallbackInfo &info) {
  Descriptor fd(info[0]);
  const ws_pump_origins from = OriginsFrom(info[1]);
  if (pump_ != nullptr) Require(info, ws_pump_adopt(pump_, fd.release(), &from));
  return info.Env().Undefined();
}

Napi::Value Pump::Connect(const Napi::CallbackInfo &info) {
  const Napi::Object given = Optional(info[2]);
  Descriptor record(given.Get("recordFd"));
  const ws_pump_target target = TargetFrom(info[1]);
  if (pump_ == nullptr) return info.Env().Undefined();
  const ws_pump_extra extra = Extra(given.Get("preface"), record);
  Require(info, ws_pump_connect(pump_, Id(info[0]), &target, &extra));
  return info.Env().Undefined();
}

Napi::Value Pump::Join(const Napi::CallbackInfo &info) {
  Descriptor fd(info[1]);
  const Napi::Object given = Optional(info[2]);
  Descriptor record(given.Get("recordFd"));
  if (pump_ == nullptr) return info.Env().Undefined();
  const ws_pump_extra extra = Extra(given.Get("preface"), record);
  Require(info, ws_pump_join(pump_, Id(info[0]), fd.release(), &extra));
  return info.Env().Undefined();
}

Napi::Value Pump::Refuse(const Napi::CallbackInfo &info) {
  const ws_refusal refusal = RefusalFrom(info[1]);
  if (pump_ != nullptr) Require(info, ws_pump_refuse(pump_, Id(info[0]), refusal));
  return info.Env().Undefined();
}

Napi::Value Pump::Resume(const Napi::CallbackInfo &info) {
  Descriptor client(info[0]);
  Descriptor target(info[1]);
  const Napi::Object given = Optional(info[4]);
  Descriptor record(given.Get("recordFd"));
  const Napi::Uint8Array state = info[2].As<Napi::Uint8Array>();
  const ws_pump_origins from = OriginsFrom(info[3]);
  ws_decoder decoder;
  ws_encoder encoder;
  if (state.ByteLength() != sizeof decoder + sizeof encoder) {
    throw Napi::TypeError::New(info.Env(), "the state is not that of a decoder and an encoder");
  }
  memcpy(&decoder, state.Data(), sizeof decoder);
  memcpy(&encoder, state.Data() + sizeof decoder, sizeof encoder);
  if (pump_ == nullptr) return Napi::Number::New(info.Env(), 0);
  uint64_t id;
  const ws_pump_extra extra = Extra(given.Get("preface"), record);
  Require(info, ws_pump_resume(pump_, client.release(), target.release(), &decoder, &encoder, &from, &extra, &id));
  return Napi::Number::New(info.Env(), static_cast<double>(id));
}

Napi::Value Pump::Identify(const Napi::CallbackInfo &info) {
  const Napi::Object from = info[0].As<Napi::Object>();
  const std::string certificate = from.Get("cert").As<Napi::String>();
  const std::string key = from.Get("key").As<Napi::String>();
  const std::string ciphers = from.Get("ciphers").As<Napi::String>();
  const std::string suites = from.Get("suites").As<Napi::String>();
  const ws_tls_words words = {certificate.c_str(), key.c_str(), ciphers.c_str(), suites.c_str()};
  const char *why;
  ws_tls_identity *identity = ws_tls_identity_create(&words, &why);
  if (identity == nullptr) throw Napi::Error::New(info.Env(), why);
  if (pump_ == nullptr) {
    ws_tls_identity_free(identity);
  } else {
    Require(info, ws_pump_identify(pump_, identity));
  }
  return info.Env().Undefined();
}

Napi::Value Pump::SecureTargets(const Napi::CallbackInfo &info) {
  const Napi::Object from = info[0].As<Napi::Object>();
  const bool verified = from.Get("roots").IsString();
  const std::string roots = verified ? from.Get("roots").As<Napi::String>().Utf8Value() : std::string();
  const std::string host = from.Get("host").As<Napi::String>();
  const std::string ciphers = from.Get("ciphers").As<Napi::String>();
  const std::string suites = from.Get("suites").As<Napi::String>();
  const ws_tls_trust_words words = {verified ? roots.c_str() : nullptr, ciphers.c_str(), suites.c_str()};
  const char *why;
  ws_tls_trust *trust = ws_tls_trust_create(&words, &why);
  if (trust == nullptr) throw Napi::Error::New(info.Env(), why);
  if (pump_ == nullptr) {
    ws_tls_trust_free(trust);
  } else {
    Require(info, ws_pump_secure_targets(pump_, trust, host.c_str()));
  }
  return info.Env().Undefined();
}

Napi::Value Pump::StopListening(const Napi::CallbackInfo &info) {
  if (pump_ != nullptr) Require(info, ws_pump_stop_listening(pump_));
  return info.Env().Undefined();
}

Napi::Value Pump::CloseAll(const Napi::CallbackInfo &info) {
  const auto code = static_cast<uint16_t>(info[0].As<Napi::Number>().Uint32Value());
  if (pump_ != nullptr) Require(info, ws_pump_close_all(pump_, code));
  return info.Env().Undefined();
}

Napi::Value Pump::Counters(const Napi::CallbackInfo &info) {
  const ws_pump_counters now = pump_ != nullptr ? ws_pump_counters_now(pump_) : ws_pump_counters{};
  Napi::Object counters = Napi::Object::New(info.Env());
  counters.Set("open", static_cast<double>(now.open));
  counters.Set("opening", static_cast<double>(now.opening));
  counters.Set("bytesIn", static_cast<double>(now.bytes_in));
  counters.Set("bytesOut", static_cast<double>(now.bytes_out));
  return counters;
}

Napi::Value Pump::Stop(const Napi::CallbackInfo &info) {
  if (pump_ != nullptr) Require(info, ws_pump_stop(pump_));
  return info.Env().Undefined();
}

} // namespace wswrap
