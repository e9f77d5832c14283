// SPDX-License-Identifier: Apache-2.0
//
// The system call programs (bpf/) for the begin and the end of the kernel's
// functions.

#ifndef EYRIE_COLLECTOR_SOURCE_FUNCTION_PROGRAMS_H_
#define EYRIE_COLLECTOR_SOURCE_FUNCTION_PROGRAMS_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "bpf/control.h"
#include "collector/source/kernel_function.h"
#include "collector/source/sensor_object.h"

namespace eyrie::collector {

// OK if this kernel takes a program on the end of a function: tried with one
// that does nothing. Else the kernel's error.
absl::Status ProbeFunctionPrograms(const KernelFunction& function);

// A second copy of the system call programs, which fills the same rings and
// counts in the same maps as the sensor it was made from. It serves the
// functions of one prototype: what an entry program jumps to must be of the
// same.
//
// Thread safety: one thread calls everything.
class FunctionPrograms {
 public:
  // Where in a function an entry program runs.
  enum class Place { kBegin, kEnd };

  // Loads the programs for functions of the prototype of `function`; takes some
  // 0.15 s. `sensor`, loaded, is only asked here.
  static absl::StatusOr<std::unique_ptr<FunctionPrograms>> Load(
      const SensorObject& sensor, const KernelFunction& function,
      eyrie_hooks hooks, bool direct_loads);

  // Loads a copy of the entry program for `function`, which is of that
  // prototype. Returns its descriptor, which the caller closes.
  absl::StatusOr<int> LoadEntry(const KernelFunction& function,
                                Place place) const;

 private:
  explicit FunctionPrograms(std::unique_ptr<SensorObject> object)
      : object_(std::move(object)) {}

  absl::Status ChoosePrograms(const KernelFunction& function);
  absl::Status ShareMaps(const SensorObject& sensor);
  absl::Status FillTailCalls();

  const std::unique_ptr<SensorObject> object_;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_FUNCTION_PROGRAMS_H_
