// SPDX-License-Identifier: Apache-2.0

#include "collector/source/kernel_checks.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace eyrie::collector {
namespace {

constexpr uint64_t kAllCapabilities = ~uint64_t{0};

KernelFacts GoodFacts() {
  return {.release = "6.1.0-50-amd64",
          .has_btf = true,
          .effective_capabilities = kAllCapabilities,
          .lockdown = "none [integrity] confidentiality\n"};
}

TEST(KernelChecksTest, AcceptsKernelsThatCanRunTheSensor) {
  struct Case {
    const char* name;
    KernelFacts facts;
  };
  Case cases[] = {{"usual", GoodFacts()},
                  {"oldest", GoodFacts()},
                  {"no lockdown file", GoodFacts()},
                  {"unreadable version", GoodFacts()},
                  {"CAP_BPF and CAP_PERFMON", GoodFacts()},
                  {"CAP_SYS_ADMIN", GoodFacts()}};
  cases[1].facts.release = "5.8.0";
  cases[2].facts.lockdown = "";
  cases[3].facts.release = "custom";
  cases[4].facts.effective_capabilities = 1ull << 38 | 1ull << 39;
  cases[5].facts.effective_capabilities = 1ull << 21;
  for (const Case& c : cases) {
    EXPECT_TRUE(CheckKernel(c.facts).ok())
        << c.name << ": " << CheckKernel(c.facts);
  }
}

TEST(KernelChecksTest, SaysWhatIsMissing) {
  struct Case {
    absl::StatusCode code;
    const char* message;
    KernelFacts facts;
  };
  Case cases[] = {
      {absl::StatusCode::kFailedPrecondition, "5.7.19 is older than 5.8",
       GoodFacts()},
      {absl::StatusCode::kFailedPrecondition, "4.19.0 is older than 5.8",
       GoodFacts()},
      {absl::StatusCode::kFailedPrecondition, "CONFIG_DEBUG_INFO_BTF=y",
       GoodFacts()},
      {absl::StatusCode::kFailedPrecondition, "lockdown is at confidentiality",
       GoodFacts()},
      {absl::StatusCode::kPermissionDenied, "CAP_BPF and CAP_PERFMON",
       GoodFacts()},
      {absl::StatusCode::kPermissionDenied, "CAP_BPF and CAP_PERFMON",
       GoodFacts()},
  };
  cases[0].facts.release = "5.7.19";
  cases[1].facts.release = "4.19.0";
  cases[2].facts.has_btf = false;
  cases[3].facts.lockdown = "none integrity [confidentiality]\n";
  cases[4].facts.effective_capabilities = 0;
  cases[5].facts.effective_capabilities = 1ull << 39;
  for (const Case& c : cases) {
    const absl::Status status = CheckKernel(c.facts);
    EXPECT_EQ(status.code(), c.code) << c.message;
    EXPECT_TRUE(absl::StrContains(status.message(), c.message)) << status;
  }
}

TEST(KernelChecksTest, FunctionsAreHookedWhereTasksKeepTheirCpu) {
  struct Case {
    const char* version;
    const char* preemption;
    const char* error;  // null: none
  };
  const Case cases[] = {
      {"#1 SMP Debian 5.10.1", "", nullptr},
      {"#1 SMP PREEMPT_DYNAMIC Debian", "none (voluntary) full", nullptr},
      {"#1 SMP PREEMPT_DYNAMIC Debian", "(none) voluntary full", nullptr},
      {"#1 SMP PREEMPT_DYNAMIC Debian", "none voluntary (full)",
       "preempt=voluntary"},
      {"#1 SMP PREEMPT_DYNAMIC", "none voluntary full (lazy)",
       "preempt=voluntary"},
      {"#1 SMP PREEMPT_DYNAMIC Debian", "", "mount debugfs"},
      {"#1 SMP PREEMPT_RT Debian", "", "preempt=voluntary"},
      {"#1 SMP PREEMPT", "", "preempt=voluntary"},
  };
  for (const Case& c : cases) {
    KernelFacts facts = GoodFacts();
    facts.version = c.version;
    facts.preemption = c.preemption;
    const absl::Status status = CheckPreemption(facts);
    EXPECT_EQ(status.ok(), c.error == nullptr)
        << c.version << ", " << c.preemption;
    if (c.error != nullptr) {
      EXPECT_TRUE(absl::StrContains(status.message(), c.error)) << status;
    }
  }
}

TEST(KernelChecksTest, ReadsThisKernel) {
  const KernelFacts facts = ReadKernelFacts();
  EXPECT_FALSE(facts.release.empty());
}

}  // namespace
}  // namespace eyrie::collector
