// SPDX-License-Identifier: Apache-2.0
//
// The eyrie-server program.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

#include "common/logging.h"
#include "common/signal.h"
#include "common/version.h"
#include "server/config.h"
#include "server/server.h"
#include "server/storage/backup.h"

namespace eyrie::server {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

int Fail(const absl::Status& status, int code) {
  std::fprintf(stderr, "eyrie-server: %s\n",
               std::string(status.message()).c_str());
  if (code == kExitUsage) {
    std::fputs("Try 'eyrie-server --help'.\n", stderr);
  }
  return code;
}

absl::Status Restore(const ServerCommandLine& line) {
  if (line.restore_backup == 0) return absl::OkStatus();
  if (line.config.backup_dir.empty()) {
    return absl::InvalidArgumentError("--restore-backup needs --backup-dir");
  }
  std::error_code error;
  std::filesystem::create_directories(line.config.data_dir, error);
  if (error) {
    return absl::ErrnoToStatus(
        error.value(), "making the data directory " + line.config.data_dir);
  }
  const auto restored = RestoreBackup(
      line.config.backup_dir, static_cast<uint32_t>(line.restore_backup),
      line.config.data_dir + "/db");
  if (!restored.ok()) return restored.status();
  LogInfo("backup restored", {{"backup", *restored}});
  return absl::OkStatus();
}

int Run(const ServerCommandLine& line) {
  // Before any other thread: they inherit the blocked signals.
  absl::Notification stop;
  Server* reloadable = nullptr;
  absl::Notification ready;
  auto signals =
      SignalWatcher::Create({.on_shutdown = [&stop] { stop.Notify(); },
                             .on_reload =
                                 [&] {
                                   ready.WaitForNotification();
                                   if (reloadable != nullptr)
                                     reloadable->ReloadRules();
                                 }});
  if (!signals.ok()) return Fail(signals.status(), kExitFailed);
  absl::Status status = Restore(line);
  if (!status.ok()) return Fail(status, kExitFailed);
  auto server = Server::Create(line.config);
  if (!server.ok()) {
    ready.Notify();
    return Fail(server.status(), kExitFailed);
  }
  reloadable = server->get();
  ready.Notify();
  std::printf("listening grpc=%s http=%s\n", (*server)->grpc_address().c_str(),
              (*server)->http_address().c_str());
  std::fflush(stdout);
  stop.WaitForNotification();
  LogInfo("shutting down");
  *signals = nullptr;  // No reload from here on.
  (*server)->Shutdown();
  return EXIT_SUCCESS;
}

int Main(int argc, const char* const* argv) {
  ServerCommandLine line;
  const absl::Status status = ParseServerCommandLine(argc, argv, &line);
  if (!status.ok()) return Fail(status, kExitUsage);
  if (line.show_help) {
    std::fputs(line.help_text.c_str(), stdout);
    return EXIT_SUCCESS;
  }
  if (line.show_version) {
    std::printf("eyrie-server %s\n", std::string(Version()).c_str());
    return EXIT_SUCCESS;
  }
  const auto level = ParseLogLevel(line.config.log_level);
  if (!level.ok()) return Fail(level.status(), kExitUsage);
  SetLogLevel(*level);
  return Run(line);
}

}  // namespace
}  // namespace eyrie::server

int main(int argc, char** argv) {
  // Debian's Abseil is built with checks for its developers: every lock, gRPC's
  // too, would look for cycles among locks. The tests keep that.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return eyrie::server::Main(argc, argv);
}
