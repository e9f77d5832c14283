// SPDX-License-Identifier: Apache-2.0
//
// Reads YAML text into trees.

#ifndef EYRIE_RULES_READER_YAML_READER_H_
#define EYRIE_RULES_READER_YAML_READER_H_

#include <memory>
#include <optional>
#include <vector>

#include "rules/diagnostics.h"
#include "rules/reader/read_limits.h"
#include "rules/reader/yaml_node.h"
#include "rules/source.h"

namespace eyrie::rules {

// Reads all YAML documents of `file`; an empty one is a null node.
//
// Nothing if the file is no YAML or exceeds a limit; the mistake is added to
// `diagnostics`. A key that stands twice in a map is a warning.
//
// The only place that deals with yaml-cpp and its exceptions.
std::optional<std::vector<YamlNodePtr>> ReadYaml(
    const std::shared_ptr<const SourceFile>& file, const ReadLimits& limits,
    Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_READER_YAML_READER_H_
