// SPDX-License-Identifier: Apache-2.0

#include "collector/source/call_functions.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"

#include "proto/record.h"

namespace eyrie::collector {
namespace {

// Functions of a kernel whose types are known, numbered from 1.
CallFunctions Kernel(const std::vector<std::string>& names,
                     const std::string& other_symbol = "") {
  std::map<std::string, KernelFunction> functions;
  for (const std::string& name : names) {
    EXPECT_TRUE(CallFunctions::IsCandidate(name)) << name;
    const auto id = static_cast<uint32_t>(functions.size() + 1);
    functions[name] = {.name = name, .type_id = id, .prototype_id = 100};
  }
  return CallFunctions(
      std::move(functions),
      [other_symbol](const std::string& name) { return name == other_symbol; });
}

std::vector<std::string> NamesFor(const CallFunctions& kernel,
                                  absl::Span<const uint16_t> types) {
  const auto wanted = kernel.FunctionsFor(MakeCallTable(types));
  EXPECT_TRUE(wanted.ok()) << wanted.status();
  std::vector<std::string> names;
  if (!wanted.ok()) return names;
  for (const WantedFunction& function : *wanted) {
    names.push_back(function.function.name +
                    (function.wants_begin ? " begin" : ""));
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(CallFunctionsTest, NamesTheFunctionsOfWantedCalls) {
  const CallFunctions kernel =
      Kernel({"__x64_sys_openat", "__x64_sys_close", "__x64_sys_stat",
              "__x64_sys_newstat", "__do_sys_setsid"});
  EXPECT_EQ(NamesFor(kernel, {}), Names());
  EXPECT_EQ(NamesFor(kernel, {EYRIE_EVENT_openat}),
            Names({"__x64_sys_openat"}));
  EXPECT_EQ(NamesFor(kernel, {EYRIE_EVENT_close}),
            Names({"__x64_sys_close begin"}));
  // The kernel's stat() is an older one.
  EXPECT_EQ(NamesFor(kernel, {EYRIE_EVENT_stat}), Names({"__x64_sys_newstat"}));
  // Without arguments.
  EXPECT_EQ(NamesFor(kernel, {EYRIE_EVENT_setsid}), Names({"__do_sys_setsid"}));
}

TEST(CallFunctionsTest, OneFunctionMakesAllCompatCalls) {
  const CallFunctions kernel = Kernel({"__x64_sys_openat", "__ia32_sys_openat",
                                       "__x64_sys_close", "ia32_sys_call"});
  EXPECT_EQ(NamesFor(kernel, {EYRIE_EVENT_openat}),
            Names({"__x64_sys_openat", "ia32_sys_call"}));
  EXPECT_EQ(NamesFor(kernel, {EYRIE_EVENT_openat, EYRIE_EVENT_close}),
            Names({"__x64_sys_close begin", "__x64_sys_openat",
                   "ia32_sys_call begin"}));
}

TEST(CallFunctionsTest, CallsThatTheKernelLacksHaveOneFunction) {
  EXPECT_EQ(NamesFor(Kernel({"__x64_sys_openat", "__do_sys_ni_syscall"}),
                     {EYRIE_EVENT_openat2, EYRIE_EVENT_fchmodat2}),
            Names({"__do_sys_ni_syscall"}));
  EXPECT_EQ(NamesFor(Kernel({"__x64_sys_openat"}), {EYRIE_EVENT_openat2}),
            Names());
}

TEST(CallFunctionsTest, RefusesCallsWithoutAKnownFunction) {
  struct Case {
    CallFunctions kernel;
    const char* message;
  };
  const Case cases[] = {
      {Kernel({}, "__x64_sys_openat"), "openat (number 257)"},
      {Kernel({"__x64_sys_openat", "__ia32_sys_openat"}), "32-bit calls"}};
  for (const Case& c : cases) {
    const absl::Status status =
        c.kernel.FunctionsFor(MakeCallTable({EYRIE_EVENT_openat})).status();
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), c.message)) << status;
  }
}

}  // namespace
}  // namespace eyrie::collector
