// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace eyrie::cli {
namespace {

// What a signal handler may do is write to a pipe: 's' for a signal, 'e' for
// the end of the Interrupt.
int signal_pipe[2] = {-1, -1};

void WriteByte(char byte) {
  const int saved_errno = errno;
  const ssize_t written = write(signal_pipe[1], &byte, 1);
  static_cast<void>(written);  // A full pipe has told already.
  errno = saved_errno;
}

void OnSignal(int) { WriteByte('s'); }

void SetHandler(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt(std::function<void()> on_interrupt)
    : on_interrupt_(std::move(on_interrupt)) {
  if (pipe2(signal_pipe, O_CLOEXEC) != 0) {
    std::perror("eyrie: pipe2");
    std::abort();
  }
  thread_ = std::thread([this] { Run(); });
  SetHandler(SIGINT, OnSignal);
  SetHandler(SIGTERM, OnSignal);
}

Interrupt::~Interrupt() {
  SetHandler(SIGINT, SIG_DFL);
  SetHandler(SIGTERM, SIG_DFL);
  WriteByte('e');
  thread_.join();
  close(signal_pipe[0]);
  close(signal_pipe[1]);
}

void Interrupt::Run() {
  char byte = 0;
  while (true) {
    const ssize_t count = read(signal_pipe[0], &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count != 1 || byte == 'e') return;
    {
      absl::MutexLock lock(&mutex_);
      has_happened_ = true;
    }
    on_interrupt_();
  }
}

bool Interrupt::WaitFor(absl::Duration duration) {
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&has_happened_), duration);
}

}  // namespace eyrie::cli
