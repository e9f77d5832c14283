// SPDX-License-Identifier: Apache-2.0
//
// IncidentService of the API.

#ifndef EYRIE_SERVER_API_INCIDENT_SERVICE_H_
#define EYRIE_SERVER_API_INCIDENT_SERVICE_H_

#include <atomic>

#include "eyrie/v1/incident_service.grpc.pb.h"

#include "server/incidents/incident_writer.h"
#include "server/incidents/watch_hub.h"
#include "server/storage/store.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class IncidentService : public v1::IncidentService::Service {
 public:
  // Each holds a thread of the server for as long as it lasts.
  static constexpr int kMaxWatchers = 64;

  // Borrows all.
  IncidentService(Store* store, IncidentWriter* writer, WatchHub* hub);

  grpc::Status ListIncidents(grpc::ServerContext* context,
                             const v1::ListIncidentsRequest* request,
                             v1::ListIncidentsResponse* response) override;
  grpc::Status GetIncident(grpc::ServerContext* context,
                           const v1::GetIncidentRequest* request,
                           v1::Incident* response) override;
  grpc::Status UpdateIncident(grpc::ServerContext* context,
                              const v1::UpdateIncidentRequest* request,
                              v1::Incident* response) override;
  grpc::Status ListDetections(grpc::ServerContext* context,
                              const v1::ListDetectionsRequest* request,
                              v1::ListDetectionsResponse* response) override;
  grpc::Status WatchIncidents(
      grpc::ServerContext* context, const v1::WatchIncidentsRequest* request,
      grpc::ServerWriter<v1::WatchIncidentsResponse>* writer) override;
  grpc::Status ListCoverageGaps(
      grpc::ServerContext* context, const v1::ListCoverageGapsRequest* request,
      v1::ListCoverageGapsResponse* response) override;

 private:
  grpc::Status Watch(grpc::ServerContext* context,
                     const v1::WatchIncidentsRequest& request,
                     grpc::ServerWriter<v1::WatchIncidentsResponse>* writer);

  Store* const store_;
  IncidentWriter* const writer_;
  WatchHub* const hub_;
  std::atomic<int> watchers_{0};
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_API_INCIDENT_SERVICE_H_
