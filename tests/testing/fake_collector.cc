// SPDX-License-Identifier: Apache-2.0

#include "tests/testing/fake_collector.h"

#include <grpcpp/grpcpp.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eyrie/v1/collector_service.grpc.pb.h"

namespace eyrie::testing {
namespace {

constexpr absl::Duration kRetryDelay = absl::Milliseconds(10);

}  // namespace

void FakeCollector::Add(v1::EventBatch batch) {
  batch.set_run_id(run_id_);
  batch.set_sequence(++last_sequence_);
  batches_.push_back(std::move(batch));
}

absl::Status FakeCollector::Deliver(const std::string& address,
                                    absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  absl::Status status;
  while (!batches_.empty()) {
    status = DeliverOnce(address, deadline);
    if (batches_.empty()) break;
    if (absl::Now() >= deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat(batches_.size(),
                       " batches are not acknowledged: ", status.ToString()));
    }
    absl::SleepFor(kRetryDelay);
  }
  return absl::OkStatus();
}

absl::Status FakeCollector::DeliverOnce(const std::string& address,
                                        absl::Time deadline) {
  const auto stub = v1::CollectorService::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  const auto stream = stub->Connect(&context);
  v1::ConnectRequest request;
  request.mutable_hello()->set_node(node_);
  request.mutable_hello()->set_run_id(run_id_);
  v1::ConnectResponse response;
  if (stream->Write(request) && stream->Read(&response) &&
      response.has_welcome()) {
    TakeAck(response.welcome().acked_sequence());
    bool is_open = true;
    for (const v1::EventBatch& batch : batches_) {
      request.Clear();
      *request.mutable_events() = batch;
      is_open = is_open && stream->Write(request);
    }
    while (!batches_.empty() && stream->Read(&response)) {
      if (response.has_events_ack()) TakeAck(response.events_ack().sequence());
    }
  }
  context.TryCancel();
  const grpc::Status status = stream->Finish();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
}

void FakeCollector::TakeAck(uint64_t sequence) {
  while (!batches_.empty() && batches_.front().sequence() <= sequence) {
    batches_.pop_front();
  }
}

}  // namespace eyrie::testing
