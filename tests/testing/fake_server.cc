// SPDX-License-Identifier: Apache-2.0
//
// Each stream has a thread of gRPC's that reads and records; answers are
// written by whichever thread has one, one at a time under the lock.

#include "tests/testing/fake_server.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "eyrie/v1/collector_service.grpc.pb.h"

namespace eyrie::testing {

class FakeServer::Service : public v1::CollectorService::Service {
 public:
  using GrpcStream =
      grpc::ServerReaderWriter<v1::ConnectResponse, v1::ConnectRequest>;

  struct State {
    absl::Status refusal;
    bool is_silent = false;
    bool is_auto_ack = true;
    bool is_reading = true;
    bool is_stopping = false;
    uint32_t heartbeat_interval_ms = 10'000;
    uint64_t acked_override = 0;
    std::map<uint64_t, uint64_t> acked_of_run;
    std::vector<v1::Hello> hellos;
    std::vector<v1::EventBatch> batches;
    std::vector<v1::Heartbeat> heartbeats;
    std::vector<v1::ContainerInventory> inventories;
    std::vector<v1::ConfigAck> config_acks;
    std::map<GrpcStream*, grpc::ServerContext*> streams;
    size_t finished_streams = 0;
  };

  ~Service() override { Stop(); }

  void Start() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(address.empty() ? "127.0.0.1:0" : address,
                             grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    // A port that is still in use by somebody else is an error.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      fprintf(stderr, "FakeServer: cannot listen on \"%s\"\n", address.c_str());
      abort();
    }
    address = absl::StrCat("127.0.0.1:", port);
    absl::MutexLock lock(&mutex);
    state.is_stopping = false;
  }

  void Stop() {
    if (server_ == nullptr) return;
    {
      absl::MutexLock lock(&mutex);
      state.is_stopping = true;
      Changed();
    }
    Break();
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
    server_ = nullptr;
  }

  void Break() {
    absl::MutexLock lock(&mutex);
    for (const auto& [stream, context] : state.streams) context->TryCancel();
  }

  void Broadcast(const v1::ConnectResponse& response) {
    absl::MutexLock lock(&mutex);
    for (const auto& [stream, context] : state.streams) {
      stream->Write(response);
    }
  }

  grpc::Status Connect(grpc::ServerContext* context,
                       GrpcStream* stream) override {
    v1::ConnectRequest request;
    if (!stream->Read(&request)) return grpc::Status::OK;
    if (!request.has_hello()) {
      return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "no hello");
    }
    const uint64_t run_id = request.hello().run_id();
    {
      absl::MutexLock lock(&mutex);
      state.hellos.push_back(request.hello());
      Changed();
      if (!state.refusal.ok()) {
        return grpc::Status(static_cast<grpc::StatusCode>(state.refusal.code()),
                            std::string(state.refusal.message()));
      }
      if (!state.is_silent) Welcome(run_id, stream);
      state.streams[stream] = context;
    }
    while (AwaitReading(context) && stream->Read(&request)) {
      Take(run_id, request, stream);
    }
    absl::MutexLock lock(&mutex);
    state.streams.erase(stream);
    if (!context->IsCancelled()) ++state.finished_streams;
    Changed();
    return grpc::Status::OK;
  }

  // Tells those who wait. REQUIRES: the lock is held.
  void Changed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { changed.SignalAll(); }

  bool Await(const std::function<bool()>& condition) {
    const absl::Time deadline = absl::Now() + kPatience;
    while (!condition()) {
      absl::MutexLock lock(&mutex);
      // Asked again at least this often: it may depend on others, too.
      changed.WaitWithTimeout(&mutex, absl::Milliseconds(10));
      if (absl::Now() >= deadline) return false;
    }
    return true;
  }

  absl::Mutex mutex;
  absl::CondVar changed;
  State state ABSL_GUARDED_BY(mutex);
  std::string address;

 private:
  void Welcome(uint64_t run_id, GrpcStream* stream)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    v1::ConnectResponse response;
    v1::Welcome* welcome = response.mutable_welcome();
    welcome->set_acked_sequence(state.acked_override != 0
                                    ? state.acked_override
                                    : state.acked_of_run[run_id]);
    welcome->set_server_version("fake");
    welcome->set_heartbeat_interval_ms(state.heartbeat_interval_ms);
    stream->Write(response);
  }

  void Take(uint64_t run_id, const v1::ConnectRequest& request,
            GrpcStream* stream) {
    absl::MutexLock lock(&mutex);
    if (request.has_events()) {
      const uint64_t sequence = request.events().sequence();
      state.batches.push_back(request.events());
      if (state.is_auto_ack) {
        uint64_t& acked = state.acked_of_run[run_id];
        acked = std::max(acked, sequence);
        v1::ConnectResponse response;
        response.mutable_events_ack()->set_sequence(acked);
        stream->Write(response);
      }
    }
    if (request.has_heartbeat()) {
      state.heartbeats.push_back(request.heartbeat());
    }
    if (request.has_inventory()) {
      state.inventories.push_back(request.inventory());
    }
    if (request.has_config_ack()) {
      state.config_acks.push_back(request.config_ack());
    }
    Changed();
  }

  // Waits until the script wants requests; false if the stream is to end.
  bool AwaitReading(grpc::ServerContext* context) {
    absl::MutexLock lock(&mutex);
    while (!state.is_reading && !state.is_stopping && !context->IsCancelled()) {
      changed.WaitWithTimeout(&mutex, absl::Milliseconds(10));
    }
    return !state.is_stopping;
  }

  std::unique_ptr<grpc::Server> server_;
};

FakeServer::FakeServer() : service_(std::make_unique<Service>()) {
  service_->Start();
}
FakeServer::~FakeServer() = default;

const std::string& FakeServer::address() const { return service_->address; }
void FakeServer::Stop() { service_->Stop(); }
void FakeServer::Start() { service_->Start(); }

void FakeServer::RefuseWith(const absl::Status& status) {
  absl::MutexLock lock(&service_->mutex);
  service_->state.refusal = status;
}

void FakeServer::StaySilent(bool is_silent) {
  absl::MutexLock lock(&service_->mutex);
  service_->state.is_silent = is_silent;
}

void FakeServer::SetAutoAck(bool is_on) {
  absl::MutexLock lock(&service_->mutex);
  service_->state.is_auto_ack = is_on;
}

void FakeServer::SetReading(bool is_on) {
  absl::MutexLock lock(&service_->mutex);
  service_->state.is_reading = is_on;
  service_->Changed();
}

void FakeServer::SetHeartbeatInterval(absl::Duration interval) {
  absl::MutexLock lock(&service_->mutex);
  service_->state.heartbeat_interval_ms =
      static_cast<uint32_t>(absl::ToInt64Milliseconds(interval));
}

void FakeServer::OverrideAcked(uint64_t sequence) {
  absl::MutexLock lock(&service_->mutex);
  service_->state.acked_override = sequence;
}

void FakeServer::SendAck(uint64_t sequence) {
  v1::ConnectResponse response;
  response.mutable_events_ack()->set_sequence(sequence);
  service_->Broadcast(response);
}

void FakeServer::SendConfig(uint64_t version,
                            const std::vector<std::string>& types) {
  v1::ConnectResponse response;
  response.mutable_config()->set_version(version);
  for (const std::string& type : types) {
    response.mutable_config()->add_event_types(type);
  }
  service_->Broadcast(response);
}

void FakeServer::BreakStreams() { service_->Break(); }

std::vector<v1::Hello> FakeServer::hellos() const {
  absl::MutexLock lock(&service_->mutex);
  return service_->state.hellos;
}

std::vector<v1::EventBatch> FakeServer::batches() const {
  absl::MutexLock lock(&service_->mutex);
  return service_->state.batches;
}

std::vector<uint64_t> FakeServer::sequences() const {
  absl::MutexLock lock(&service_->mutex);
  std::vector<uint64_t> sequences;
  for (const v1::EventBatch& batch : service_->state.batches) {
    sequences.push_back(batch.sequence());
  }
  return sequences;
}

void FakeServer::ForgetBatches() {
  absl::MutexLock lock(&service_->mutex);
  service_->state.batches.clear();
}

std::vector<v1::Heartbeat> FakeServer::heartbeats() const {
  absl::MutexLock lock(&service_->mutex);
  return service_->state.heartbeats;
}

std::vector<v1::ContainerInventory> FakeServer::inventories() const {
  absl::MutexLock lock(&service_->mutex);
  return service_->state.inventories;
}

std::vector<v1::ConfigAck> FakeServer::config_acks() const {
  absl::MutexLock lock(&service_->mutex);
  return service_->state.config_acks;
}

size_t FakeServer::open_streams() const {
  absl::MutexLock lock(&service_->mutex);
  return service_->state.streams.size();
}

size_t FakeServer::finished_streams() const {
  absl::MutexLock lock(&service_->mutex);
  return service_->state.finished_streams;
}

bool FakeServer::AwaitHellos(size_t count) const {
  return Await([this, count] { return hellos().size() >= count; });
}

bool FakeServer::AwaitBatches(size_t count) const {
  return Await([this, count] { return batches().size() >= count; });
}

bool FakeServer::AwaitHeartbeats(size_t count) const {
  return Await([this, count] { return heartbeats().size() >= count; });
}

bool FakeServer::AwaitConfigAcks(size_t count) const {
  return Await([this, count] { return config_acks().size() >= count; });
}

bool FakeServer::Await(const std::function<bool()>& condition) const {
  return service_->Await(condition);
}

}  // namespace eyrie::testing
