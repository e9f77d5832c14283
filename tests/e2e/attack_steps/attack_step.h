// SPDX-License-Identifier: Apache-2.0
//
// One step of an attack that harms nothing.

#ifndef EYRIE_TESTS_E2E_ATTACK_STEPS_ATTACK_STEP_H_
#define EYRIE_TESTS_E2E_ATTACK_STEPS_ATTACK_STEP_H_

#include <functional>
#include <string>
#include <vector>

namespace eyrie::testing {

struct AttackStep {
  // Unique; the name of its rule, too.
  std::string name;
  // In MITRE ATT&CK: "T1003.008".
  std::string technique;
  // In the rule language: names the event and checks what matters of it. Holds
  // once for this step, and for no other step.
  std::string condition;
  // Runs in a process of its own, in an empty folder. Need not return: it may
  // become a program that ends with 0. False: the kernel did not do what the
  // step is about; errno says why.
  std::function<bool()> act;
};

using AttackSteps = std::vector<AttackStep>;

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_E2E_ATTACK_STEPS_ATTACK_STEP_H_
