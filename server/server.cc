// SPDX-License-Identifier: Apache-2.0

#include "server/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/address.h"
#include "common/clock.h"
#include "common/http_server.h"
#include "common/logging.h"
#include "common/metrics.h"
#include "common/status_macros.h"
#include "common/tls.h"
#include "rules/fields/unknown_domains.h"
#include "server/api/event_service.h"
#include "server/api/incident_service.h"
#include "server/api/node_service.h"
#include "server/api/rule_service.h"
#include "server/api/server_service.h"
#include "server/detect/batch_pods.h"
#include "server/detect/detector.h"
#include "server/detect/domain_resolver.h"
#include "server/detect/event_hub.h"
#include "server/detect/exec_linker.h"
#include "server/holdback/hold_back.h"
#include "server/incidents/incident_writer.h"
#include "server/incidents/watch_hub.h"
#include "server/ingest/collector_service.h"
#include "server/ingest/http_ingest.h"
#include "server/ingest/ingest_auth.h"
#include "server/ingest/json_ingest.h"
#include "server/ingest/json_ingest_metrics.h"
#include "server/ingest/work_pool.h"
#include "server/kubernetes/cluster_watch.h"
#include "server/kubernetes/pod_directory.h"
#include "server/nodes/node_registry.h"
#include "server/observe/domain_metrics.h"
#include "server/observe/kubernetes_metrics.h"
#include "server/observe/server_metrics.h"
#include "server/rules/rule_store.h"
#include "server/storage/retention_loop.h"
#include "server/storage/rocksdb_store.h"

namespace eyrie::server {
namespace {

// A batch is at most 1 MiB; the rest of a request is far smaller. Rule files
// are at most 8 MiB together.
constexpr int kMaxReceivedBytes = 9 << 20;
// Requests that deliver events and wait for the disk, each with a body of at
// most 8 MiB.
constexpr int kIngestThreads = 4;
// The mark is 3 ms when idle and 50 ms under load: finest around these.
constexpr double kStoredLatencyBounds[] = {
    0.0005, 0.001, 0.0015, 0.002, 0.0025, 0.003, 0.004, 0.005,
    0.0075, 0.01,  0.015,  0.02,  0.03,   0.04,  0.05,  0.075,
    0.1,    0.25,  0.5,    1,     2.5,    5,     10,    30};
// Watches hold a thread each: 64 of incidents, 32 of events, and calls beside.
constexpr int kMaxApiThreads = 160;

size_t DetectThreads(const ServerConfig& config) {
  if (config.detect_threads > 0) {
    return static_cast<size_t>(config.detect_threads);
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

// As detections name this server.
std::string HostName() {
  char name[HOST_NAME_MAX + 1] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "server";
}

absl::Status MakeDataDirectory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) return absl::OkStatus();
  return absl::ErrnoToStatus(
      error.value(), absl::StrCat("making the data directory ", directory,
                                  " (choose another with --data-dir)"));
}

}  // namespace

// In order of construction; destruction goes the other way round.
struct Server::Parts {
  explicit Parts(const ServerConfig& config) : config(config) {}
  // Its thread uses what is destroyed before it.
  ~Parts() {
    if (hold_back != nullptr) hold_back->Stop();
  }

  const ServerConfig config;
  const absl::Time start_time = absl::Now();
  MetricRegistry metrics;
  StoreStats store_stats;
  IncidentWriterStats writer_stats;
  IngestStats ingest_stats;
  std::unique_ptr<Store> store;
  std::unique_ptr<RuleStore> rules;
  std::unique_ptr<EventHub> event_hub;
  std::unique_ptr<WatchHub> watch_hub;
  std::unique_ptr<NodeRegistry> nodes;
  std::unique_ptr<ExecLinker> exec_linker;
  // Empty without a cluster. Records that one was waited for when the server
  // ended are judged in any case.
  std::unique_ptr<PodDirectory> pods;
  std::unique_ptr<DomainResolver> domains;  // null if names are not resolved
  std::unique_ptr<HoldBack> hold_back;
  std::unique_ptr<Detector> detector;
  std::unique_ptr<IncidentWriter> writer;
  std::unique_ptr<ClusterWatch> cluster;  // null without one
  std::unique_ptr<RetentionLoop> retention;
  std::unique_ptr<WorkPool> pool;
  std::unique_ptr<CollectorService> collectors;
  JsonIngestMetrics json_metrics{&metrics};
  std::unique_ptr<JsonIngest> json_ingest;
  std::unique_ptr<IngestAuth> ingest_auth;
  std::unique_ptr<EventService> events_api;
  std::unique_ptr<IncidentService> incidents_api;
  std::unique_ptr<NodeService> nodes_api;
  std::unique_ptr<RuleService> rules_api;
  std::unique_ptr<ServerService> server_api;
  std::unique_ptr<grpc::Server> grpc;
  std::string grpc_address;
  std::unique_ptr<HttpServer> http;

  absl::Status OpenStore();
  absl::Status LoadRules();
  absl::Status MakePipeline();
  // Begins to watch the cluster, if there is one.
  absl::Status MakeDetector();
  void MakeDomains();
  void MakeJsonIngest();
  absl::Status Listen();
  absl::Status ListenGrpc();
  absl::Status ListenHttp();
};

absl::Status Server::Parts::OpenStore() {
  EYRIE_RETURN_IF_ERROR(MakeDataDirectory(config.data_dir));
  RocksDbStoreOptions options;
  options.directory = config.data_dir + "/db";
  options.stats = &store_stats;
  EYRIE_ASSIGN_OR_RETURN(store, RocksDbStore::Open(std::move(options)));
  return absl::OkStatus();
}

absl::Status Server::Parts::LoadRules() {
  RuleStoreOptions options = {config.rules, config.source_files, {}};
  if (config.compat) options.compat = rules::Compat::All();
  rules = std::make_unique<RuleStore>(store.get(), std::move(options));
  if (config.rules.empty()) {
    LogWarning("no --rules given: nothing will be detected");
    return absl::OkStatus();
  }
  rules::Diagnostics diagnostics;
  const absl::Status status = rules->Reload(diagnostics);
  if (!diagnostics.entries().empty()) {
    std::fputs(diagnostics.ToString().c_str(), stderr);
  }
  return status;
}

absl::Status Server::Parts::MakeDetector() {
  pods = std::make_unique<PodDirectory>(ObjectTableOptions(), Clock::Real());
  HoldBackOptions options;
  options.wait = config.kubernetes_wait;
  hold_back = std::make_unique<HoldBack>(pods.get(), options);
  EYRIE_ASSIGN_OR_RETURN(const std::optional<ClusterAccess> access,
                         ChooseCluster({.mode = config.kubernetes,
                                        .kubeconfig = config.kubeconfig,
                                        .context = config.kube_context}));
  if (!access.has_value()) {
    // Nothing will be known, so nobody waits.
    for (const ResourceInfo& info : kResources) {
      pods->SetState(info.kind, KindState::kFailing);
    }
    detector = std::make_unique<Detector>(rules.get(), event_hub.get(),
                                          exec_linker.get());
    return absl::OkStatus();
  }
  LogInfo("Kubernetes is watched",
          {{"server", access->server}, {"as", access->origin}});
  pods->OnChange([this] { hold_back->OnPodsChanged(); });
  detector = std::make_unique<Detector>(
      rules.get(), event_hub.get(), exec_linker.get(),
      [this] { return std::make_shared<const BatchPods>(pods.get()); });
  detector->SetPodWait(hold_back.get());
  cluster = std::make_unique<ClusterWatch>(*access, pods.get());
  return absl::OkStatus();
}

void Server::Parts::MakeDomains() {
  if (!config.resolve_names) {
    detector->SetDomains(
        [table = std::make_shared<const rules::UnknownDomains>()] {
          return table;
        });
    return;
  }
  DomainResolverOptions options;
  if (cluster != nullptr) options.services = pods.get();
  domains = std::make_unique<DomainResolver>(std::move(options));
  const auto set_names = [this] {
    domains->SetNames(rules->Current()->set->domain_names());
  };
  rules->OnChange(set_names);
  set_names();
  detector->SetDomains([this] { return domains->Current(); });
}

absl::Status Server::Parts::MakePipeline() {
  event_hub = std::make_unique<EventHub>();
  absl::BitGen random;
  watch_hub = std::make_unique<WatchHub>(absl::Uniform<uint64_t>(random));
  nodes = std::make_unique<NodeRegistry>(store.get(), Clock::Real());
  EYRIE_RETURN_IF_ERROR(nodes->Load());
  exec_linker =
      std::make_unique<ExecLinker>(Clock::Real(), ExecLinkerOptions());
  EYRIE_RETURN_IF_ERROR(MakeDetector());
  MakeDomains();
  IncidentWriterOptions options;
  options.stats = &writer_stats;
  options.on_held = [this](std::vector<HeldRecord> held) {
    hold_back->Add(std::move(held));
  };
  writer = std::make_unique<IncidentWriter>(store.get(), watch_hub.get(),
                                            Clock::Real(), options);
  retention = std::make_unique<RetentionLoop>(
      store.get(), Clock::Real(),
      RetentionLoopOptions{config.retention_interval, config.retention_age,
                           static_cast<uint64_t>(config.retention_bytes)});
  pool = std::make_unique<WorkPool>(DetectThreads(config));
  SessionDeps deps;
  deps.store = store.get();
  deps.detector = detector.get();
  deps.writer = writer.get();
  deps.nodes = nodes.get();
  deps.pool = pool.get();
  deps.stats = &ingest_stats;
  deps.clock = Clock::Real();
  deps.heartbeat_interval = config.heartbeat_interval;
  deps.stored_latency = metrics.AddHistogram(
      "eyrie_server_stored_latency_seconds",
      "From an event's time on its node to its detection on the server's disk. "
      "Includes how far the two clocks are apart.",
      {kStoredLatencyBounds, std::end(kStoredLatencyBounds)});
  EYRIE_RETURN_IF_ERROR(
      hold_back->Start({pods.get(), detector.get(), writer.get(), nodes.get(),
                        store.get(), deps.stored_latency}));
  collectors =
      std::make_unique<CollectorService>(deps, rules.get(), event_hub.get());
  MakeJsonIngest();
  events_api =
      std::make_unique<EventService>(event_hub.get(), json_ingest.get());
  incidents_api = std::make_unique<IncidentService>(store.get(), writer.get(),
                                                    watch_hub.get());
  nodes_api = std::make_unique<NodeService>(nodes.get());
  rules_api = std::make_unique<RuleService>(rules.get());
  server_api = std::make_unique<ServerService>(
      store.get(), rules.get(), nodes.get(), config.backup_dir, start_time);
  return absl::OkStatus();
}

void Server::Parts::MakeJsonIngest() {
  JsonIngestOptions options;
  options.node = HostName();
  options.max_events_per_second = config.ingest_max_rate;
  options.max_delivery_bytes = static_cast<size_t>(config.http_max_body);
  json_ingest = std::make_unique<JsonIngest>(
      JsonIngestDeps{rules.get(), writer.get(), exec_linker.get(),
                     &json_metrics, Clock::Real()},
      options);
}

absl::Status Server::Parts::ListenGrpc() {
  EYRIE_ASSIGN_OR_RETURN(Address address, ParseAddress(config.listen));
  EYRIE_ASSIGN_OR_RETURN(
      const auto credentials,
      MakeServerCredentials(
          address.ToString(),
          {config.tls_ca, config.tls_cert, config.tls_key, config.insecure}));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(address.ToString(), credentials, &port);
  builder.SetMaxReceiveMessageSize(kMaxReceivedBytes);
  grpc::ResourceQuota quota("eyrie");
  quota.SetMaxThreads(kMaxApiThreads);
  builder.SetResourceQuota(quota);
  // Nodes ping idle streams so that middleboxes keep them.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5000);
  // Two servers on one port would share its nodes by chance.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  for (grpc::Service* service :
       {static_cast<grpc::Service*>(collectors.get()),
        static_cast<grpc::Service*>(events_api.get()),
        static_cast<grpc::Service*>(incidents_api.get()),
        static_cast<grpc::Service*>(nodes_api.get()),
        static_cast<grpc::Service*>(rules_api.get()),
        static_cast<grpc::Service*>(server_api.get())}) {
    builder.RegisterService(service);
  }
  grpc = builder.BuildAndStart();
  if (grpc == nullptr || (address.kind == Address::Kind::kTcp && port == 0)) {
    return absl::UnavailableError(
        absl::StrCat("listening on ", config.listen,
                     " failed: is another server running there? (choose "
                     "another address with --listen)"));
  }
  if (address.kind == Address::Kind::kTcp) {
    address.port = static_cast<uint16_t>(port);
  }
  grpc_address = address.ToString();
  return absl::OkStatus();
}

absl::Status Server::Parts::ListenHttp() {
  ExportServerMetrics(
      {collectors.get(), &ingest_stats, pool.get(), detector.get(),
       event_hub.get(), writer.get(), &writer_stats, store.get(), &store_stats,
       nodes.get(), rules.get(), exec_linker.get()},
      metrics);
  if (cluster != nullptr) {
    ExportKubernetesMetrics({pods.get(), cluster.get(), hold_back.get()},
                            metrics);
  }
  if (domains != nullptr) ExportDomainMetrics(domains.get(), metrics);
  EYRIE_ASSIGN_OR_RETURN(const Address address,
                         ParseAddress(config.http_listen));
  EYRIE_ASSIGN_OR_RETURN(
      ingest_auth, IngestAuth::Create(
                       {config.ingest_token_file,
                        !config.http_tls_client_ca.empty(), address.IsLocal()},
                       Clock::Real()));
  HttpServerOptions options;
  options.address = config.http_listen;
  options.tls_cert = config.http_tls_cert;
  options.tls_key = config.http_tls_key;
  options.tls_client_ca = config.http_tls_client_ca;
  options.post_threads = kIngestThreads;
  options.max_body_bytes = static_cast<size_t>(config.http_max_body);
  options.on_refusal = [this](int status) {
    if (status == 413) json_metrics.CountRefusal(IngestRefusal::kTooLarge);
    if (status == 503) json_metrics.CountRefusal(IngestRefusal::kBusy);
  };
  EYRIE_ASSIGN_OR_RETURN(http, HttpServer::Create(options));
  ServeMetrics(&metrics, http.get());
  ServeIngest(json_ingest.get(), ingest_auth.get(), &json_metrics, http.get());
  ServeHealth(
      [this] {
        return store->AckedSequence("", 0).status();  // The database answers.
      },
      http.get());
  http->Start();
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Create(
    const ServerConfig& config) {
  auto parts = std::make_unique<Parts>(config);
  EYRIE_RETURN_IF_ERROR(parts->OpenStore());
  EYRIE_RETURN_IF_ERROR(parts->LoadRules());
  EYRIE_RETURN_IF_ERROR(parts->MakePipeline());
  EYRIE_RETURN_IF_ERROR(parts->ListenHttp());
  EYRIE_RETURN_IF_ERROR(parts->ListenGrpc());
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Shutdown(); }

const std::string& Server::grpc_address() const { return parts_->grpc_address; }

const std::string& Server::http_address() const {
  return parts_->http->address();
}

void Server::ReloadRules() {
  rules::Diagnostics diagnostics;
  const absl::Status status = parts_->rules->Reload(diagnostics);
  if (!diagnostics.entries().empty()) {
    std::fputs(diagnostics.ToString().c_str(), stderr);
  }
  if (status.ok()) {
    LogInfo("rules reloaded",
            {{"rules", parts_->rules->Current()->set->rules().size()},
             {"version", parts_->rules->Current()->version}});
  } else {
    LogError("the rules were not reloaded; those before stay in force",
             {{"error", status.message()}});
  }
}

void Server::Shutdown() {
  if (parts_->grpc == nullptr) return;
  parts_->watch_hub->Stop();
  parts_->events_api->Stop();
  parts_->grpc->Shutdown(
      std::chrono::system_clock::now() +
      absl::ToChronoMilliseconds(parts_->config.shutdown_timeout));
  parts_->grpc->Wait();
  parts_->grpc = nullptr;
  parts_->http->Stop();
  // Judges what was received, then writes it; what waits for pods goes on at
  // the next start.
  parts_->hold_back->Stop();
  parts_->pool = nullptr;
  parts_->writer = nullptr;
  parts_->retention = nullptr;
}

}  // namespace eyrie::server
