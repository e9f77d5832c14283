// SPDX-License-Identifier: Apache-2.0

#include "collector/source/program_runs.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "absl/memory/memory.h"
#include "absl/status/status.h"

namespace eyrie::collector {
namespace {

// All zeros if the kernel does not say.
bpf_prog_info ReadInfo(int fd) {
  bpf_prog_info info = {};
  uint32_t size = sizeof(info);
  if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0) return {};
  return info;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunMeasurement>> RunMeasurement::Start() {
  const int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
  if (fd < 0) return absl::ErrnoToStatus(errno, "measuring BPF programs");
  return absl::WrapUnique(new RunMeasurement(fd));
}

RunMeasurement::~RunMeasurement() { close(fd_); }

ProgramRuns ReadProgramRuns(int fd, const std::string& name) {
  const bpf_prog_info info = ReadInfo(fd);
  return {.program = name, .runs = info.run_cnt, .time_ns = info.run_time_ns};
}

uint64_t ReadMisses(int fd) { return ReadInfo(fd).recursion_misses; }

}  // namespace eyrie::collector
