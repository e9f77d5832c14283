// SPDX-License-Identifier: Apache-2.0
//
// Streams to the server over gRPC.

#ifndef EYRIE_COLLECTOR_UPLINK_GRPC_CONNECTOR_H_
#define EYRIE_COLLECTOR_UPLINK_GRPC_CONNECTOR_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "collector/uplink/stream.h"
#include "common/tls.h"

namespace eyrie::collector {

struct GrpcConnectorOptions {
  // HOST:PORT or unix:PATH.
  std::string server;
  TlsOptions tls;
  // A peer that does not answer this long is gone. The server must allow pings
  // this often.
  absl::Duration keepalive_interval = absl::Seconds(30);
  absl::Duration keepalive_timeout = absl::Seconds(10);
};

// Every stream has a connection of its own, so that waiting between attempts is
// the uplink's business alone and changed certificates are used.
//
// Errors as MakeChannelCredentials().
absl::StatusOr<std::unique_ptr<Connector>> MakeGrpcConnector(
    const GrpcConnectorOptions& options);

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_GRPC_CONNECTOR_H_
