// SPDX-License-Identifier: Apache-2.0

#include "collector/source/kernel_checks.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "common/file.h"

namespace eyrie::collector {
namespace {

constexpr char kBtfPath[] = "/sys/kernel/btf/vmlinux";
constexpr char kLockdownPath[] = "/sys/kernel/security/lockdown";
constexpr char kPreemptionPath[] = "/sys/kernel/debug/sched/preempt";
constexpr size_t kMaxFileBytes = 64 * 1024;

// Capability numbers of linux/capability.h.
constexpr int kCapSysAdmin = 21;
constexpr int kCapPerfmon = 38;
constexpr int kCapBpf = 39;

// The first kernel with BPF ring buffers.
constexpr int kMinMajor = 5;
constexpr int kMinMinor = 8;

bool Has(uint64_t capabilities, int number) {
  return (capabilities >> number & 1) != 0;
}

// False if `release` is not a version at all, which proves nothing.
bool IsOlderThanMinimum(const std::string& release) {
  int major = 0;
  int minor = 0;
  if (std::sscanf(release.c_str(), "%d.%d", &major, &minor) != 2) return false;
  return major < kMinMajor || (major == kMinMajor && minor < kMinMinor);
}

uint64_t ReadEffectiveCapabilities() {
  const absl::StatusOr<std::string> status =
      ReadFile("/proc/self/status", kMaxFileBytes);
  if (!status.ok()) return 0;
  for (absl::string_view line : absl::StrSplit(*status, '\n')) {
    uint64_t value = 0;
    if (absl::ConsumePrefix(&line, "CapEff:\t") &&
        absl::SimpleHexAtoi(line, &value)) {
      return value;
    }
  }
  return 0;
}

}  // namespace

KernelFacts ReadKernelFacts() {
  KernelFacts facts;
  utsname name;
  if (uname(&name) == 0) {
    facts.release = name.release;
    facts.version = name.version;
  }
  facts.has_btf = access(kBtfPath, R_OK) == 0;
  facts.effective_capabilities = ReadEffectiveCapabilities();
  facts.lockdown = ReadFile(kLockdownPath, kMaxFileBytes).value_or("");
  facts.preemption = ReadFile(kPreemptionPath, kMaxFileBytes).value_or("");
  return facts;
}

absl::Status CheckKernel(const KernelFacts& facts) {
  if (IsOlderThanMinimum(facts.release)) {
    return absl::FailedPreconditionError(
        absl::StrCat("kernel ", facts.release, " is older than ", kMinMajor,
                     ".", kMinMinor, ", the first that the sensor runs on"));
  }
  if (!facts.has_btf) {
    return absl::FailedPreconditionError(absl::StrCat(
        "kernel ", facts.release, " has no type information at ", kBtfPath,
        ": it must be built with CONFIG_DEBUG_INFO_BTF=y"));
  }
  if (absl::StrContains(facts.lockdown, "[confidentiality]")) {
    return absl::FailedPreconditionError(
        "kernel lockdown is at confidentiality, which forbids programs to read "
        "kernel memory: boot with lockdown=integrity or none");
  }
  const uint64_t capabilities = facts.effective_capabilities;
  if (!Has(capabilities, kCapSysAdmin) &&
      !(Has(capabilities, kCapBpf) && Has(capabilities, kCapPerfmon))) {
    return absl::PermissionDeniedError(
        "no right to load programs into the kernel: run as root, or with "
        "CAP_BPF and CAP_PERFMON (CAP_SYS_ADMIN)");
  }
  return absl::OkStatus();
}

absl::Status CheckPreemption(const KernelFacts& facts) {
  if (absl::StrContains(facts.preemption, "(none)") ||
      absl::StrContains(facts.preemption, "(voluntary)") ||
      !absl::StrContains(facts.version, "PREEMPT")) {
    return absl::OkStatus();
  }
  if (absl::StrContains(facts.version, "PREEMPT_DYNAMIC") &&
      facts.preemption.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot tell whether this kernel preempts its own code: ",
                     kPreemptionPath, " is not readable; mount debugfs"));
  }
  return absl::FailedPreconditionError(
      "this kernel preempts its own code: boot it with preempt=voluntary or "
      "preempt=none");
}

}  // namespace eyrie::collector
