// SPDX-License-Identifier: Apache-2.0
//
// Whether this machine can run tests of the sensor.

#ifndef EYRIE_TESTS_TESTING_BPF_SUPPORT_H_
#define EYRIE_TESTS_TESTING_BPF_SUPPORT_H_

#include <unistd.h>

#include <string>

namespace eyrie::testing {

// Empty if it can, or what it lacks.
inline std::string WhyNoBpf() {
  if (geteuid() != 0) return "not root";
  if (access("/sys/kernel/btf/vmlinux", R_OK) != 0) return "no kernel BTF";
  return "";
}

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_TESTING_BPF_SUPPORT_H_
