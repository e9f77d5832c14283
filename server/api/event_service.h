// SPDX-License-Identifier: Apache-2.0
//
// EventService of the API.

#ifndef EYRIE_SERVER_API_EVENT_SERVICE_H_
#define EYRIE_SERVER_API_EVENT_SERVICE_H_

#include <atomic>

#include "eyrie/v1/event_service.grpc.pb.h"

#include "server/detect/event_hub.h"
#include "server/ingest/json_ingest.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class EventService : public v1::EventService::Service {
 public:
  // Borrows both.
  EventService(EventHub* hub, JsonIngest* ingest)
      : hub_(hub), ingest_(ingest) {}

  grpc::Status WatchEvents(
      grpc::ServerContext* context, const v1::WatchEventsRequest* request,
      grpc::ServerWriter<v1::WatchEventsResponse>* writer) override;

  grpc::Status Ingest(grpc::ServerContext* context,
                      const v1::IngestRequest* request,
                      v1::IngestResponse* response) override;

  // Ends all watches soon.
  void Stop() { stopped_ = true; }

 private:
  EventHub* const hub_;
  JsonIngest* const ingest_;
  std::atomic<bool> stopped_{false};
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_API_EVENT_SERVICE_H_
