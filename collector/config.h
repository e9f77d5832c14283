// SPDX-License-Identifier: Apache-2.0
//
// What the collector is told on its command line or in its configuration file.

#ifndef EYRIE_COLLECTOR_CONFIG_H_
#define EYRIE_COLLECTOR_CONFIG_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "bpf/control.h"
#include "collector/source/call_hooks.h"

namespace eyrie::collector {

struct CollectorOptions {
  std::string server = "127.0.0.1:7443";
  // Empty: the host's name.
  std::string node;
  std::map<std::string, std::string> labels;
  std::string http_listen = "127.0.0.1:7481";

  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
  bool insecure = false;

  // Where the host's file system is, for /etc and /proc.
  std::string host_root = "/";
  int64_t lifecycle_ring_bytes = 4 << 20;
  int64_t event_ring_bytes = 16 << 20;
  // Nice value of the thread that reads the rings. It needs a few percent of a
  // CPU, but soon: with 0 it waits for its turn behind whoever floods the
  // rings, and they overflow meanwhile.
  int reader_nice = -10;
  // Most bytes of the data that a call moves (`evt.buffer`): as many as the
  // reference carries.
  int data_bytes = EYRIE_DEFAULT_DATA_BYTES;
  // Read paths when a call begins, too: `evt.is_path_changed`.
  bool check_paths = false;
  // Names of environment variables that leave the node; see EnvFilter.
  std::vector<std::string> env_names = {"*"};
  // What system calls are seen by.
  CallHooks hooks = CallHooks::kAuto;
  // Measure how long the sensor's programs run.
  bool measure_programs = false;
  // Report the collector's own system calls as well.
  bool report_self = false;
  // Most unacknowledged bytes; an hour of a quiet node, seconds of a busy one.
  int64_t spool_bytes = 64 << 20;
  int process_table_size = 65'536;

  // "auto" or "none"; and which sockets, as NAME=SOCKET. See
  // collector/containers/runtime_options.h.
  std::string container_runtimes = "auto";
  std::vector<std::string> container_runtime;
  // How long the events of a container wait for what its runtime tells.
  absl::Duration container_wait = absl::Seconds(2);

  // Empty: none.
  std::string record;
  bool record_compress = false;
  std::string replay;
  // 1: as recorded, 2: twice as fast; 0: as fast as the server takes it.
  double replay_speed = 0;

  // How long SIGTERM waits for acknowledgements.
  absl::Duration shutdown_timeout = absl::Seconds(5);
  std::string log_level = "info";
};

// What the command line asks for.
struct CollectorCommandLine {
  CollectorOptions options;
  bool show_help = false;
  bool show_version = false;
  std::string help_text;
};

// Reads the command line and the file that its --config names.
//
// Returns kInvalidArgument naming the flag and the way out.
absl::Status ParseCollectorCommandLine(int argc, const char* const* argv,
                                       CollectorCommandLine* result);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONFIG_H_
