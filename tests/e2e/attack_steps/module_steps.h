// SPDX-License-Identifier: Apache-2.0
//
// Steps that reach into the kernel and the machine.

#ifndef EYRIE_TESTS_E2E_ATTACK_STEPS_MODULE_STEPS_H_
#define EYRIE_TESTS_E2E_ATTACK_STEPS_MODULE_STEPS_H_

#include <string>

#include "tests/e2e/attack_steps/attack_step.h"

namespace eyrie::testing {

// `folder` is where the acts run: absolute, as the kernel names it.
AttackSteps ModuleSteps(const std::string& folder);

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_E2E_ATTACK_STEPS_MODULE_STEPS_H_
