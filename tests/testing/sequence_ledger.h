// SPDX-License-Identifier: Apache-2.0
//
// What the sequence numbers of records say about those that did not come.

#ifndef EYRIE_TESTS_TESTING_SEQUENCE_LEDGER_H_
#define EYRIE_TESTS_TESTING_SEQUENCE_LEDGER_H_

#include <array>
#include <cstdint>
#include <vector>

#include "proto/record_view.h"

namespace eyrie::testing {

// Adds up every record that a source gives, from its start on. Snapshots are
// left out: they come by another way.
class SequenceLedger {
 public:
  enum Ring { kLifecycle, kEvents, kRings };

  struct Totals {
    // Records that were numbered: the last number of each CPU, added up.
    uint64_t made = 0;
    uint64_t received = 0;
    // Records that came after one of the same CPU with a higher number, or with
    // the same: never, if all is well.
    uint64_t out_of_order = 0;

    uint64_t missing() const { return made - received; }
  };

  void Add(const RecordView& record);

  Totals totals(Ring ring) const;
  // Number of the last record that CPU `cpu` gave to `ring`; 0 if none.
  uint64_t last(Ring ring, uint32_t cpu) const;

 private:
  struct Cpu {
    uint64_t last = 0;
    uint64_t received = 0;
    uint64_t out_of_order = 0;
  };

  std::array<std::vector<Cpu>, kRings> cpus_;
};

// The ring that the sensor writes such a record to.
SequenceLedger::Ring RingOf(const RecordView& record);

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_TESTING_SEQUENCE_LEDGER_H_
