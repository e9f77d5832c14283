// SPDX-License-Identifier: Apache-2.0
//
// Turns our status into gRPC's: the codes are the same.

#ifndef EYRIE_SERVER_API_GRPC_STATUS_H_
#define EYRIE_SERVER_API_GRPC_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace eyrie::server {

inline grpc::Status ToGrpcStatus(const absl::Status& status) {
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      std::string(status.message()));
}

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_API_GRPC_STATUS_H_
