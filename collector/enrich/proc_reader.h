// SPDX-License-Identifier: Apache-2.0
//
// Facts about a running process from /proc, where the kernel's events are late.

#ifndef EYRIE_COLLECTOR_ENRICH_PROC_READER_H_
#define EYRIE_COLLECTOR_ENRICH_PROC_READER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "eyrie/v1/process.pb.h"

#include "collector/enrich/env_filter.h"

namespace eyrie::collector {

// What /proc says about one process.
struct ProcFacts {
  // To the kernel's clock tick (10 ms), rounded down.
  uint64_t start_time_ns = 0;
  uint32_t ppid = 0;
  // Key, parent and leaders are unset.
  v1::Process process;
};

// Thread safety: implementations may be used by one thread at a time.
class ProcReader {
 public:
  virtual ~ProcReader() = default;

  // Returns kNotFound if there is no such process (any more).
  virtual absl::StatusOr<ProcFacts> Read(uint32_t pid) = 0;
};

// Whether `exact`, from the kernel, and `rounded`, from /proc, are the start of
// the same process.
bool IsSameStart(uint64_t exact_ns, uint64_t rounded_ns);

// Reads the files of the proc file system at `root`, bounded: 8 KiB of
// arguments, 4 KiB of environment and of each path.
class HostProcReader : public ProcReader {
 public:
  // Of the environment, what `environment` keeps.
  explicit HostProcReader(std::string root = "/proc",
                          EnvFilter environment = EnvFilter());

  absl::StatusOr<ProcFacts> Read(uint32_t pid) override;

 private:
  const std::string root_;
  const EnvFilter environment_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_ENRICH_PROC_READER_H_
