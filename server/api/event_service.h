// SPDX-License-Identifier: Apache-2.0
//
// EventService of the API.

#ifndef EYRIE_SERVER_API_EVENT_SERVICE_H_
#define EYRIE_SERVER_API_EVENT_SERVICE_H_

#include <atomic>

#include "eyrie/v1/event_service.grpc.pb.h"

#include "server/detect/event_hub.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class EventService : public v1::EventService::Service {
 public:
  // Borrows `hub`.
  explicit EventService(EventHub* hub) : hub_(hub) {}

  grpc::Status WatchEvents(
      grpc::ServerContext* context, const v1::WatchEventsRequest* request,
      grpc::ServerWriter<v1::WatchEventsResponse>* writer) override;

  // Ends all watches soon.
  void Stop() { stopped_ = true; }

 private:
  EventHub* const hub_;
  std::atomic<bool> stopped_{false};
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_API_EVENT_SERVICE_H_
