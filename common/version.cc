// SPDX-License-Identifier: Apache-2.0

#include "common/version.h"

#include "absl/strings/string_view.h"

namespace eyrie {

absl::string_view Version() { return "0.1.0"; }

}  // namespace eyrie
