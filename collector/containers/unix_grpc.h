// SPDX-License-Identifier: Apache-2.0
//
// gRPC calls over a unix socket.

#ifndef EYRIE_COLLECTOR_CONTAINERS_UNIX_GRPC_H_
#define EYRIE_COLLECTOR_CONTAINERS_UNIX_GRPC_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/message_lite.h"

namespace eyrie::collector {

struct UnixGrpcOptions {
  std::string socket;
  // Of a call. A stream has none.
  absl::Duration timeout = absl::Seconds(2);
  // Of an answer. A list of a thousand containers has some MiB.
  int max_bytes = 16 << 20;
};

// One method: "/package.Service/Method", with the namespace of containerd that
// it is for, or none.
struct GrpcMethod {
  std::string name;
  std::string containerd_namespace = {};
};

// The codes of errors are those of gRPC: kUnimplemented if the peer has no such
// method, kUnavailable if nobody listens, kDeadlineExceeded if it does not
// answer in time, kCancelled after Interrupt().
//
// Thread safety: all methods may be called from any thread.
class UnixGrpc {
 public:
  explicit UnixGrpc(UnixGrpcOptions options);
  ~UnixGrpc();

  // Makes a new connection for the calls that follow. gRPC itself waits ever
  // longer before it tries again; here the caller knows when it is worth it.
  void Reconnect();

  absl::Status Call(const GrpcMethod& method,
                    const google::protobuf::MessageLite& request,
                    google::protobuf::MessageLite* response);

  // Gives the responses to one request, read into `response`, for as long as
  // they come; returns why they ended, ok if the peer ended them.
  absl::Status Stream(const GrpcMethod& method,
                      const google::protobuf::MessageLite& request,
                      google::protobuf::MessageLite* response,
                      const std::function<void()>& on_response);

  // Ends all calls, now and from now on.
  void Interrupt();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_CONTAINERS_UNIX_GRPC_H_
