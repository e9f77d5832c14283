// SPDX-License-Identifier: Apache-2.0
//
// The gRPC service that nodes connect to.

#ifndef EYRIE_SERVER_INGEST_COLLECTOR_SERVICE_H_
#define EYRIE_SERVER_INGEST_COLLECTOR_SERVICE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "eyrie/v1/collector_service.grpc.pb.h"

#include "server/detect/event_hub.h"
#include "server/ingest/session.h"
#include "server/rules/rule_store.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class CollectorService : public v1::CollectorService::CallbackService {
 public:
  // Borrows what `deps` names, `rules` and `hub`. Subscribes to both: when the
  // rules or the watchers change, every node is told what to collect.
  CollectorService(const SessionDeps& deps, RuleStore* rules, EventHub* hub);
  ~CollectorService() override;

  grpc::ServerBidiReactor<v1::ConnectRequest, v1::ConnectResponse>* Connect(
      grpc::CallbackServerContext* context) override;

  // Streams that are open.
  size_t sessions() const;

 private:
  class Stream;

  // Registers a session once its node is known; ends the node's older one.
  void Adopt(const std::shared_ptr<Session>& session);
  void Forget(const Session& session);
  void BroadcastConfig();
  // Event types that rules or watchers need, by name, sorted.
  std::vector<std::string> WantedEventTypes() const;

  const SessionDeps deps_;
  RuleStore* const rules_;
  EventHub* const hub_;
  mutable absl::Mutex mutex_;
  uint64_t next_stream_ ABSL_GUARDED_BY(mutex_) = 1;
  uint64_t config_version_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, std::shared_ptr<Session>> sessions_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INGEST_COLLECTOR_SERVICE_H_
