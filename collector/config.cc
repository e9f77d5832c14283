// SPDX-License-Identifier: Apache-2.0

#include "collector/config.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "collector/containers/runtime_options.h"
#include "collector/uplink/batch.h"
#include "common/address.h"
#include "common/flag_set.h"
#include "common/status_macros.h"
#include "common/yaml_config.h"

namespace eyrie::collector {
namespace {

constexpr char kDescription[] =
    "Watches this node's kernel and sends what matters to the server.";

constexpr char kExamples[] =
    "\nExamples:\n"
    "  eyrie-collector --server 127.0.0.1:7443 --label zone=a\n"
    "  eyrie-collector --server eyrie.example.org:7443 --tls-ca ca.pem \\\n"
    "    --tls-cert node.pem --tls-key node.key\n"
    "\nSIGTERM sends what was collected, then ends.\n";

// Node names are host names or Kubernetes names; the server takes no longer.
constexpr size_t kMaxNodeBytes = 253;
constexpr size_t kMaxLabels = 64;
constexpr size_t kMaxLabelBytes = 253;

constexpr int64_t kMinRingBytes = 4096;
constexpr int64_t kMaxRingBytes = int64_t{1} << 30;
// Two of the largest batches: one on its way, one that follows.
constexpr int64_t kMinSpoolBytes = 2 * int64_t{kMaxBatchBytes};
constexpr int64_t kMaxSpoolBytes = int64_t{16} << 30;
// Beyond, an alert comes too late to act on.
constexpr absl::Duration kMaxContainerWait = absl::Seconds(30);

// Flags whose type FlagSet does not have.
struct TextFlags {
  std::vector<std::string> labels;
  std::vector<std::string> env_names;  // none: the default
  std::string replay_speed = "0";
  std::string hooks = "auto";
};

void AddUplinkFlags(FlagSet& flags, CollectorOptions& options,
                    TextFlags& texts) {
  flags.Add("server", "HOST:PORT or unix:PATH of the server.", &options.server);
  flags.Add("node", "Name of this node; without it the host's name.",
            &options.node);
  flags.Add("label",
            "KEY=VALUE that the server shows with this node; may be "
            "repeated.",
            &texts.labels);
  flags.Add("tls-ca", "File with the certificates that sign the server's.",
            &options.tls_ca);
  flags.Add("tls-cert", "File with this node's certificate chain.",
            &options.tls_cert);
  flags.Add("tls-key", "File with the private key of --tls-cert.",
            &options.tls_key);
  flags.Add("insecure",
            "Allows plain text to a server on another machine. Anybody in "
            "between can then read and forge events.",
            &options.insecure);
  flags.Add("spool-bytes",
            "Most bytes of events that wait for the server. Beyond, new ones "
            "are dropped, counted and reported.",
            &options.spool_bytes, kMinSpoolBytes, kMaxSpoolBytes);
  flags.Add("shutdown-timeout",
            "How long SIGTERM waits for the server to take what was "
            "collected.",
            &options.shutdown_timeout);
}

void AddSensorFlags(FlagSet& flags, CollectorOptions& options,
                    TextFlags& texts) {
  flags.Add("lifecycle-ring-bytes",
            "Kernel buffer of process events, a power of two.",
            &options.lifecycle_ring_bytes, kMinRingBytes, kMaxRingBytes);
  flags.Add("event-ring-bytes",
            "Kernel buffer of all other events, a power of two.",
            &options.event_ring_bytes, kMinRingBytes, kMaxRingBytes);
  flags.Add("reader-nice",
            "Nice value of the thread that reads these buffers, from -20 to "
            "19; below 0 it runs before others, and loses less on a busy node.",
            &options.reader_nice, -20, 19);
  flags.Add("data-bytes",
            "Most bytes that an event carries of the data a call reads or "
            "writes.",
            &options.data_bytes, 0, EYRIE_MAX_DATA_BYTES);
  flags.Add(
      "check-paths",
      "Reads paths when a call begins as well as when it ends, so that "
      "rules see when another thread changes them in between. Costs every "
      "system call of the host some 50 ns while rules want any.",
      &options.check_paths);
  flags.Add("env-name",
            "Of environments, only variables of this name leave the node; it "
            "may end with * and be repeated, and an empty one is none. Without "
            "it all are reported, secrets too.",
            &texts.env_names);
  flags.Add("hooks",
            "What system calls are seen by. tracepoint: every call of the host "
            "pays some 100 ns while rules want any. function: only calls that "
            "rules want pay; not every kernel takes such hooks. auto: function "
            "where it does.",
            &texts.hooks);
  flags.Add(
      "measure-programs",
      "Measures how long the sensor's programs run in the kernel, for the "
      "metrics eyrie_collector_program_*. Costs each run of any BPF "
      "program of the host some 50 ns.",
      &options.measure_programs);
  flags.Add("report-self", "Reports this program's own system calls, too.",
            &options.report_self);
  flags.Add("process-table-size", "Most process images that are remembered.",
            &options.process_table_size, 1024, 4 << 20);
  flags.Add("host-root",
            "Where the host's file system is, if the collector runs in a "
            "container: names of users, /proc.",
            &options.host_root);
  flags.Add("record",
            "Also writes everything that is sent to this file, which may then "
            "hold secrets from arguments and environments.",
            &options.record);
  flags.Add("record-compress", "Compresses the file of --record.",
            &options.record_compress);
  flags.Add("replay",
            "Sends what --record wrote to this file instead of watching the "
            "kernel, then ends. Needs no privileges.",
            &options.replay);
  flags.Add("replay-speed",
            "1 replays as fast as it was recorded, 2 twice as fast, 0 as fast "
            "as the server takes it.",
            &texts.replay_speed);
}

void AddContainerFlags(FlagSet& flags, CollectorOptions& options) {
  flags.Add("container-runtimes",
            "auto asks the container runtimes of this node about containers, "
            "none asks nobody.",
            &options.container_runtimes);
  flags.Add("container-runtime",
            "NAME=SOCKET of a runtime to ask, as "
            "containerd=/run/containerd/containerd.sock; NAME is containerd, "
            "cri-o, docker or podman. May be repeated; without it, those with "
            "a socket where they usually have it.",
            &options.container_runtime);
  flags.Add("container-wait",
            "How long the events of a container wait for what its runtime "
            "tells about it; then they go without.",
            &options.container_wait);
}

void AddOtherFlags(FlagSet& flags, CollectorCommandLine& line) {
  flags.Add("http-listen",
            "HOST:PORT of /metrics, /healthz and /readyz; port 0 is any free "
            "one.",
            &line.options.http_listen);
  flags.Add("log-level", "debug, info, warning or error.",
            &line.options.log_level);
  flags.Add("version", "Prints the version and ends.", &line.show_version);
}

absl::Status ParseLabels(const std::vector<std::string>& labels,
                         CollectorOptions* options) {
  for (const std::string& label : labels) {
    const size_t equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("--label wants KEY=VALUE, not \"", label, "\""));
    }
    if (label.size() > kMaxLabelBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("--label takes at most ", kMaxLabelBytes, " bytes: \"",
                       label.substr(0, 32), "…\" has ", label.size()));
    }
    options->labels[label.substr(0, equals)] = label.substr(equals + 1);
  }
  if (options->labels.size() > kMaxLabels) {
    return absl::InvalidArgumentError(
        absl::StrCat("--label was given ", options->labels.size(),
                     " times, at most ", kMaxLabels, " are taken"));
  }
  return absl::OkStatus();
}

absl::Status ParseHooks(absl::string_view text, CallHooks* hooks) {
  if (text == "auto") {
    *hooks = CallHooks::kAuto;
  } else if (text == "tracepoint") {
    *hooks = CallHooks::kTracepoint;
  } else if (text == "function") {
    *hooks = CallHooks::kFunction;
  } else {
    return absl::InvalidArgumentError(absl::StrCat(
        "--hooks wants auto, tracepoint or function, not \"", text, "\""));
  }
  return absl::OkStatus();
}

absl::Status CheckRing(absl::string_view flag, int64_t bytes) {
  if ((bytes & (bytes - 1)) == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--", flag, " must be a power of two, as 16777216 (16 MiB), not ",
      bytes));
}

absl::Status Check(const CollectorOptions& options) {
  EYRIE_RETURN_IF_ERROR(ParseAddress(options.server).status());
  if (options.node.size() > kMaxNodeBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("--node takes at most ", kMaxNodeBytes, " bytes"));
  }
  EYRIE_RETURN_IF_ERROR(
      CheckRing("lifecycle-ring-bytes", options.lifecycle_ring_bytes));
  EYRIE_RETURN_IF_ERROR(
      CheckRing("event-ring-bytes", options.event_ring_bytes));
  if (options.shutdown_timeout < absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "--shutdown-timeout must not be negative");
  }
  if (options.host_root.empty()) {
    return absl::InvalidArgumentError("--host-root must name a folder");
  }
  EYRIE_RETURN_IF_ERROR(ChooseRuntimeSockets(options.container_runtimes,
                                             options.container_runtime,
                                             options.host_root)
                            .status());
  if (options.container_wait < absl::ZeroDuration() ||
      options.container_wait > kMaxContainerWait) {
    return absl::InvalidArgumentError(
        absl::StrCat("--container-wait takes 0 to ",
                     absl::FormatDuration(kMaxContainerWait)));
  }
  if (!options.record.empty() && options.record == options.replay) {
    return absl::InvalidArgumentError(
        "--record and --replay name the same file");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseCollectorCommandLine(int argc, const char* const* argv,
                                       CollectorCommandLine* result) {
  FlagSet flags("eyrie-collector", kDescription);
  TextFlags texts;
  AddUplinkFlags(flags, result->options, texts);
  AddSensorFlags(flags, result->options, texts);
  AddContainerFlags(flags, result->options);
  AddOtherFlags(flags, *result);
  EYRIE_RETURN_IF_ERROR(ParseFlagsAndConfig(argc, argv, &flags));
  result->show_help = flags.help_requested();
  result->help_text = flags.Help() + kExamples;
  if (result->show_help || result->show_version) return absl::OkStatus();
  EYRIE_RETURN_IF_ERROR(ParseLabels(texts.labels, &result->options));
  if (!texts.env_names.empty()) result->options.env_names = texts.env_names;
  EYRIE_RETURN_IF_ERROR(ParseHooks(texts.hooks, &result->options.hooks));
  double& speed = result->options.replay_speed;
  if (!absl::SimpleAtod(texts.replay_speed, &speed) || !std::isfinite(speed) ||
      speed < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--replay-speed wants a number from 0, not \"",
                     texts.replay_speed, "\""));
  }
  return Check(result->options);
}

}  // namespace eyrie::collector
