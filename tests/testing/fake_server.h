// SPDX-License-Identifier: Apache-2.0
//
// A server for collectors that a test plays.

#ifndef EYRIE_TESTS_TESTING_FAKE_SERVER_H_
#define EYRIE_TESTS_TESTING_FAKE_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "eyrie/v1/collector_service.pb.h"

namespace eyrie::testing {

// Real gRPC on a loopback port, scripted CollectorService. By default it
// welcomes everybody, acknowledges every batch at once and asks for a heartbeat
// every 10 seconds. Batches that it has acknowledged stay so over streams and
// restarts, like a database would keep them.
//
// Usage:
//
//   FakeServer server;
//   … a collector connects to server.address() …
//   ASSERT_TRUE(server.AwaitBatches(3));
//   server.BreakStreams();
//
// Thread safety: all methods may be called from any thread. Await…() methods
// return false if it has not happened within kPatience.
class FakeServer {
 public:
  static constexpr absl::Duration kPatience = absl::Seconds(20);

  // Starts to serve.
  FakeServer();
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  // "127.0.0.1:PORT"; the same after Stop() and Start().
  const std::string& address() const;
  // Ends all streams and frees the port.
  void Stop();
  void Start();

  // The script. ---------------------------------------------------------------

  // Refuses streams with this status instead of a welcome; OK: welcomes.
  void RefuseWith(const absl::Status& status);
  // Answers a hello with nothing at all.
  void StaySilent(bool is_silent);
  // Whether batches are acknowledged as they come.
  void SetAutoAck(bool is_on);
  // Whether requests behind the hello are read at all.
  void SetReading(bool is_on);
  void SetHeartbeatInterval(absl::Duration interval);
  // What the next welcomes say is durable; 0: the truth.
  void OverrideAcked(uint64_t sequence);
  // On every stream that is open now.
  void SendAck(uint64_t sequence);
  void SendConfig(uint64_t version, const std::vector<std::string>& types);
  void BreakStreams();

  // What came ----------------------------------------------------------------

  std::vector<v1::Hello> hellos() const;
  // In the order of their arrival, repeated ones too.
  std::vector<v1::EventBatch> batches() const;
  std::vector<uint64_t> sequences() const;
  void ForgetBatches();
  std::vector<v1::Heartbeat> heartbeats() const;
  std::vector<v1::ContainerInventory> inventories() const;
  std::vector<v1::ConfigAck> config_acks() const;
  // Streams that are open, and that ended because the collector said so.
  size_t open_streams() const;
  size_t finished_streams() const;

  bool AwaitHellos(size_t count) const;
  bool AwaitBatches(size_t count) const;
  bool AwaitHeartbeats(size_t count) const;
  bool AwaitConfigAcks(size_t count) const;
  // Waits until `condition`, which may call the methods above, is true. It is
  // asked again whenever something came.
  bool Await(const std::function<bool()>& condition) const;

 private:
  class Service;

  const std::unique_ptr<Service> service_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_TESTING_FAKE_SERVER_H_
