// SPDX-License-Identifier: Apache-2.0

#include "server/api/server_service.h"

#include <utility>

#include "common/proto_time.h"
#include "common/version.h"
#include "proto/event_catalog.h"
#include "server/api/grpc_status.h"

namespace eyrie::server {

ServerService::ServerService(Store* store, const RuleStore* rules,
                             const NodeRegistry* nodes,
                             std::string backup_directory,
                             absl::Time start_time)
    : store_(store),
      rules_(rules),
      nodes_(nodes),
      backup_directory_(std::move(backup_directory)),
      start_time_(start_time) {}

grpc::Status ServerService::GetServerInfo(grpc::ServerContext*,
                                          const v1::GetServerInfoRequest*,
                                          v1::ServerInfo* response) {
  response->set_version(std::string(Version()));
  *response->mutable_start_time() = ToProtoTime(start_time_);
  response->set_rule_count(
      static_cast<uint32_t>(rules_->Current()->set->rules().size()));
  response->set_connected_nodes(static_cast<uint32_t>(nodes_->connected()));
  response->set_event_catalog_hash(EventCatalogHash());
  response->set_database_bytes(store_->ApproximateBytes());
  return grpc::Status::OK;
}

grpc::Status ServerService::CreateBackup(grpc::ServerContext*,
                                         const v1::CreateBackupRequest*,
                                         v1::CreateBackupResponse* response) {
  if (backup_directory_.empty()) {
    return ToGrpcStatus(absl::FailedPreconditionError(
        "the server has no backup directory; start it with --backup-dir"));
  }
  const auto backup = store_->CreateBackup(backup_directory_);
  if (!backup.ok()) return ToGrpcStatus(backup.status());
  response->set_backup_id(backup->id);
  response->set_bytes(backup->bytes);
  return grpc::Status::OK;
}

}  // namespace eyrie::server
