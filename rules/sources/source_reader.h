// SPDX-License-Identifier: Apache-2.0
//
// Reads the description of a JSON source from a YAML file.

#ifndef EYRIE_RULES_SOURCES_SOURCE_READER_H_
#define EYRIE_RULES_SOURCES_SOURCE_READER_H_

#include <cstddef>
#include <memory>

#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/sources/json_source.h"

namespace eyrie::rules {

// Bounds on one description. Beyond them stands `limit-exceeded`.
struct SourceLimits {
  // The largest plugin of the reference has some 100.
  size_t max_fields = 2000;
  // Memory RE2 may use per expression, in bytes.
  int64_t max_regex_bytes = 1 << 20;
};

// Reads a file that describes one source; docs/json_sources.md tells how. Adds
// the fields that all JSON sources have.
//
// Returns null if there was a mistake; `diagnostics` says which.
//
// Thread safety: a pure function.
std::unique_ptr<JsonSource> ReadJsonSource(
    const std::shared_ptr<const SourceFile>& file, const SourceLimits& limits,
    Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SOURCES_SOURCE_READER_H_
