// SPDX-License-Identifier: Apache-2.0
//
// The container of a test case.

#ifndef EYRIE_RULES_TESTING_FIXTURE_CONTAINER_H_
#define EYRIE_RULES_TESTING_FIXTURE_CONTAINER_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "eyrie/v1/process.pb.h"

#include "rules/diagnostics.h"
#include "rules/reader/yaml_node.h"

namespace eyrie::rules::testing {

// Whether `text` is an id as runtimes make it: 64 hexadecimal digits.
bool IsContainerId(absl::string_view text);

// Reads what a case says of its container: a map with the keys of
// docs/rule_tests.md. What it does not say the container does not have; without
// an id it gets one. Nothing if there was a mistake, which is added to
// `diagnostics`.
//
// REQUIRES: `node` is a map.
std::optional<v1::Container> ReadFixtureContainer(const YamlNode& node,
                                                  Diagnostics& diagnostics);

}  // namespace eyrie::rules::testing

#endif  // EYRIE_RULES_TESTING_FIXTURE_CONTAINER_H_
