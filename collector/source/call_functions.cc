// SPDX-License-Identifier: Apache-2.0

#include "collector/source/call_functions.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/status_macros.h"
#include "proto/event_catalog.h"

namespace eyrie::collector {
namespace {

// Of calls with arguments; calls without are another name for the second.
constexpr char kPrefix[] = "__x64_sys_";
constexpr char kPrefixWithoutArguments[] = "__do_sys_";
// Makes the calls that the kernel does not have: ENOSYS.
constexpr char kNoCall[] = "ni_syscall";
// There is one where 32-bit calls are made at all.
constexpr char kAnyCompatFunction[] = "__ia32_sys_openat";

// Calls whose function is not called as they are: for some the kernel has
// another function, of an older call, under that name.
struct OtherName {
  uint16_t event;
  const char* function;
};
constexpr OtherName kOtherNames[] = {
    {EYRIE_EVENT_stat, "newstat"},     {EYRIE_EVENT_fstat, "newfstat"},
    {EYRIE_EVENT_lstat, "newlstat"},   {EYRIE_EVENT_sendfile, "sendfile64"},
    {EYRIE_EVENT_uname, "newuname"},   {EYRIE_EVENT_umount2, "umount"},
    {EYRIE_EVENT_pread, "pread64"},    {EYRIE_EVENT_pwrite, "pwrite64"},
    {EYRIE_EVENT_prlimit, "prlimit64"}};

std::string FunctionName(uint16_t event) {
  for (const OtherName& other : kOtherNames) {
    if (other.event == event) return other.function;
  }
  const EventInfo* info = FindEvent(event);
  return info == nullptr ? "" : std::string(info->name);
}

bool WantsAny(const CallTable& table, eyrie_abi abi) {
  return std::any_of(table[abi].begin(), table[abi].end(),
                     [](uint16_t event) { return event != EYRIE_EVENT_NONE; });
}

absl::Status NoFunction(absl::string_view call) {
  return absl::NotFoundError(absl::StrCat(
      "this kernel has no type information of its function for ", call));
}

}  // namespace

bool CallFunctions::IsCandidate(const std::string& name) {
  return absl::StartsWith(name, kPrefix) ||
         absl::StartsWith(name, kPrefixWithoutArguments) ||
         name == kCompatCallFunction || name == kAnyCompatFunction;
}

CallFunctions::CallFunctions(std::map<std::string, KernelFunction> functions,
                             std::function<bool(const std::string&)> has_symbol)
    : functions_(std::move(functions)), has_symbol_(std::move(has_symbol)) {}

const KernelFunction* CallFunctions::Find(const std::string& name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

const KernelFunction* CallFunctions::FindCall(const std::string& name) const {
  const KernelFunction* function = Find(absl::StrCat(kPrefix, name));
  return function != nullptr
             ? function
             : Find(absl::StrCat(kPrefixWithoutArguments, name));
}

absl::Status CallFunctions::AddNative(
    int number, uint16_t event,
    std::map<std::string, WantedFunction>* wanted) const {
  const std::string name = FunctionName(event);
  const KernelFunction* function = FindCall(name);
  if (function == nullptr && has_symbol_(absl::StrCat(kPrefix, name))) {
    return NoFunction(absl::StrCat(name, " (number ", number, ")"));
  }
  if (function == nullptr) function = FindCall(kNoCall);
  if (function == nullptr) return absl::OkStatus();
  WantedFunction& entry = (*wanted)[function->name];
  entry.function = *function;
  entry.wants_begin |= event == EYRIE_EVENT_close;
  return absl::OkStatus();
}

absl::Status CallFunctions::AddCompat(
    const CallTable& table,
    std::map<std::string, WantedFunction>* wanted) const {
  if (!WantsAny(table, EYRIE_ABI_COMPAT32)) return absl::OkStatus();
  const KernelFunction* function = Find(kCompatCallFunction);
  if (function == nullptr) {
    return Find(kAnyCompatFunction) == nullptr ? absl::OkStatus()
                                               : NoFunction("32-bit calls");
  }
  const auto& row = table[EYRIE_ABI_COMPAT32];
  WantedFunction& entry = (*wanted)[function->name];
  entry.function = *function;
  entry.wants_begin =
      std::find(row.begin(), row.end(), EYRIE_EVENT_close) != row.end();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<WantedFunction>> CallFunctions::FunctionsFor(
    const CallTable& table) const {
  std::map<std::string, WantedFunction> wanted;
  for (int number = 0; number < EYRIE_SYSCALL_NUMBERS; ++number) {
    const uint16_t event = table[EYRIE_ABI_NATIVE][number];
    if (event == EYRIE_EVENT_NONE) continue;
    EYRIE_RETURN_IF_ERROR(AddNative(number, event, &wanted));
  }
  EYRIE_RETURN_IF_ERROR(AddCompat(table, &wanted));
  std::vector<WantedFunction> result;
  for (auto& [name, function] : wanted) result.push_back(std::move(function));
  return result;
}

}  // namespace eyrie::collector
