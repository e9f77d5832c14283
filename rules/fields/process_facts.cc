// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/process_facts.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace eyrie::rules {

bool FindVariable(absl::string_view environment, absl::string_view name,
                  absl::string_view* value) {
  bool found = false;
  ForEachString(environment, [&](absl::string_view variable) {
    if (variable.size() > name.size() && variable[name.size()] == '=' &&
        absl::StartsWith(variable, name)) {
      *value = variable.substr(name.size() + 1);
      found = true;
    }
    return !found;
  });
  return found;
}

}  // namespace eyrie::rules
