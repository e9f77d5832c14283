// SPDX-License-Identifier: Apache-2.0

#include "tests/testing/sequence_ledger.h"

#include "proto/record.h"

namespace eyrie::testing {

SequenceLedger::Ring RingOf(const RecordView& record) {
  switch (record.type()) {
    case EYRIE_EVENT_clone:
    case EYRIE_EVENT_clone3:
    case EYRIE_EVENT_fork:
    case EYRIE_EVENT_vfork:
    case EYRIE_EVENT_procexit:
      return SequenceLedger::kLifecycle;
    case EYRIE_EVENT_execve:
    case EYRIE_EVENT_execveat:
      // One that failed is a system call like others.
      return record.result() < 0 ? SequenceLedger::kEvents
                                 : SequenceLedger::kLifecycle;
    default:
      return SequenceLedger::kEvents;
  }
}

void SequenceLedger::Add(const RecordView& record) {
  if ((record.flags() & EYRIE_RECORD_SNAPSHOT) != 0) return;
  const eyrie_record header = record.header();
  std::vector<Cpu>& cpus = cpus_[RingOf(record)];
  if (cpus.size() <= header.cpu) cpus.resize(header.cpu + 1);
  Cpu& cpu = cpus[header.cpu];
  ++cpu.received;
  if (header.sequence <= cpu.last) {
    ++cpu.out_of_order;
  } else {
    cpu.last = header.sequence;
  }
}

SequenceLedger::Totals SequenceLedger::totals(Ring ring) const {
  Totals totals;
  for (const Cpu& cpu : cpus_[ring]) {
    totals.made += cpu.last;
    totals.received += cpu.received;
    totals.out_of_order += cpu.out_of_order;
  }
  return totals;
}

uint64_t SequenceLedger::last(Ring ring, uint32_t cpu) const {
  return cpu < cpus_[ring].size() ? cpus_[ring][cpu].last : 0;
}

}  // namespace eyrie::testing
