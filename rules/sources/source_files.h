// SPDX-License-Identifier: Apache-2.0
//
// Reads the descriptions of JSON sources that a user has.

#ifndef EYRIE_RULES_SOURCES_SOURCE_FILES_H_
#define EYRIE_RULES_SOURCES_SOURCE_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "rules/diagnostics.h"
#include "rules/sources/event_sources.h"

namespace eyrie::rules {

// The sources of the product and those that files at `paths` describe
// (docs/json_sources.md); a folder means its *.yaml and *.yml files by name.
//
// Null if a file has a mistake, or describes a source that there is already;
// `diagnostics` says which. Returns another status than OK, naming the path, if
// one cannot be read or all together are too large.
//
// Thread safety: a pure function, but for what it reads.
absl::StatusOr<std::shared_ptr<const EventSources>> ReadSourceFiles(
    const std::vector<std::string>& paths, Diagnostics& diagnostics);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SOURCES_SOURCE_FILES_H_
