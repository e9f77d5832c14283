// SPDX-License-Identifier: Apache-2.0
//
// ServerService of the API.

#ifndef EYRIE_SERVER_API_SERVER_SERVICE_H_
#define EYRIE_SERVER_API_SERVER_SERVICE_H_

#include <string>

#include "absl/time/time.h"
#include "eyrie/v1/server_service.grpc.pb.h"

#include "server/nodes/node_registry.h"
#include "server/rules/rule_store.h"
#include "server/storage/store.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class ServerService : public v1::ServerService::Service {
 public:
  // Borrows all. `backup_directory` empty: no backups.
  ServerService(Store* store, const RuleStore* rules, const NodeRegistry* nodes,
                std::string backup_directory, absl::Time start_time);

  grpc::Status GetServerInfo(grpc::ServerContext* context,
                             const v1::GetServerInfoRequest* request,
                             v1::ServerInfo* response) override;
  grpc::Status CreateBackup(grpc::ServerContext* context,
                            const v1::CreateBackupRequest* request,
                            v1::CreateBackupResponse* response) override;

 private:
  Store* const store_;
  const RuleStore* const rules_;
  const NodeRegistry* const nodes_;
  const std::string backup_directory_;
  const absl::Time start_time_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_API_SERVER_SERVICE_H_
