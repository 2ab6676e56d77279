#include "addon/relay.h"

#include <sys/mman.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

#include "addon/hand-overs.h"
#include "addon/system-error.h"

namespace wswrap {

namespace {

Napi::Object Endpoint(Napi::Env env, const addon_address &address) {
  Napi::Object endpoint = Napi::Object::New(env);
  endpoint.Set("address", address.host);
  endpoint.Set("port", address.port);
  if (address.scope != 0) endpoint.Set("scope", address.scope);
  return endpoint;
}

addon_address FromEndpoint(const Napi::Value &value) {
  const auto endpoint = value.As<Napi::Object>();
  const std::string host = endpoint.Get("address").As<Napi::String>();
  addon_address address = {};
  host.copy(address.host, sizeof address.host - 1);
  address.port = static_cast<uint16_t>(endpoint.Get("port").As<Napi::Number>().Uint32Value());
  const Napi::Value scope = endpoint.Get("scope");
  if (scope.IsNumber()) address.scope = scope.As<Napi::Number>().Uint32Value();
  return address;
}

Napi::Buffer<uint8_t> Bytes(Napi::Env env, const uint8_t *bytes, size_t len) {
  return Napi::Buffer<uint8_t>::Copy(env, bytes, len);
}

Napi::Object ToObject(Napi::Env env, const addon_hand_over &handOver) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("client", handOver.client);
  object.Set("peer", Endpoint(env, handOver.peer));
  object.Set("local", Endpoint(env, handOver.local));
  object.Set("loopback", handOver.loopback);
  if (handOver.program >= 0) {
    object.Set("program", handOver.program);
    object.Set("bytesIn", static_cast<double>(handOver.bytes_in));
    object.Set("bytesOut", static_cast<double>(handOver.bytes_out));
    object.Set("acceptedMs", static_cast<double>(handOver.accepted_ms));
    if (handOver.file >= 0) object.Set("recordFd", handOver.file);
    object.Set("state", Bytes(env, handOver.state, handOver.state_len));
  }
  return object;
}

/* A thread that waits for messages; what it hears is told on the thread that made it. */
class Receiver {
 public:
  Receiver(addon_inbox *inbox, Napi::ThreadSafeFunction tell)
      : inbox_(inbox), tell_(tell), thread_([this] { Run(); }) {}
  Receiver(const Receiver &) = delete;
  Receiver &operator=(const Receiver &) = delete;

  ~Receiver() {
    addon_inbox_stop(inbox_);
    thread_.join();
    tell_.Release();
    addon_inbox_close(inbox_);
  }

 private:
  void Run() {
    auto next = std::make_unique<addon_hand_over>();
    while (addon_inbox_next(inbox_, next.get())) {
      Tell(next.release());
      next = std::make_unique<addon_hand_over>();
    }
  }

  void Tell(addon_hand_over *handOver) {
    const napi_status status =
        tell_.BlockingCall(handOver, [](Napi::Env env, Napi::Function callback, addon_hand_over *told) {
          callback.Call({ToObject(env, *told)});
          delete told;
        });
    if (status != napi_ok) {
      for (const int fd : {handOver->client, handOver->program, handOver->file}) {
        if (fd >= 0) close(fd);
      }
      delete handOver;
    }
  }

  addon_inbox *inbox_;
  Napi::ThreadSafeFunction tell_;
  std::thread thread_;
};

bool WriteAll(int fd, const uint8_t *bytes, size_t len) {
  size_t written = 0;
  while (written < len) {
    const ssize_t step = pwrite(fd, bytes + written, len - written, static_cast<off_t>(written));
    if (step < 0) return false;
    written += static_cast<size_t>(step);
  }
  return true;
}

} // namespace

Napi::Value RelayListen(const Napi::CallbackInfo &info) {
  const int fd = addon_relay_listen(info[0].As<Napi::Number>().Int32Value());
  if (fd < 0) throw SystemError(info.Env(), "listen");
  return Napi::Number::New(info.Env(), fd);
}

Napi::Value MemoryFile(const Napi::CallbackInfo &info) {
  const auto bytes = info[0].As<Napi::Uint8Array>();
  const int fd = memfd_create("wswrap-settings", MFD_CLOEXEC);
  if (fd < 0) throw SystemError(info.Env(), "memfd_create");
  if (!WriteAll(fd, bytes.Data(), bytes.ByteLength())) {
    const Napi::Error error = SystemError(info.Env(), "write");
    close(fd);
    throw error;
  }
  return Napi::Number::New(info.Env(), fd);
}

Napi::Value ReceiveHandOvers(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  addon_inbox *inbox =
      addon_inbox_open(info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::Number>().Int32Value());
  if (inbox == nullptr) throw SystemError(env, "mmap");
  auto tell = Napi::ThreadSafeFunction::New(env, info[2].As<Napi::Function>(), "receiveHandOvers", 0, 1);
  auto receiver = std::make_shared<std::unique_ptr<Receiver>>(std::make_unique<Receiver>(inbox, tell));
  return Napi::Function::New(env, [receiver](const Napi::CallbackInfo &) { receiver->reset(); });
}

Napi::Value RelayedConnect(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const addon_address program = FromEndpoint(info[1]);
  const addon_address client = FromEndpoint(info[2]);
  uint8_t token[ADDON_TOKEN_BYTES];
  size_t len = 0;
  const int fd = addon_relayed_connect(info[0].As<Napi::Number>().Int32Value(), &program, &client, token, &len);
  if (fd < 0) throw SystemError(env, "connect");
  Napi::Object connection = Napi::Object::New(env);
  connection.Set("fd", fd);
  if (len > 0) connection.Set("preface", Bytes(env, token, len));
  return connection;
}

} // namespace wswrap
