// SPDX-License-Identifier: Apache-2.0
//
// Makes attack steps, each in a process of its own.

#ifndef EYRIE_TESTS_E2E_ATTACK_STEPS_ATTACK_SCRIPT_H_
#define EYRIE_TESTS_E2E_ATTACK_STEPS_ATTACK_SCRIPT_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/e2e/attack_steps/attack_step.h"

namespace eyrie::testing {

// The script is a process: all that its steps do is done by descendants of it,
// and it does nothing of that kind itself. It dies with its maker.
//
// Thread safety: one thread, of a process that has no other yet.
class AttackScript {
 public:
  // `folder` is where the steps run: absolute, made before each step and
  // removed after it.
  AttackScript(AttackSteps steps, std::string folder);
  ~AttackScript();
  AttackScript(const AttackScript&) = delete;
  AttackScript& operator=(const AttackScript&) = delete;

  pid_t pid() const { return pid_; }
  // Makes all steps in their order, `repetitions` times, and ends the script.
  // Returns a line for each act that did not do what it is about. Once.
  std::vector<std::string> Run(int repetitions);

 private:
  pid_t pid_;
  int order_ = -1;   // where repetitions are written
  int report_ = -1;  // where the lines come from
};

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_E2E_ATTACK_STEPS_ATTACK_SCRIPT_H_
