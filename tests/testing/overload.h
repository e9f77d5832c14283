// SPDX-License-Identifier: Apache-2.0
//
// The sensor and the reader of its rings under more than they can take, with a
// book of every record.

#ifndef EYRIE_TESTS_TESTING_OVERLOAD_H_
#define EYRIE_TESTS_TESTING_OVERLOAD_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "collector/enrich/process_table.h"
#include "collector/source/bpf_event_source.h"
#include "collector/source/event_source.h"
#include "tests/testing/sequence_ledger.h"

namespace eyrie::testing {

struct OverloadOptions {
  collector::BpfEventSourceOptions source;
  // Threads that call without a pause, in a process of their own.
  int producers = 2;
  // What they call, and the event that this is: one that nothing else on the
  // machine makes.
  std::function<void()> call;
  uint16_t type = 0;
  absl::Duration duration = absl::Seconds(3);
  // Nice value of the reading thread, as the collector's --reader-nice.
  int reader_nice = -10;
};

struct OverloadResult {
  // ---- records of `type`
  uint64_t generated = 0;
  uint64_t received = 0;
  uint64_t lost = 0;  // as the sensor counts, for all reasons
  // ---- processes made meanwhile, one after the other
  uint64_t processes_made = 0;
  uint64_t processes_begun = 0;  // by their forks' records
  uint64_t processes_ended = 0;  // by their exits' records
  // ---- all records, those of other programs too
  SequenceLedger::Totals events;
  SequenceLedger::Totals lifecycle;
  std::vector<collector::SourceLoss> losses;
  // ---- costs, while the producers ran and until all was read
  absl::Duration elapsed;  // the producers' time
  absl::Duration producers_cpu;
  absl::Duration reading_cpu;   // CPU time of the reading thread in Poll()
  absl::Duration learning_cpu;  // and in the process table
  uint64_t polls = 0;
  uint64_t records = 0;
  collector::ProcessTableStats processes;
};

// Loads the sensor, reads while the producers and a maker of short processes
// run, and closes the book: after them each CPU makes a last record for each
// ring, so that the sequences show every hole.
//
// Errors are those of the source. kDeadlineExceeded if the last records do not
// come.
absl::StatusOr<OverloadResult> RunOverload(const OverloadOptions& options);

// How many records were lost for `reason`.
uint64_t LostFor(collector::SourceLoss::Reason reason,
                 const std::vector<collector::SourceLoss>& losses);

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_TESTING_OVERLOAD_H_
