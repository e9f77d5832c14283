// SPDX-License-Identifier: Apache-2.0

#include "server/api/node_service.h"

#include <utility>

#include "server/api/grpc_status.h"
#include "server/api/page.h"

namespace eyrie::server {

grpc::Status NodeService::ListNodes(grpc::ServerContext*,
                                    const v1::ListNodesRequest* request,
                                    v1::ListNodesResponse* response) {
  Page<v1::Node> page =
      nodes_->List(PageSize(request->page_size()), request->page_token());
  for (v1::Node& node : page.items) *response->add_nodes() = std::move(node);
  response->set_next_page_token(page.next_page_token);
  return grpc::Status::OK;
}

grpc::Status NodeService::GetNode(grpc::ServerContext*,
                                  const v1::GetNodeRequest* request,
                                  v1::Node* response) {
  auto node = nodes_->Get(request->name());
  if (!node.ok()) return ToGrpcStatus(node.status());
  *response = *std::move(node);
  return grpc::Status::OK;
}

grpc::Status NodeService::ListContainers(
    grpc::ServerContext*, const v1::ListContainersRequest* request,
    v1::ListContainersResponse* response) {
  auto page =
      nodes_->containers().List(*request, PageSize(request->page_size()));
  if (!page.ok()) return ToGrpcStatus(page.status());
  *response = *std::move(page);
  return grpc::Status::OK;
}

}  // namespace eyrie::server
