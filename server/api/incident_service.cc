// SPDX-License-Identifier: Apache-2.0

#include "server/api/incident_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/proto_time.h"
#include "server/api/grpc_status.h"
#include "server/api/page.h"
#include "server/incidents/incident_filter.h"

namespace eyrie::server {
namespace {

// How long a quiet watch waits before it tells the client that it is alive and
// where to resume.
constexpr absl::Duration kWatchProgress = absl::Seconds(15);
// Granularity at which a watch notices that its client is gone.
constexpr absl::Duration kWatchPoll = absl::Milliseconds(500);
constexpr size_t kWatchBatch = 256;

}  // namespace

IncidentService::IncidentService(Store* store, IncidentWriter* writer,
                                 WatchHub* hub)
    : store_(store), writer_(writer), hub_(hub) {}

grpc::Status IncidentService::ListIncidents(
    grpc::ServerContext*, const v1::ListIncidentsRequest* request,
    v1::ListIncidentsResponse* response) {
  auto page = store_->ListIncidents(
      request->filter(), PageSize(request->page_size()), request->page_token());
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (v1::Incident& incident : page->items) {
    *response->add_incidents() = std::move(incident);
  }
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status IncidentService::GetIncident(grpc::ServerContext*,
                                          const v1::GetIncidentRequest* request,
                                          v1::Incident* response) {
  auto incident = store_->GetIncident(request->id());
  if (!incident.ok()) return ToGrpcStatus(incident.status());
  *response = *std::move(incident);
  return grpc::Status::OK;
}

grpc::Status IncidentService::UpdateIncident(
    grpc::ServerContext*, const v1::UpdateIncidentRequest* request,
    v1::Incident* response) {
  auto incident = writer_->Update(*request);
  if (!incident.ok()) return ToGrpcStatus(incident.status());
  *response = *std::move(incident);
  return grpc::Status::OK;
}

grpc::Status IncidentService::ListDetections(
    grpc::ServerContext*, const v1::ListDetectionsRequest* request,
    v1::ListDetectionsResponse* response) {
  auto page = store_->ListDetections(request->filter(), request->incident_id(),
                                     PageSize(request->page_size()),
                                     request->page_token());
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (v1::Detection& detection : page->items) {
    *response->add_detections() = std::move(detection);
  }
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status IncidentService::ListCoverageGaps(
    grpc::ServerContext*, const v1::ListCoverageGapsRequest* request,
    v1::ListCoverageGapsResponse* response) {
  auto page = store_->ListCoverageGaps(
      FromProtoTime(request->since()), request->node(),
      PageSize(request->page_size()), request->page_token());
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (v1::CoverageGap& gap : page->items) {
    *response->add_gaps() = std::move(gap);
  }
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status IncidentService::WatchIncidents(
    grpc::ServerContext* context, const v1::WatchIncidentsRequest* request,
    grpc::ServerWriter<v1::WatchIncidentsResponse>* writer) {
  if (const absl::Status status = CheckFilter(request->filter());
      !status.ok()) {
    return ToGrpcStatus(status);
  }
  if (watchers_.fetch_add(1) >= kMaxWatchers) {
    watchers_.fetch_sub(1);
    return ToGrpcStatus(absl::ResourceExhaustedError(
        absl::StrCat("the server serves ", kMaxWatchers,
                     " incident watchers already; end one of them")));
  }
  const grpc::Status status = Watch(context, *request, writer);
  watchers_.fetch_sub(1);
  return status;
}

grpc::Status IncidentService::Watch(
    grpc::ServerContext* context, const v1::WatchIncidentsRequest& request,
    grpc::ServerWriter<v1::WatchIncidentsResponse>* writer) {
  std::string token = request.resume_token();
  absl::Time progress = absl::InfinitePast();  // The first tells the token.
  while (!context->IsCancelled()) {
    uint64_t dropped = 0;
    auto changes =
        hub_->Next(token, kWatchBatch, absl::Now() + kWatchPoll, &dropped);
    if (absl::IsCancelled(changes.status())) {
      return grpc::Status(grpc::StatusCode::UNAVAILABLE,
                          "the server is shutting down");
    }
    if (!changes.ok()) return ToGrpcStatus(changes.status());
    for (const auto& change : *changes) {
      if (!MatchesFilter(change->incident, request.filter())) continue;
      v1::WatchIncidentsResponse response;
      *response.mutable_incident() = change->incident;
      if (change->detection != nullptr) {
        *response.mutable_detection() = *change->detection;
      }
      response.set_resume_token(token);
      response.set_dropped(std::exchange(dropped, 0));
      if (!writer->Write(response)) return grpc::Status::CANCELLED;
      progress = absl::Now();
    }
    if (dropped > 0 || absl::Now() - progress >= kWatchProgress) {
      v1::WatchIncidentsResponse response;
      response.set_resume_token(token);
      response.set_dropped(dropped);
      if (!writer->Write(response)) return grpc::Status::CANCELLED;
      progress = absl::Now();
    }
  }
  return grpc::Status::CANCELLED;
}

}  // namespace eyrie::server
