// SPDX-License-Identifier: Apache-2.0
//
// A collector for servers, whose events a test makes.

#ifndef EYRIE_TESTS_TESTING_FAKE_COLLECTOR_H_
#define EYRIE_TESTS_TESTING_FAKE_COLLECTOR_H_

#include <cstdint>
#include <deque>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "eyrie/v1/event.pb.h"

namespace eyrie::testing {

// One run of a node. Keeps batches until they are acknowledged, and sends them
// again over another stream if one breaks, as a real collector does.
//
// Thread safety: one thread.
class FakeCollector {
 public:
  FakeCollector(std::string node, uint64_t run_id)
      : node_(std::move(node)), run_id_(run_id) {}

  // Queues a batch; gives it run and sequence.
  void Add(v1::EventBatch batch);
  // Sends what is queued to the plain gRPC port at `address` until all of it is
  // acknowledged. kDeadlineExceeded after `timeout`.
  absl::Status Deliver(const std::string& address, absl::Duration timeout);

 private:
  // One stream, until all is acknowledged or it breaks.
  absl::Status DeliverOnce(const std::string& address, absl::Time deadline);
  void TakeAck(uint64_t sequence);

  const std::string node_;
  const uint64_t run_id_;
  uint64_t last_sequence_ = 0;
  std::deque<v1::EventBatch> batches_;
};

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_TESTING_FAKE_COLLECTOR_H_
