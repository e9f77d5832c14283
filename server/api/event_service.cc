// SPDX-License-Identifier: Apache-2.0

#include "server/api/event_service.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "rules/engine.h"
#include "server/api/grpc_status.h"

namespace eyrie::server {
namespace {

// Granularity at which a watch notices that its client is gone.
constexpr absl::Duration kWatchPoll = absl::Milliseconds(500);

}  // namespace

grpc::Status EventService::WatchEvents(
    grpc::ServerContext* context, const v1::WatchEventsRequest* request,
    grpc::ServerWriter<v1::WatchEventsResponse>* writer) {
  std::shared_ptr<const rules::RuleSet> filter;
  if (!request->filter().empty()) {
    rules::Diagnostics diagnostics;
    filter = rules::LoadCondition(request->filter(), diagnostics);
    if (filter == nullptr) {
      return ToGrpcStatus(absl::InvalidArgumentError(diagnostics.ToString()));
    }
  }
  auto watcher =
      std::make_shared<EventWatcher>(std::move(filter), request->node());
  if (const absl::Status status = hub_->Add(watcher); !status.ok()) {
    return ToGrpcStatus(status);
  }
  // The headers tell the client that events from now on are its own.
  writer->SendInitialMetadata();
  bool open = true;
  while (open && !stopped_ && !context->IsCancelled()) {
    v1::WatchEventsResponse response;
    uint64_t dropped = 0;
    auto event = watcher->Next(absl::Now() + kWatchPoll, &dropped);
    if (event == nullptr) continue;
    response.mutable_event()->Swap(event.get());
    response.set_dropped(dropped);
    open = writer->Write(response);
  }
  hub_->Remove(watcher.get());
  return stopped_ ? grpc::Status(grpc::StatusCode::UNAVAILABLE,
                                 "the server is shutting down")
                  : grpc::Status::OK;
}

grpc::Status EventService::Ingest(grpc::ServerContext*,
                                  const v1::IngestRequest* request,
                                  v1::IngestResponse* response) {
  const std::vector<absl::string_view> documents(request->documents().begin(),
                                                 request->documents().end());
  const auto result = ingest_->Ingest(request->source(), documents);
  if (!result.ok()) return ToGrpcStatus(result.status());
  response->set_events(result->events);
  response->set_duplicates(result->duplicates);
  response->set_detections(result->detections);
  return grpc::Status::OK;
}

}  // namespace eyrie::server
