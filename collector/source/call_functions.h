// SPDX-License-Identifier: Apache-2.0
//
// Which functions of the kernel make which system calls (x86-64).

#ifndef EYRIE_COLLECTOR_SOURCE_CALL_FUNCTIONS_H_
#define EYRIE_COLLECTOR_SOURCE_CALL_FUNCTIONS_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "collector/source/event_calls.h"
#include "collector/source/kernel_function.h"

namespace eyrie::collector {

// The one that makes all 32-bit calls, given the registers and the number.
inline constexpr char kCompatCallFunction[] = "ia32_sys_call";

// A function that a table of wanted calls needs hooked.
struct WantedFunction {
  KernelFunction function;
  // It makes a call that is reported when it begins: close.
  bool wants_begin = false;

  bool is_compat() const { return function.name == kCompatCallFunction; }
};

// Thread safety: as `has_symbol`.
class CallFunctions {
 public:
  // Whether a name of `functions` can be among those of FunctionsFor().
  static bool IsCandidate(const std::string& name);

  // `functions`: candidates of the running kernel by name. `has_symbol`:
  // whether it has a function of that name at all, types known or not.
  CallFunctions(std::map<std::string, KernelFunction> functions,
                std::function<bool(const std::string&)> has_symbol);

  // The functions behind the calls that `table` wants, by name. Calls that this
  // kernel does not have are those of one function, if it is known.
  //
  // Returns kNotFound naming a call of this kernel that no function is known
  // for.
  absl::StatusOr<std::vector<WantedFunction>> FunctionsFor(
      const CallTable& table) const;

 private:
  absl::Status AddNative(int number, uint16_t event,
                         std::map<std::string, WantedFunction>* wanted) const;
  absl::Status AddCompat(const CallTable& table,
                         std::map<std::string, WantedFunction>* wanted) const;
  const KernelFunction* Find(const std::string& name) const;
  // The function that makes the native call.
  const KernelFunction* FindCall(const std::string& name) const;

  const std::map<std::string, KernelFunction> functions_;
  const std::function<bool(const std::string&)> has_symbol_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_CALL_FUNCTIONS_H_
