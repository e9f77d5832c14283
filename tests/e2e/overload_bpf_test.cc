// SPDX-License-Identifier: Apache-2.0
//
// More events than can be read: what is lost is known exactly, and it is never
// the life cycle of processes.

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

#include "collector/source/event_source.h"
#include "common/testing/status_matchers.h"
#include "proto/record.h"
#include "tests/testing/bpf_support.h"
#include "tests/testing/overload.h"
#include "tests/testing/sequence_ledger.h"

namespace eyrie::testing {
namespace {

using collector::SourceLoss;

// A system call that does nothing and that nobody makes.
void CallNothing() { syscall(SYS_sched_get_priority_min, 0); }

class OverloadBpfTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = WhyNoBpf(); !reason.empty()) {
      GTEST_SKIP() << "EYRIE_SKIP: " << reason;
    }
  }

  // Every record is there or in the loss counters, once.
  static void ExpectExactBook(const OverloadResult& result) {
    EXPECT_EQ(result.received + result.lost, result.generated);
    EXPECT_EQ(result.events.missing(),
              LostFor(SourceLoss::Reason::kEventRingFull, result.losses));
    EXPECT_EQ(result.events.out_of_order, 0u);
    EXPECT_EQ(result.lifecycle.missing(), 0u);
    EXPECT_EQ(result.lifecycle.out_of_order, 0u);
    EXPECT_EQ(LostFor(SourceLoss::Reason::kLifecycleRingFull, result.losses),
              0u);
    EXPECT_GT(result.processes_made, 0u);
    EXPECT_EQ(result.processes_begun, result.processes_made);
    EXPECT_EQ(result.processes_ended, result.processes_made);
  }
};

TEST_F(OverloadBpfTest, EveryRecordOfTwoProducersIsReadOrCounted) {
  const auto result = RunOverload(
      {.call = CallNothing, .type = EYRIE_EVENT_sched_get_priority_min});
  ASSERT_OK(result.status());
  ExpectExactBook(*result);
  EXPECT_GT(result->received, 0u);
}

TEST_F(OverloadBpfTest, RingThatIsMuchTooSmallLosesNoProcess) {
  OverloadOptions options{.producers = 4,
                          .call = CallNothing,
                          .type = EYRIE_EVENT_sched_get_priority_min};
  options.source.sensor.event_ring_bytes = 64 << 10;
  const auto result = RunOverload(options);
  ASSERT_OK(result.status());
  ExpectExactBook(*result);
  EXPECT_GT(result->lost, result->received);
}

}  // namespace
}  // namespace eyrie::testing
