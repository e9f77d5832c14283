// SPDX-License-Identifier: Apache-2.0

#include "tests/testing/sequence_ledger.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

#include "proto/record.h"
#include "proto/record_view.h"
#include "proto/testing/record_builder.h"

namespace eyrie::testing {
namespace {

class SequenceLedgerTest : public ::testing::Test {
 protected:
  void Add(const char* event, uint32_t cpu, uint64_t sequence,
           int64_t result = 0, uint32_t flags = 0) {
    const std::string record = RecordBuilder(event)
                                   .Cpu(cpu)
                                   .Sequence(sequence)
                                   .Result(result)
                                   .Flags(flags)
                                   .Build();
    ledger_.Add(RecordView::Trusted(record.data()));
  }
  SequenceLedger::Totals Events() const {
    return ledger_.totals(SequenceLedger::kEvents);
  }
  SequenceLedger::Totals Lifecycle() const {
    return ledger_.totals(SequenceLedger::kLifecycle);
  }

  SequenceLedger ledger_;
};

TEST_F(SequenceLedgerTest, CountsHolesOfEachCpuFromTheFirstNumberOn) {
  EXPECT_EQ(Events().made, 0u);
  Add("openat", 0, 3);
  Add("openat", 0, 4);
  Add("openat", 2, 1);
  Add("openat", 2, 5);
  EXPECT_EQ(Events().made, 9u);
  EXPECT_EQ(Events().received, 4u);
  EXPECT_EQ(Events().missing(), 5u);
  EXPECT_EQ(Events().out_of_order, 0u);
}

TEST_F(SequenceLedgerTest, SeesWhatComesTwiceOrTooLate) {
  Add("openat", 0, 2);
  Add("openat", 0, 2);
  Add("openat", 0, 1);
  EXPECT_EQ(Events().out_of_order, 2u);
}

TEST_F(SequenceLedgerTest, EachRingHasItsNumbers) {
  for (const char* event :
       {"clone", "clone3", "fork", "vfork", "procexit", "execve", "execveat"}) {
    Add(event, 0, Lifecycle().made + 1);
  }
  EXPECT_EQ(Lifecycle().received, 7u);
  EXPECT_EQ(Lifecycle().missing(), 0u);
  Add("execve", 0, 1, /*result=*/-2);
  EXPECT_EQ(Events().received, 1u);
}

TEST_F(SequenceLedgerTest, SnapshotsHaveNoNumbers) {
  Add("task", 0, 0, 0, EYRIE_RECORD_SNAPSHOT);
  EXPECT_EQ(Events().received, 0u);
}

}  // namespace
}  // namespace eyrie::testing
