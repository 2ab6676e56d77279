#include "addon/descriptors.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "addon/system-error.h"
#include "state/environment.h"

namespace wswrap {

namespace {

int MoveHigh(int fd) {
  const int high = fcntl(fd, F_DUPFD, WS_FD_FLOOR);
  const int saved = errno;
  close(fd);
  errno = saved;
  return high;
}

/* One end for us, closed on exec, and one that the tree inherits. */
Napi::Array PairForTheTree(Napi::Env env, int type) {
  int ends[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) throw SystemError(env, "socketpair");
  const int library = MoveHigh(ends[1]);
  if (library < 0) {
    const Napi::Error error = SystemError(env, "fcntl");
    close(ends[0]);
    throw error;
  }
  Napi::Array pair = Napi::Array::New(env, 2);
  pair.Set(0u, ends[0]);
  pair.Set(1u, library);
  return pair;
}

} // namespace

Napi::Value DuplicateHigh(const Napi::CallbackInfo &info) {
  const int high = fcntl(info[0].As<Napi::Number>().Int32Value(), F_DUPFD, WS_FD_FLOOR);
  if (high < 0) throw SystemError(info.Env(), "fcntl");
  return Napi::Number::New(info.Env(), high);
}

Napi::Value LogSocketPair(const Napi::CallbackInfo &info) {
  return PairForTheTree(info.Env(), SOCK_STREAM);
}

Napi::Value NoticeSocketPair(const Napi::CallbackInfo &info) {
  return PairForTheTree(info.Env(), SOCK_SEQPACKET);
}

Napi::Value SocketPair(const Napi::CallbackInfo &info) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    throw SystemError(info.Env(), "socketpair");
  }
  Napi::Array pair = Napi::Array::New(info.Env(), 2);
  pair.Set(0u, ends[0]);
  pair.Set(1u, ends[1]);
  return pair;
}

Napi::Value HasCapabilities(const Napi::CallbackInfo &info) {
  const std::string path = info[0].As<Napi::String>();
  const ssize_t size = getxattr(path.c_str(), "security.capability", nullptr, 0);
  return Napi::Boolean::New(info.Env(), size > 0);
}

} // namespace wswrap
