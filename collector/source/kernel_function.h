// SPDX-License-Identifier: Apache-2.0
//
// A function of the kernel that programs can be attached to.

#ifndef EYRIE_COLLECTOR_SOURCE_KERNEL_FUNCTION_H_
#define EYRIE_COLLECTOR_SOURCE_KERNEL_FUNCTION_H_

#include <cstdint>
#include <string>

namespace eyrie::collector {

struct KernelFunction {
  std::string name;
  // Of the function in the kernel's type information.
  uint32_t type_id = 0;
  // Of what it takes and returns. Newer kernels let programs jump to each other
  // only if this is the same.
  uint32_t prototype_id = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_KERNEL_FUNCTION_H_
