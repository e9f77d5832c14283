// SPDX-License-Identifier: Apache-2.0
//
// The eyrie-collector program.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

#include "collector/collector.h"
#include "collector/config.h"
#include "collector/containers/node_containers.h"
#include "collector/containers/runtime_options.h"
#include "collector/enrich/env_filter.h"
#include "collector/enrich/proc_reader.h"
#include "collector/source/bpf_event_source.h"
#include "common/logging.h"
#include "common/signal.h"
#include "common/status_macros.h"
#include "common/version.h"

namespace eyrie::collector {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

int Fail(const absl::Status& status, int code) {
  std::fprintf(stderr, "eyrie-collector: %s\n",
               std::string(status.message()).c_str());
  if (code == kExitUsage) {
    std::fputs("Try 'eyrie-collector --help'.\n", stderr);
  }
  return code;
}

// The kernel, or null for a recording, which needs none.
absl::StatusOr<std::unique_ptr<EventSource>> MakeSource(
    const CollectorOptions& options) {
  if (!options.replay.empty()) return nullptr;
  BpfEventSourceOptions source;
  source.sensor.lifecycle_ring_bytes =
      static_cast<size_t>(options.lifecycle_ring_bytes);
  source.sensor.event_ring_bytes =
      static_cast<size_t>(options.event_ring_bytes);
  source.sensor.data_bytes = static_cast<uint32_t>(options.data_bytes);
  source.sensor.check_paths = options.check_paths;
  source.sensor.hooks = options.hooks;
  source.sensor.measure_runs = options.measure_programs;
  source.report_self = options.report_self;
  return BpfEventSource::Create(source);
}

std::unique_ptr<ProcReader> MakeProcReader(const CollectorOptions& options) {
  const std::string slash = options.host_root.back() == '/' ? "" : "/";
  return std::make_unique<HostProcReader>(options.host_root + slash + "proc",
                                          EnvFilter(options.env_names));
}

// Null for a recording, which brings its containers.
absl::StatusOr<std::unique_ptr<NodeContainers>> MakeContainers(
    const CollectorOptions& options) {
  if (!options.replay.empty()) return nullptr;
  EYRIE_ASSIGN_OR_RETURN(
      const std::vector<RuntimeSocket> sockets,
      ChooseRuntimeSockets(options.container_runtimes,
                           options.container_runtime, options.host_root));
  return std::make_unique<NodeContainers>(options.host_root, sockets);
}

absl::StatusOr<std::unique_ptr<Collector>> MakeCollector(
    const CollectorOptions& options) {
  EYRIE_ASSIGN_OR_RETURN(auto source, MakeSource(options));
  EYRIE_ASSIGN_OR_RETURN(auto containers, MakeContainers(options));
  return Collector::Create(options, std::move(source), MakeProcReader(options),
                           std::move(containers));
}

int Run(const CollectorOptions& options) {
  // Before any other thread: they inherit the blocked signals.
  Collector* running = nullptr;
  absl::Notification is_made;
  auto signals = SignalWatcher::Create({.on_shutdown =
                                            [&] {
                                              is_made.WaitForNotification();
                                              if (running != nullptr) {
                                                running->Stop();
                                              }
                                            },
                                        .on_reload = [] {}});
  if (!signals.ok()) return Fail(signals.status(), kExitFailed);

  const absl::StatusOr<std::unique_ptr<Collector>> collector =
      MakeCollector(options);
  if (collector.ok()) running = collector->get();
  is_made.Notify();
  if (!collector.ok()) return Fail(collector.status(), kExitFailed);

  std::printf("listening http=%s\n", running->http_address().c_str());
  std::fflush(stdout);
  const absl::Status status = running->Run();
  *signals = nullptr;  // Nobody stops it any more.
  return status.ok() ? EXIT_SUCCESS : Fail(status, kExitFailed);
}

int Main(int argc, const char* const* argv) {
  CollectorCommandLine line;
  const absl::Status status = ParseCollectorCommandLine(argc, argv, &line);
  if (!status.ok()) return Fail(status, kExitUsage);
  if (line.show_help) {
    std::fputs(line.help_text.c_str(), stdout);
    return EXIT_SUCCESS;
  }
  if (line.show_version) {
    std::printf("eyrie-collector %s\n", std::string(Version()).c_str());
    return EXIT_SUCCESS;
  }
  const auto level = ParseLogLevel(line.options.log_level);
  if (!level.ok()) return Fail(level.status(), kExitUsage);
  SetLogLevel(*level);
  return Run(line.options);
}

}  // namespace
}  // namespace eyrie::collector

int main(int argc, char** argv) {
  // Debian's Abseil is built with checks for its developers: every lock, gRPC's
  // too, would look for cycles among locks. The tests keep that.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return eyrie::collector::Main(argc, argv);
}
