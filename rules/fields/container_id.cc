// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/container_id.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace eyrie::rules {
namespace {

bool IsLowerHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// The id in one component of the path; empty if it has none.
absl::string_view IdOfComponent(absl::string_view component) {
  absl::ConsumeSuffix(&component, ".scope");
  if (component.size() < kContainerIdLength) return {};
  const size_t begin = component.size() - kContainerIdLength;
  const absl::string_view id = component.substr(begin);
  if (!std::all_of(id.begin(), id.end(), IsLowerHex)) return {};
  if (begin == 0) return id;
  const absl::string_view prefix = component.substr(0, begin);
  const bool is_separated = prefix.back() == '-' || prefix.back() == ':';
  if (!is_separated) return {};
  return id;
}

}  // namespace

absl::string_view FullContainerId(absl::string_view cgroup_path) {
  while (!cgroup_path.empty()) {
    const size_t slash = cgroup_path.rfind('/');
    const size_t begin = slash == absl::string_view::npos ? 0 : slash + 1;
    const absl::string_view component = cgroup_path.substr(begin);
    if (absl::StrContains(component, "-conmon-")) return {};
    const absl::string_view id = IdOfComponent(component);
    if (!id.empty()) return id;
    cgroup_path = cgroup_path.substr(0, begin == 0 ? 0 : slash);
  }
  return {};
}

}  // namespace eyrie::rules
