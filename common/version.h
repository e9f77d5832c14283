// SPDX-License-Identifier: Apache-2.0
//
// The version of this build.

#ifndef EYRIE_COMMON_VERSION_H_
#define EYRIE_COMMON_VERSION_H_

#include "absl/strings/string_view.h"

namespace eyrie {

// As in semver, e.g. "0.1.0". All programs of one build have the same.
absl::string_view Version();

}  // namespace eyrie

#endif  // EYRIE_COMMON_VERSION_H_
