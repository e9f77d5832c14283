// SPDX-License-Identifier: Apache-2.0
//
// What the server is told on its command line or in its configuration file.

#ifndef EYRIE_SERVER_CONFIG_H_
#define EYRIE_SERVER_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace eyrie::server {

struct ServerConfig {
  std::string data_dir = "/var/lib/eyrie";
  std::string listen = "127.0.0.1:7443";
  std::string http_listen = "127.0.0.1:7480";
  std::vector<std::string> rules;
  // Whether rules are judged as Falco does where they may depend on it.
  bool compat = false;
  // Files and folders that describe JSON sources.
  std::vector<std::string> source_files;

  std::string tls_ca;
  std::string tls_cert;
  std::string tls_key;
  bool insecure = false;
  std::string http_tls_cert;
  std::string http_tls_key;
  std::string http_tls_client_ca;
  // Longest body of an HTTP request, bytes; also of the documents of one
  // delivery by gRPC.
  int64_t http_max_body = 8 << 20;
  // File with the token that senders of events show.
  std::string ingest_token_file;
  // JSON events a second; 0 = no limit.
  int ingest_max_rate = 10'000;

  // Detections and resolved incidents older than this are deleted.
  absl::Duration retention_age = absl::Hours(24 * 30);
  // The oldest go beyond this; a detection is about 4 KiB.
  int64_t retention_bytes = int64_t{10} << 30;
  absl::Duration retention_interval = absl::Minutes(10);
  std::string backup_dir;

  // "auto", "on" or "off": whether the Kubernetes API is watched.
  std::string kubernetes = "auto";
  std::string kubeconfig;
  std::string kube_context;
  // How long a record waits for its pod; 0: not at all.
  absl::Duration kubernetes_wait = absl::Seconds(2);

  // Whether the domain names of rules are resolved.
  bool resolve_names = true;
  // Threads that judge events; 0 = one per core.
  int detect_threads = 0;
  absl::Duration heartbeat_interval = absl::Seconds(10);
  // How long a shutdown waits for calls under way.
  absl::Duration shutdown_timeout = absl::Seconds(5);
  std::string log_level = "info";
};

// What the command line asks for.
struct ServerCommandLine {
  ServerConfig config;
  bool show_help = false;
  bool show_version = false;
  // Number of a backup to put into an empty data directory before starting; 0:
  // none.
  int restore_backup = 0;
  std::string help_text;
};

// Reads the command line and the file that its --config names.
//
// Returns kInvalidArgument naming the flag and the way out.
absl::Status ParseServerCommandLine(int argc, const char* const* argv,
                                    ServerCommandLine* result);

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_CONFIG_H_
