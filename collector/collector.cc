// SPDX-License-Identifier: Apache-2.0

#include "collector/collector.h"

#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "collector/thread_priority.h"
#include "collector/uplink/grpc_connector.h"
#include "collector/uplink/replayer.h"
#include "common/logging.h"
#include "common/proto_time.h"
#include "common/status_macros.h"
#include "common/version.h"
#include "proto/event_catalog.h"

namespace eyrie::collector {
namespace {

// How long a wait may keep the main thread from noticing Stop() or a new
// configuration.
constexpr absl::Duration kWaitStep = absl::Milliseconds(50);

}  // namespace

absl::StatusOr<std::unique_ptr<Collector>> Collector::Create(
    const CollectorOptions& options, std::unique_ptr<EventSource> source,
    std::unique_ptr<ProcReader> proc,
    std::unique_ptr<NodeContainers> containers) {
  EYRIE_ASSIGN_OR_RETURN(const NodeIdentity identity, ReadNodeIdentity());
  auto collector =
      absl::WrapUnique(new Collector(options, identity, DrawRunId()));
  collector->source_ = std::move(source);
  collector->proc_ = std::move(proc);
  collector->containers_ = std::move(containers);
  EYRIE_RETURN_IF_ERROR(collector->OpenFiles());
  EYRIE_RETURN_IF_ERROR(collector->MakeUplink(identity));
  if (collector->source_ != nullptr) collector->MakePipeline();
  EYRIE_RETURN_IF_ERROR(collector->MakeHttp());
  return collector;
}

Collector::Collector(const CollectorOptions& options,
                     const NodeIdentity& identity, uint64_t run_id)
    : options_(options),
      run_id_(run_id),
      node_(options.node.empty() ? identity.host_name : options.node),
      spool_(run_id, static_cast<size_t>(options.spool_bytes)) {}

Collector::~Collector() {
  // Pages of metrics ask the parts that go next.
  if (http_ != nullptr) http_->Stop();
}

absl::Status Collector::OpenFiles() {
  if (!options_.replay.empty()) {
    EYRIE_ASSIGN_OR_RETURN(replay_, RecordingReader::Open(options_.replay));
  }
  if (options_.record.empty()) return absl::OkStatus();
  RecordingWriterOptions recording;
  recording.path = options_.record;
  recording.compress = options_.record_compress;
  recording.run_id = run_id_;
  recording.catalog_hash =
      replay_ != nullptr ? replay_->catalog_hash() : EventCatalogHash();
  EYRIE_ASSIGN_OR_RETURN(recording_, RecordingWriter::Create(recording));
  return absl::OkStatus();
}

absl::Status Collector::MakeUplink(const NodeIdentity& identity) {
  GrpcConnectorOptions connector;
  connector.server = options_.server;
  connector.tls.ca = options_.tls_ca;
  connector.tls.cert = options_.tls_cert;
  connector.tls.key = options_.tls_key;
  connector.tls.is_insecure_allowed = options_.insecure;
  EYRIE_ASSIGN_OR_RETURN(connector_, MakeGrpcConnector(connector));

  if (containers_ != nullptr) {
    inventory_ = std::make_unique<InventoryFeed>(registry());
  }
  UplinkOptions uplink;
  v1::Hello& hello = uplink.hello;
  hello.set_node(node_);
  for (const auto& [key, value] : options_.labels) {
    (*hello.mutable_labels())[key] = value;
  }
  hello.set_boot_id(identity.boot_id);
  hello.set_run_id(run_id_);
  hello.set_collector_version(std::string(Version()));
  hello.set_kernel_release(identity.kernel_release);
  hello.set_architecture(identity.architecture);
  hello.set_event_catalog_hash(replay_ != nullptr ? replay_->catalog_hash()
                                                  : EventCatalogHash());
  hello.set_sensor(replay_ != nullptr ? "recording" : source_->name());
  hello.set_cpus(identity.cpus);
  uplink_ = std::make_unique<Uplink>(
      uplink, connector_.get(), &spool_,
      [this](v1::Heartbeat* heartbeat) { FillHeartbeat(heartbeat); },
      inventory_.get());
  return absl::OkStatus();
}

void Collector::MakePipeline() {
  PipelineOptions pipeline;
  pipeline.processes.max_images =
      static_cast<size_t>(options_.process_table_size);
  pipeline.host_root = options_.host_root;
  pipeline.environment = EnvFilter(options_.env_names);
  pipeline.cgroups.max_wait = options_.container_wait;
  PipelineDeps deps;
  deps.source = source_.get();
  deps.clock = NodeClock::Real();
  deps.proc = proc_.get();
  deps.containers = registry();
  deps.spool = &spool_;
  deps.is_connected = [this] { return uplink_->is_connected(); };
  deps.on_closed = [this](const Batch& batch) { Record(batch); };
  deps.on_spooled = [this] { uplink_->Wake(); };
  deps.lag = metrics_.AddHistogram(
      "eyrie_collector_poll_lag_seconds",
      "Age of the oldest record of a poll when it is taken from the source.",
      LatencyBounds());
  pipeline_ = std::make_unique<Pipeline>(pipeline, std::move(deps));
}

absl::Status Collector::MakeHttp() {
  HttpServerOptions http;
  http.address = options_.http_listen;
  EYRIE_ASSIGN_OR_RETURN(http_, HttpServer::Create(http));
  RegisterMetrics(Sources(), &metrics_);
  ServeMetrics(&metrics_, http_.get());
  ServeHealth([this] { return IsReady(); }, http_.get());
  return absl::OkStatus();
}

MetricSources Collector::Sources() const {
  return {source_.get(), pipeline_.get(), registry(), &spool_, uplink_.get()};
}

absl::Status Collector::IsReady() const {
  if (uplink_->is_connected()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("not connected to the server at ", options_.server));
}

absl::Status Collector::Run() {
  http_->Start();
  if (containers_ != nullptr) registry()->Start();
  uplink_->Start();
  const absl::Status status = replay_ != nullptr ? Replay() : Collect();
  unacked_batches_ = uplink_->Stop(absl::Now() + options_.shutdown_timeout);
  if (unacked_batches_ > 0) {
    LogWarning(
        "ending with batches that the server does not have",
        {{"batches", unacked_batches_}, {"events", spool_.stats().records}});
  }
  return status;
}

absl::Status Collector::Collect() {
  // Only this thread: what it does is little, and the rings wait for it.
  const absl::Status raised = SetThreadNice(options_.reader_nice);
  if (!raised.ok()) {
    LogWarning("reading without priority: a busy node may lose events",
               {{"error", raised.ToString()},
                {"way_out", "grant CAP_SYS_NICE, or --reader-nice 0"}});
  }
  EYRIE_RETURN_IF_ERROR(source_->Start());
  absl::Status status;
  while (!is_stopping_ && status.ok()) {
    ApplyConfig();
    status = pipeline_->RunOnce();
  }
  pipeline_->Flush();
  return absl::IsOutOfRange(status) ? absl::OkStatus() : status;
}

absl::Status Collector::Replay() {
  Replayer replayer({options_.replay_speed}, replay_.get(), &spool_,
                    [this](const Batch& batch) {
                      ApplyConfig();
                      Record(batch);
                      replayed_records_ += batch.records;
                      uplink_->Wake();
                    });
  const absl::Status status = replayer.Run(is_stopping_);
  uplink_->Wake();
  // Nothing comes after it, so there is no hurry either.
  while (!is_stopping_ && !spool_.AwaitEmpty(absl::Now() + kWaitStep)) {
    ApplyConfig();
  }
  LogInfo("replayed a recording", {{"file", options_.replay},
                                   {"batches", replay_->batches()},
                                   {"events", replayed_records_.load()}});
  return status;
}

void Collector::ApplyConfig() {
  const std::optional<v1::CollectorConfig> config = uplink_->TakeConfig();
  if (!config.has_value()) return;
  // A recording holds what it holds.
  const absl::Status status =
      pipeline_ == nullptr
          ? absl::OkStatus()
          : pipeline_->SetEventTypes(
                {config->event_types().begin(), config->event_types().end()});
  v1::ConfigAck ack;
  ack.set_version(config->version());
  ack.set_code(static_cast<int32_t>(status.code()));
  ack.set_message(std::string(status.message()));
  uplink_->AnswerConfig(std::move(ack));
  if (status.ok()) {
    LogInfo("collecting what the server wants",
            {{"version", config->version()},
             {"event_types", config->event_types_size()}});
  } else {
    LogError("refusing what the server wants collected",
             {{"version", config->version()}, {"error", status.ToString()}});
  }
}

void Collector::Record(const Batch& batch) {
  if (recording_ == nullptr) return;
  const absl::Status status = recording_->Write(batch);
  if (status.ok()) return;
  // Collecting matters more.
  LogError("recording stopped",
           {{"error", status.ToString()}, {"batches", recording_->batches()}});
  recording_ = nullptr;
}

void Collector::FillHeartbeat(v1::Heartbeat* heartbeat) const {
  *heartbeat->mutable_time() = ToProtoTime(absl::Now());
  for (v1::LossReport& loss : CollectLosses(Sources())) {
    *heartbeat->add_losses() = std::move(loss);
  }
  const SpoolStats spool = spool_.stats();
  heartbeat->set_last_sequence(spool.last_sequence);
  heartbeat->set_spool_batches(spool.batches);
  heartbeat->set_spool_bytes(spool.bytes);
  heartbeat->set_events(replayed_records_);
  if (pipeline_ == nullptr) return;
  const PipelineStats pipeline = pipeline_->stats();
  heartbeat->set_events(pipeline.records);
  heartbeat->set_processes(pipeline.processes.images);
}

}  // namespace eyrie::collector
