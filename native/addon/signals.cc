#include "addon/signals.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <vector>

#include "addon/system-error.h"

namespace wswrap {

namespace {

struct Former {
  int number;
  struct sigaction action;
};

std::atomic<int> writeEnd{-1};
std::vector<Former> formers;

void Note(int number, siginfo_t *info, void *) {
  const int saved = errno;
  const unsigned char note[2] = {static_cast<unsigned char>(number), info->si_code > 0};
  /* A full pipe means that thousands of signals wait already. */
  [[maybe_unused]] const ssize_t written = write(writeEnd.load(), note, sizeof note);
  errno = saved;
}

void Restore() {
  for (const Former &former : formers)
    sigaction(former.number, &former.action, nullptr);
  formers.clear();
  const int fd = writeEnd.exchange(-1);
  if (fd >= 0) close(fd);
}

} // namespace

Napi::Value WatchSignals(const Napi::CallbackInfo &info) {
  if (writeEnd.load() >= 0) throw Napi::Error::New(info.Env(), "signals are watched already");
  const Napi::Array numbers = info[0].As<Napi::Array>();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw SystemError(info.Env(), "pipe2");
  writeEnd.store(ends[1]);

  struct sigaction action = {};
  action.sa_sigaction = Note;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  for (uint32_t i = 0; i < numbers.Length(); i++) {
    Former former = {numbers.Get(i).As<Napi::Number>().Int32Value(), {}};
    if (sigaction(former.number, &action, &former.action) == 0) formers.push_back(former);
  }
  return Napi::Number::New(info.Env(), ends[0]);
}

Napi::Value UnwatchSignals(const Napi::CallbackInfo &info) {
  Restore();
  return info.Env().Undefined();
}

Napi::Value RaiseByDefault(const Napi::CallbackInfo &info) {
  const int number = info[0].As<Napi::Number>().Int32Value();
  signal(number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(number);
  return info.Env().Undefined();
}

} // namespace wswrap
