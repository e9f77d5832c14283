// SPDX-License-Identifier: Apache-2.0
//
// One connection to the server, as the uplink sees it.

#ifndef EYRIE_COLLECTOR_UPLINK_STREAM_H_
#define EYRIE_COLLECTOR_UPLINK_STREAM_H_

#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eyrie/v1/collector_service.pb.h"

#include "collector/uplink/spool.h"

namespace eyrie::collector {

// Carries one request at a time in one direction and one response at a time in
// the other: the transport's flow control is the only queue.
//
// Thread safety: one thread. The callback that a connector was given is called
// on any thread whenever the answer of a method here may have changed.
class Stream {
 public:
  // Ends the stream if it has not ended, and waits until it has.
  virtual ~Stream() = default;

  // Whether a request is still on its way to the transport.
  virtual bool is_writing() const = 0;
  // Begins to send. REQUIRES: !is_writing().
  virtual void Write(const v1::ConnectRequest& request) = 0;
  virtual void WriteBatch(std::shared_ptr<const SpooledBatch> batch) = 0;
  // Tells the server that nothing will follow. REQUIRES: !is_writing().
  virtual void WritesDone() = 0;

  // The next response, if there is one.
  virtual std::optional<v1::ConnectResponse> TakeResponse() = 0;

  // How the stream ended, if it has and all responses are taken.
  virtual std::optional<absl::Status> ended() = 0;
  // Ends the stream without waiting for the server.
  virtual void Cancel() = 0;
};

class Connector {
 public:
  virtual ~Connector() = default;

  // Begins to connect. That the server cannot be reached shows by how the
  // stream ends.
  virtual std::unique_ptr<Stream> Connect(std::function<void()> on_change) = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_STREAM_H_
