// SPDX-License-Identifier: Apache-2.0
//
// NodeService of the API.

#ifndef EYRIE_SERVER_API_NODE_SERVICE_H_
#define EYRIE_SERVER_API_NODE_SERVICE_H_

#include "eyrie/v1/node_service.grpc.pb.h"

#include "server/nodes/node_registry.h"

namespace eyrie::server {

// Thread safety: all methods may be called from any thread.
class NodeService : public v1::NodeService::Service {
 public:
  // Borrows `nodes`.
  explicit NodeService(const NodeRegistry* nodes) : nodes_(nodes) {}

  grpc::Status ListNodes(grpc::ServerContext* context,
                         const v1::ListNodesRequest* request,
                         v1::ListNodesResponse* response) override;
  grpc::Status GetNode(grpc::ServerContext* context,
                       const v1::GetNodeRequest* request,
                       v1::Node* response) override;
  grpc::Status ListContainers(grpc::ServerContext* context,
                              const v1::ListContainersRequest* request,
                              v1::ListContainersResponse* response) override;

 private:
  const NodeRegistry* const nodes_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_API_NODE_SERVICE_H_
