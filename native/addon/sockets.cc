#include "addon/sockets.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "addon/system-error.h"

extern "C" {
#include "net/address.h"
}

namespace wswrap {

namespace {

/* As many as the kernel allows (net.core.somaxconn). */
constexpr int kBacklog = SOMAXCONN;

/* Of a Unix socket, or of another one in the first of it. */
union Address {
  ws_address inet;
  sockaddr_un unix_;
};

struct UnixDestination {
  Address address = {};
  socklen_t length = 0;
};

int OpenSocket(int family, int type) {
  return socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Closes the descriptor and throws what has just failed on it. */
[[noreturn]] void Fail(Napi::Env env, int fd, const char *syscall) {
  const Napi::Error error = SystemError(env, syscall);
  if (fd >= 0) close(fd);
  throw error;
}

UnixDestination DestinationOf(Napi::Env env, const std::string &path) {
  UnixDestination to;
  if (path.empty() || path.size() >= sizeof to.address.unix_.sun_path) {
    errno = ENAMETOOLONG;
    throw SystemError(env, "bind");
  }
  to.address.unix_.sun_family = AF_UNIX;
  memcpy(to.address.unix_.sun_path, path.data(), path.size());
  to.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  if (path[0] == '@') to.address.unix_.sun_path[0] = '\0';
  return to;
}

uint16_t BoundPort(int fd) {
  ws_address bound = {};
  socklen_t length = sizeof bound;
  return getsockname(fd, &bound.any, &length) == 0 ? ws_address_port(&bound) : 0;
}

void SetOption(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof value);
}

/* Whether the path is a socket that nobody listens on. connect(2) refuses ordinary files in the same way. */
bool IsLeftOver(const std::string &path, const UnixDestination &at) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const int fd = OpenSocket(AF_UNIX, SOCK_STREAM);
  if (fd < 0) return false;
  const bool refused = connect(fd, &at.address.inet.any, at.length) != 0 && errno == ECONNREFUSED;
  close(fd);
  return refused;
}

} // namespace

Napi::Value ListenTcp(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const std::string text = info[0].As<Napi::String>();
  const auto port = static_cast<uint16_t>(info[1].As<Napi::Number>().Uint32Value());
  ws_address at;
  if (!ws_address_parse_zoned(text.empty() ? "::" : text.c_str(), port, &at))
    throw Napi::Error::New(env, "not a numeric address: " + text);
  int fd = OpenSocket(at.any.sa_family, SOCK_STREAM);
  /* A system without IPv6. */
  if (fd < 0 && errno == EAFNOSUPPORT && text.empty() && ws_address_parse("0.0.0.0", port, &at))
    fd = OpenSocket(AF_INET, SOCK_STREAM);
  if (fd < 0) Fail(env, fd, "socket");
  SetOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (at.any.sa_family == AF_INET6) SetOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, text.empty() ? 0 : 1);
  if (bind(fd, &at.any, ws_address_len(&at)) != 0) Fail(env, fd, "bind");
  if (listen(fd, kBacklog) != 0) Fail(env, fd, "listen");
  Napi::Object result = Napi::Object::New(env);
  result.Set("fd", fd);
  result.Set("port", static_cast<uint32_t>(BoundPort(fd)));
  return result;
}

Napi::Value ListenUnix(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const std::string path = info[0].As<Napi::String>();
  const UnixDestination at = DestinationOf(env, path);
  const int fd = OpenSocket(AF_UNIX, SOCK_STREAM);
  if (fd < 0) Fail(env, fd, "socket");
  if (bind(fd, &at.address.inet.any, at.length) != 0) {
    if (errno != EADDRINUSE) Fail(env, fd, "bind");
    const bool free = IsLeftOver(path, at) && unlink(path.c_str()) == 0;
    errno = EADDRINUSE;
    if (!free || bind(fd, &at.address.inet.any, at.length) != 0) Fail(env, fd, "bind");
  }
  if (listen(fd, kBacklog) != 0) Fail(env, fd, "listen");
  return Napi::Number::New(env, fd);
}

Napi::Value SocketEndpoint(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const int fd = info[0].As<Napi::Number>().Int32Value();
  Address bound = {};
  socklen_t length = sizeof bound;
  if (getsockname(fd, &bound.inet.any, &length) != 0) throw SystemError(env, "getsockname");
  int listens = 0;
  socklen_t size = sizeof listens;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0) throw SystemError(env, "getsockopt");
  Napi::Object result = Napi::Object::New(env);
  result.Set("listens", listens != 0);
  if (bound.inet.any.sa_family == AF_UNIX) {
    const size_t longest = length - offsetof(sockaddr_un, sun_path);
    result.Set("address", std::string(bound.unix_.sun_path, strnlen(bound.unix_.sun_path, longest)));
    result.Set("port", 0);
    return result;
  }
  char text[WS_ADDRESS_TEXT_MAX];
  ws_address_host(&bound.inet, text, sizeof text);
  result.Set("address", text);
  result.Set("port", static_cast<uint32_t>(ws_address_port(&bound.inet)));
  return result;
}

Napi::Value SendDatagram(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const UnixDestination to = DestinationOf(env, info[0].As<Napi::String>());
  const Napi::Uint8Array bytes = info[1].As<Napi::Uint8Array>();
  const int fd = OpenSocket(AF_UNIX, SOCK_DGRAM);
  if (fd < 0) Fail(env, fd, "socket");
  if (sendto(fd, bytes.Data(), bytes.ByteLength(), MSG_NOSIGNAL, &to.address.inet.any, to.length) < 0)
    Fail(env, fd, "sendto");
  close(fd);
  return env.Undefined();
}

} // namespace wswrap
