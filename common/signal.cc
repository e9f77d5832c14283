// SPDX-License-Identifier: Apache-2.0

#include "common/signal.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/logging.h"
#include "common/status_macros.h"

namespace eyrie {
namespace {

class SignalfdWatcher : public SignalWatcher {
 public:
  explicit SignalfdWatcher(Callbacks callbacks)
      : callbacks_(std::move(callbacks)) {}

  ~SignalfdWatcher() override {
    if (thread_.joinable()) {
      const uint64_t one = 1;
      // Cannot fail: the counter is far from its limit.
      while (write(stop_fd_, &one, sizeof(one)) < 0 && errno == EINTR) {
      }
      thread_.join();
    }
    if (signal_fd_ >= 0) close(signal_fd_);
    if (stop_fd_ >= 0) close(stop_fd_);
  }

  absl::Status Start() {
    signal(SIGPIPE, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
      sigaddset(&set, number);
    }
    if (const int error = pthread_sigmask(SIG_BLOCK, &set, nullptr);
        error != 0) {
      return absl::ErrnoToStatus(error, "blocking signals");
    }
    signal_fd_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signal_fd_ < 0) return absl::ErrnoToStatus(errno, "making a signalfd");
    stop_fd_ = eventfd(0, EFD_CLOEXEC);
    if (stop_fd_ < 0) return absl::ErrnoToStatus(errno, "making an eventfd");
    thread_ = std::thread([this] { Run(); });
    return absl::OkStatus();
  }

 private:
  void Run() {
    while (true) {
      pollfd fds[] = {{signal_fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
      if (poll(fds, 2, /*timeout=*/-1) < 0) continue;  // EINTR
      if (fds[1].revents != 0) return;
      signalfd_siginfo info;
      if (read(signal_fd_, &info, sizeof(info)) == sizeof(info)) {
        Handle(static_cast<int>(info.ssi_signo));
      }
    }
  }

  void Handle(int number) {
    if (number == SIGHUP) {
      LogInfo("reloading", {{"signal", "SIGHUP"}});
      if (callbacks_.on_reload) callbacks_.on_reload();
      return;
    }
    if (is_shutting_down_) {
      LogWarning("ending at once", {{"signal", number}});
      _exit(128 + number);
    }
    is_shutting_down_ = true;
    LogInfo("shutting down",
            {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"}});
    if (callbacks_.on_shutdown) callbacks_.on_shutdown();
  }

  const Callbacks callbacks_;
  int signal_fd_ = -1;
  int stop_fd_ = -1;
  bool is_shutting_down_ = false;  // thread_ only
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SignalWatcher>> SignalWatcher::Create(
    Callbacks callbacks) {
  auto watcher = std::make_unique<SignalfdWatcher>(std::move(callbacks));
  EYRIE_RETURN_IF_ERROR(watcher->Start());
  return watcher;
}

}  // namespace eyrie
