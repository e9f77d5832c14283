// SPDX-License-Identifier: Apache-2.0
//
// Batches for recordings that tests make.

#ifndef EYRIE_TESTS_INTEGRATION_MADE_RECORDING_H_
#define EYRIE_TESTS_INTEGRATION_MADE_RECORDING_H_

#include <string>
#include <vector>

#include "collector/uplink/batch.h"

namespace eyrie::testing {

// A batch in which `cat`, a child of sshd, opens `paths` with openat, as root.
collector::Batch OpensOf(const std::vector<std::string>& paths);

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_INTEGRATION_MADE_RECORDING_H_
