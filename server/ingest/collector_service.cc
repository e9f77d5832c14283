// SPDX-License-Identifier: Apache-2.0
//
// A Stream is the gRPC side of one session: it reads one request at a time when
// the session asks, and writes one answer at a time. What waits to be written
// is bounded by its nature: one welcome, the newest config, the newest ack.

#include "server/ingest/collector_service.h"

#include <optional>
#include <set>
#include <utility>

#include "common/logging.h"
#include "proto/event_catalog.h"

namespace eyrie::server {

class CollectorService::Stream
    : public grpc::ServerBidiReactor<v1::ConnectRequest, v1::ConnectResponse>,
      public SessionOutput {
 public:
  Stream(CollectorService* service, const std::string& peer, uint64_t id)
      : service_(service),
        session_(std::make_shared<Session>(service->deps_, this, peer, id)) {}

  // Separate from the constructor: callbacks may come at once.
  void Start() { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Fail(absl::OkStatus());
      return;
    }
    const bool is_hello = request_.has_hello();
    session_->OnRequest(std::exchange(request_, v1::ConnectRequest()));
    if (is_hello) service_->Adopt(session_);
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok && !finish_) finish_ = grpc::Status::CANCELLED;
    WriteNext();
  }

  void OnCancel() override { Fail(absl::CancelledError("stream cancelled")); }

  void OnDone() override {
    session_->Detach();
    service_->Forget(*session_);
    delete this;
  }

  void SendWelcome(v1::Welcome welcome) override {
    absl::MutexLock lock(&mutex_);
    welcome_ = std::move(welcome);
    WriteNext();
  }
  void SendAck(uint64_t sequence) override {
    absl::MutexLock lock(&mutex_);
    ack_ = sequence;
    WriteNext();
  }
  void SendConfig(v1::CollectorConfig config) override {
    absl::MutexLock lock(&mutex_);
    config_ = std::move(config);
    WriteNext();
  }
  void ReadNext() override {
    absl::MutexLock lock(&mutex_);
    if (!finish_) StartRead(&request_);
  }
  void Fail(const absl::Status& status) override {
    absl::MutexLock lock(&mutex_);
    if (finish_) return;
    finish_ = grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                           std::string(status.message()));
    WriteNext();
  }

 private:
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || finished_) return;
    response_.Clear();
    if (finish_) {
      finished_ = true;
      Finish(*finish_);
      return;
    }
    if (welcome_) {
      *response_.mutable_welcome() = *std::exchange(welcome_, std::nullopt);
    } else if (config_) {
      *response_.mutable_config() = *std::exchange(config_, std::nullopt);
    } else if (ack_) {
      response_.mutable_events_ack()->set_sequence(
          *std::exchange(ack_, std::nullopt));
    } else {
      return;
    }
    writing_ = true;
    StartWrite(&response_);
  }

  CollectorService* const service_;
  const std::shared_ptr<Session> session_;
  v1::ConnectRequest request_;
  absl::Mutex mutex_;
  v1::ConnectResponse response_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> finish_ ABSL_GUARDED_BY(mutex_);
  std::optional<v1::Welcome> welcome_ ABSL_GUARDED_BY(mutex_);
  std::optional<v1::CollectorConfig> config_ ABSL_GUARDED_BY(mutex_);
  std::optional<uint64_t> ack_ ABSL_GUARDED_BY(mutex_);
};

CollectorService::CollectorService(const SessionDeps& deps, RuleStore* rules,
                                   EventHub* hub)
    : deps_(deps), rules_(rules), hub_(hub) {
  rules_->OnChange([this] { BroadcastConfig(); });
  hub_->OnChange([this] { BroadcastConfig(); });
}

CollectorService::~CollectorService() = default;

grpc::ServerBidiReactor<v1::ConnectRequest, v1::ConnectResponse>*
CollectorService::Connect(grpc::CallbackServerContext* context) {
  uint64_t id;
  {
    absl::MutexLock lock(&mutex_);
    id = next_stream_++;
  }
  deps_.stats->streams_opened.fetch_add(1, std::memory_order_relaxed);
  auto* stream = new Stream(this, context->peer(), id);
  stream->Start();
  return stream;
}

void CollectorService::Adopt(const std::shared_ptr<Session>& session) {
  const std::string node = session->node();
  if (node.empty()) return;  // The hello was refused.
  std::shared_ptr<Session> older;
  uint64_t version;
  {
    absl::MutexLock lock(&mutex_);
    older = std::exchange(sessions_[node], session);
    version = ++config_version_;
  }
  if (older != nullptr && older != session) older->Supersede();
  session->SendConfig(WantedEventTypes(), version);
  LogInfo("node connected", {{"node", node}});
}

void CollectorService::Forget(const Session& session) {
  const std::string node = session.node();
  absl::MutexLock lock(&mutex_);
  const auto it = sessions_.find(node);
  if (it == sessions_.end() || it->second.get() != &session) return;
  sessions_.erase(it);
  LogInfo("node disconnected", {{"node", node}});
}

void CollectorService::BroadcastConfig() {
  const std::vector<std::string> types = WantedEventTypes();
  std::vector<std::shared_ptr<Session>> sessions;
  uint64_t version;
  {
    absl::MutexLock lock(&mutex_);
    version = ++config_version_;
    for (const auto& [node, session] : sessions_) sessions.push_back(session);
  }
  for (const auto& session : sessions) session->SendConfig(types, version);
}

std::vector<std::string> CollectorService::WantedEventTypes() const {
  std::set<std::string> names;
  const auto add = [&names](const auto& ids) {
    for (const uint16_t id : ids) {
      const EventInfo* info = FindEvent(id);
      if (info != nullptr) names.insert(std::string(info->name));
    }
  };
  add(rules_->Current()->set->event_types());
  add(hub_->EventTypes());
  return {names.begin(), names.end()};
}

size_t CollectorService::sessions() const {
  absl::MutexLock lock(&mutex_);
  return sessions_.size();
}

}  // namespace eyrie::server
