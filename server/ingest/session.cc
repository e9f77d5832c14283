// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/session.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/logging.h"
#include "common/proto_time.h"
#include "common/status_macros.h"
#include "common/version.h"

namespace eyrie::server {

Session::Session(const SessionDeps& deps, SessionOutput* output,
                 std::string peer, uint64_t stream)
    : deps_(deps), peer_(std::move(peer)), stream_(stream), output_(output) {}

void Session::OnRequest(v1::ConnectRequest request) {
  bool has_hello;
  {
    absl::MutexLock lock(&mutex_);
    has_hello = has_hello_;
  }
  absl::Status status;
  switch (request.message_case()) {
    case v1::ConnectRequest::kHello:
      status = OnHello(request.hello());
      break;
    case v1::ConnectRequest::kEvents:
      status = has_hello ? OnBatch(std::move(*request.mutable_events()))
                         : absl::FailedPreconditionError(
                               "the first message must be a hello");
      break;
    case v1::ConnectRequest::kHeartbeat:
      if (has_hello) OnHeartbeat(request.heartbeat());
      break;
    case v1::ConnectRequest::kConfigAck:
      if (has_hello) OnConfigAck(request.config_ack());
      break;
    case v1::ConnectRequest::kInventory:
      if (has_hello) {
        deps_.nodes->TakeInventory(node(), stream_, request.inventory());
      }
      break;
    case v1::ConnectRequest::MESSAGE_NOT_SET:
      break;  // Of a newer collector: ignored.
  }
  if (!status.ok()) {
    Fail(status);
    return;
  }
  absl::MutexLock lock(&mutex_);
  if (output_ == nullptr) return;
  if (pending_ >= kMaxPending) {
    read_waits_ = true;
  } else {
    output_->ReadNext();
  }
}

absl::Status Session::OnHello(const v1::Hello& hello) {
  if (hello.node().empty() || hello.node().size() > kMaxNodeName) {
    return absl::InvalidArgumentError(
        absl::StrCat("a node's name has 1 to ", kMaxNodeName,
                     " bytes, this one has ", hello.node().size()));
  }
  if (hello.run_id() == 0) {
    return absl::InvalidArgumentError("hello without a run id");
  }
  EYRIE_ASSIGN_OR_RETURN(
      const uint64_t acked,
      deps_.store->AckedSequence(hello.node(), hello.run_id()));
  {
    absl::MutexLock lock(&mutex_);
    if (has_hello_) {
      return absl::FailedPreconditionError("a stream has one hello");
    }
    has_hello_ = true;
    node_ = hello.node();
    run_id_ = hello.run_id();
    received_ = acked_ = acked;
  }
  EYRIE_RETURN_IF_ERROR(deps_.nodes->Connected(hello, peer_, stream_));
  deps_.nodes->SetAcked(hello.node(), acked);
  v1::Welcome welcome;
  welcome.set_acked_sequence(acked);
  welcome.set_server_version(std::string(Version()));
  welcome.set_heartbeat_interval_ms(static_cast<uint32_t>(
      absl::ToInt64Milliseconds(deps_.heartbeat_interval)));
  absl::MutexLock lock(&mutex_);
  if (output_ != nullptr) output_->SendWelcome(std::move(welcome));
  return absl::OkStatus();
}

absl::Status Session::OnBatch(v1::EventBatch batch) {
  deps_.stats->batches.fetch_add(1, std::memory_order_relaxed);
  deps_.stats->bytes.fetch_add(batch.records().size(),
                               std::memory_order_relaxed);
  absl::MutexLock lock(&mutex_);
  if (batch.run_id() != run_id_) {
    return absl::InvalidArgumentError(
        "a batch of another run than the hello's");
  }
  if (batch.sequence() <= received_) {
    deps_.stats->duplicate_batches.fetch_add(1, std::memory_order_relaxed);
    // Judged already, or on its way: the ack will come or is repeated here.
    if (batch.sequence() <= acked_ && output_ != nullptr) {
      output_->SendAck(acked_);
    }
    return absl::OkStatus();
  }
  if (batch.sequence() != received_ + 1) {
    deps_.stats->sequence_holes.fetch_add(1, std::memory_order_relaxed);
  }
  received_ = batch.sequence();
  ++pending_;
  batches_.push_back(std::move(batch));
  if (!judging_) {
    judging_ = true;
    deps_.pool->Schedule([self = shared_from_this()] { self->JudgeNext(); });
  }
  return absl::OkStatus();
}

void Session::JudgeNext() {
  v1::EventBatch batch;
  std::string node;
  {
    absl::MutexLock lock(&mutex_);
    batch = std::move(batches_.front());
    batches_.pop_front();
    node = node_;
  }
  Verdict verdict = deps_.detector->Judge(node, batch);
  deps_.nodes->CountBatch(node, verdict.records, verdict.detections.size());
  if (!verdict.malformed.empty()) RecordMalformed(node, batch, verdict);
  const uint64_t sequence = batch.sequence();
  std::vector<absl::Time> detected;
  for (const v1::Detection& detection : verdict.detections) {
    detected.push_back(FromProtoTime(detection.time()));
  }
  JudgedBatch judged;
  judged.ack = {node, batch.run_id(), sequence};
  judged.detections = std::move(verdict.detections);
  judged.links = std::move(verdict.links);
  judged.held = std::move(verdict.held);
  judged.done = [self = shared_from_this(), sequence,
                 detected = std::move(detected)](const absl::Status& status) {
    self->OnDurable(sequence, detected, status);
  };
  deps_.writer->Submit(std::move(judged));
  absl::MutexLock lock(&mutex_);
  if (batches_.empty()) {
    judging_ = false;
  } else {
    deps_.pool->Schedule([self = shared_from_this()] { self->JudgeNext(); });
  }
}

void Session::RecordMalformed(const std::string& node,
                              const v1::EventBatch& batch,
                              const Verdict& verdict) {
  LogWarning("a batch holds malformed records",
             {{"node", node},
              {"sequence", absl::StrCat(batch.sequence())},
              {"judged", absl::StrCat(verdict.records)},
              {"error", verdict.malformed}});
  v1::CoverageGap gap;
  gap.set_node(node);
  gap.set_run_id(batch.run_id());
  *gap.mutable_first_seen() = ToProtoTime(deps_.clock->Now());
  *gap.mutable_last_seen() = gap.first_seen();
  v1::LossReport* loss = gap.add_losses();
  loss->set_reason(v1::LossReport::REASON_MALFORMED);
  loss->set_count(batch.record_count() > verdict.records
                      ? batch.record_count() - verdict.records
                      : 1);
  RecordGap(gap);
}

void Session::RecordGap(const v1::CoverageGap& gap) {
  const absl::Status status = deps_.writer->RecordGap(gap);
  if (status.ok()) return;
  LogWarning("storing a coverage gap failed",
             {{"node", gap.node()}, {"error", status.ToString()}});
}

void Session::OnDurable(uint64_t sequence,
                        const std::vector<absl::Time>& detected,
                        const absl::Status& status) {
  if (!status.ok()) {
    Fail(status);
    return;
  }
  const absl::Time now = deps_.clock->Now();
  for (const absl::Time time : detected) {
    deps_.stored_latency.Observe(absl::ToDoubleSeconds(now - time));
  }
  std::string node;
  {
    absl::MutexLock lock(&mutex_);
    --pending_;
    if (sequence > acked_) acked_ = sequence;
    node = node_;
    if (output_ != nullptr) {
      output_->SendAck(acked_);
      if (read_waits_) {
        read_waits_ = false;
        output_->ReadNext();
      }
    }
  }
  deps_.nodes->SetAcked(node, sequence);
}

void Session::OnHeartbeat(const v1::Heartbeat& heartbeat) {
  deps_.stats->heartbeats.fetch_add(1, std::memory_order_relaxed);
  std::string node;
  uint64_t run_id;
  {
    absl::MutexLock lock(&mutex_);
    node = node_;
    run_id = run_id_;
  }
  const v1::CoverageGap gap =
      deps_.nodes->TakeHeartbeat(node, run_id, heartbeat);
  if (!gap.losses().empty()) RecordGap(gap);
}

void Session::OnConfigAck(const v1::ConfigAck& ack) {
  const std::string name = node();
  if (ack.code() == 0) {
    deps_.nodes->SetConfigVersion(name, ack.version());
    return;
  }
  deps_.stats->config_nacks.fetch_add(1, std::memory_order_relaxed);
  LogWarning("a node refused its configuration",
             {{"node", name}, {"error", ack.message()}});
}

void Session::SendConfig(const std::vector<std::string>& event_types,
                         uint64_t version) {
  absl::MutexLock lock(&mutex_);
  if (!has_hello_ || output_ == nullptr) return;
  if (has_config_ && config_types_ == event_types) return;
  has_config_ = true;
  config_types_ = event_types;
  config_version_ = version;
  v1::CollectorConfig config;
  config.set_version(version);
  for (const std::string& type : event_types) config.add_event_types(type);
  output_->SendConfig(std::move(config));
}

void Session::Supersede() {
  deps_.stats->streams_superseded.fetch_add(1, std::memory_order_relaxed);
  Fail(absl::AbortedError(
      absl::StrCat("another stream of node \"", node(), "\" took over")));
}

void Session::Fail(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (output_ != nullptr) output_->Fail(status);
}

void Session::Detach() {
  std::string node;
  {
    absl::MutexLock lock(&mutex_);
    output_ = nullptr;
    node = node_;
  }
  if (!node.empty()) deps_.nodes->Disconnected(node, stream_);
}

std::string Session::node() const {
  absl::MutexLock lock(&mutex_);
  return node_;
}

}  // namespace eyrie::server
