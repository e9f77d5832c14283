// SPDX-License-Identifier: Apache-2.0

#include "server/config.h"

#include "absl/strings/str_cat.h"

#include "common/address.h"
#include "common/flag_set.h"
#include "common/status_macros.h"
#include "common/yaml_config.h"

namespace eyrie::server {
namespace {

constexpr char kDescription[] =
    "Judges the events of all nodes by rules, keeps incidents, serves clients.";

// Whoever waits longer for a pod has forgotten the event.
constexpr absl::Duration kMaxKubernetesWait = absl::Minutes(1);

constexpr char kExamples[] =
    "\nExamples:\n"
    "  eyrie-server --data-dir /var/lib/eyrie --rules /etc/eyrie/rules\n"
    "  eyrie-server --config /etc/eyrie/server.yaml --listen 0.0.0.0:7443 \\\n"
    "    --tls-ca ca.pem --tls-cert server.pem --tls-key server.key\n"
    "\nSIGHUP reloads the rules; SIGTERM finishes what was received, then "
    "ends.\n";

void AddNetworkFlags(FlagSet& flags, ServerConfig& config) {
  flags.Add("listen",
            "HOST:PORT or unix:PATH of the gRPC port; port 0 is any free one.",
            &config.listen);
  flags.Add("http-listen",
            "HOST:PORT of /metrics, /healthz, /readyz, /k8s-audit and "
            "/events/SOURCE; port 0 is any free one.",
            &config.http_listen);
  flags.Add("tls-ca",
            "File with the certificates that sign those of nodes and clients.",
            &config.tls_ca);
  flags.Add("tls-cert", "File with the server's certificate chain.",
            &config.tls_cert);
  flags.Add("tls-key", "File with the private key of --tls-cert.",
            &config.tls_key);
  flags.Add("insecure",
            "Allows plain text on addresses that others can reach. Anybody "
            "there can then read and forge events.",
            &config.insecure);
  flags.Add("http-tls-cert", "File with a certificate chain for HTTP.",
            &config.http_tls_cert);
  flags.Add("http-tls-key", "File with the private key of --http-tls-cert.",
            &config.http_tls_key);
}

void AddIngestFlags(FlagSet& flags, ServerConfig& config) {
  flags.Add("http-tls-client-ca",
            "File with authorities whose certificates let their holders send "
            "events over HTTP.",
            &config.http_tls_client_ca);
  flags.Add("ingest-token-file",
            "File with the token that lets its holders send events over HTTP, "
            "as `Authorization: Bearer TOKEN`; read again when it changes.",
            &config.ingest_token_file);
  flags.Add("http-max-body",
            "Longest body of an HTTP request and longest delivery of events, "
            "bytes. API servers cut their batches to size with "
            "--audit-webhook-truncate-max-batch-size.",
            &config.http_max_body, 64 << 10, 64 << 20);
  flags.Add("ingest-max-rate",
            "Events of JSON sources taken in a second; 0 is no limit. Beyond "
            "it senders are told to come again.",
            &config.ingest_max_rate, 0);
}

void AddStorageFlags(FlagSet& flags, ServerCommandLine& line) {
  ServerConfig& config = line.config;
  flags.Add("data-dir", "Folder of the database; made if it is missing.",
            &config.data_dir);
  flags.Add("retention-age",
            "Deletes detections and resolved incidents older than this.",
            &config.retention_age);
  flags.Add("retention-bytes",
            "Deletes the oldest beyond this size of the database; 0 is no "
            "limit.",
            &config.retention_bytes, 0);
  flags.Add("retention-interval", "How often to look for what is too old.",
            &config.retention_interval);
  flags.Add("backup-dir", "Folder for backups; without it there are none.",
            &config.backup_dir);
  flags.Add("restore-backup",
            "Number of the backup in --backup-dir to put into --data-dir, "
            "which must be empty, before starting.",
            &line.restore_backup, 0);
}

void AddKubernetesFlags(FlagSet& flags, ServerConfig& config) {
  flags.Add("kubernetes",
            "auto, on or off: whether to watch the Kubernetes API, for fields "
            "of pods and their owners. auto: if there is --kubeconfig, or the "
            "server runs in a pod with a service account.",
            &config.kubernetes);
  flags.Add("kubeconfig",
            "File that says how to reach the Kubernetes API; without it, the "
            "service account of the server's pod is used.",
            &config.kubeconfig);
  flags.Add("kube-context",
            "Context of --kubeconfig; without it, its current one.",
            &config.kube_context);
  flags.Add("kubernetes-wait",
            "How long an event waits for its pod to become known before it is "
            "judged without; 0 is not at all.",
            &config.kubernetes_wait);
}

void AddOtherFlags(FlagSet& flags, ServerCommandLine& line) {
  ServerConfig& config = line.config;
  flags.Add("rules",
            "Rule file, or folder of *.yaml files; may be repeated, later "
            "files see the earlier ones.",
            &config.rules);
  flags.Add("compat",
            "Judges rules as Falco does where they may have been tuned to it; "
            "docs/rule_language.md lists where.",
            &config.compat);
  flags.Add("source-file",
            "File that describes a JSON source, or folder of *.yaml files; may "
            "be repeated. Rules may name the source then.",
            &config.source_files);
  flags.Add("resolve-names",
            "Whether to ask DNS, and Kubernetes, for the domain names that "
            "rules compare fd.sip.name and the like with. Without it, such "
            "comparisons are unknown.",
            &config.resolve_names);
  flags.Add("detect-threads", "Threads that judge events; 0 is one per core.",
            &config.detect_threads, 0, 256);
  flags.Add("heartbeat-interval", "How often nodes report themselves.",
            &config.heartbeat_interval);
  flags.Add("shutdown-timeout", "How long SIGTERM waits for calls under way.",
            &config.shutdown_timeout);
  flags.Add("log-level", "debug, info, warning or error.", &config.log_level);
  flags.Add("version", "Prints the version and ends.", &line.show_version);
}

// Events come from this machine, or over TLS from those who can prove it.
absl::Status CheckIngest(const ServerConfig& config) {
  if (!config.http_tls_cert.empty()) return absl::OkStatus();
  if (!config.http_tls_client_ca.empty()) {
    return absl::InvalidArgumentError(
        "--http-tls-client-ca needs --http-tls-cert and --http-tls-key");
  }
  if (config.ingest_token_file.empty()) return absl::OkStatus();
  EYRIE_ASSIGN_OR_RETURN(const Address address,
                         ParseAddress(config.http_listen));
  if (address.IsLocal()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--ingest-token-file with --http-listen ", config.http_listen,
      ": the token would cross the network in plain text; give "
      "--http-tls-cert and --http-tls-key, or listen on 127.0.0.1"));
}

absl::Status CheckConfig(const ServerConfig& config) {
  if (config.heartbeat_interval < absl::Milliseconds(100)) {
    return absl::InvalidArgumentError(
        "--heartbeat-interval must be at least 100ms");
  }
  if (config.retention_age < absl::Minutes(1)) {
    return absl::InvalidArgumentError("--retention-age must be at least 1m");
  }
  if (config.retention_interval < absl::Seconds(1)) {
    return absl::InvalidArgumentError(
        "--retention-interval must be at least 1s");
  }
  if (config.kubernetes != "auto" && config.kubernetes != "on" &&
      config.kubernetes != "off") {
    return absl::InvalidArgumentError(absl::StrCat(
        "--kubernetes is auto, on or off, not \"", config.kubernetes, "\""));
  }
  if (!config.kube_context.empty() && config.kubeconfig.empty()) {
    return absl::InvalidArgumentError("--kube-context needs --kubeconfig");
  }
  if (config.kubernetes_wait < absl::ZeroDuration() ||
      config.kubernetes_wait > kMaxKubernetesWait) {
    return absl::InvalidArgumentError(
        absl::StrCat("--kubernetes-wait is between 0s and ",
                     absl::FormatDuration(kMaxKubernetesWait)));
  }
  if (config.http_tls_cert.empty() != config.http_tls_key.empty()) {
    return absl::InvalidArgumentError(
        "--http-tls-cert and --http-tls-key go together");
  }
  return CheckIngest(config);
}

}  // namespace

absl::Status ParseServerCommandLine(int argc, const char* const* argv,
                                    ServerCommandLine* result) {
  FlagSet flags("eyrie-server", kDescription);
  AddNetworkFlags(flags, result->config);
  AddIngestFlags(flags, result->config);
  AddStorageFlags(flags, *result);
  AddKubernetesFlags(flags, result->config);
  AddOtherFlags(flags, *result);
  EYRIE_RETURN_IF_ERROR(ParseFlagsAndConfig(argc, argv, &flags));
  result->show_help = flags.help_requested();
  result->help_text = flags.Help() + kExamples;
  if (result->show_help || result->show_version) return absl::OkStatus();
  return CheckConfig(result->config);
}

}  // namespace eyrie::server
