// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/source_files.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status_macros.h"
#include "rules/reader/rule_files.h"
#include "rules/sources/built_in_sources.h"
#include "rules/sources/source_reader.h"

namespace eyrie::rules {
namespace {

// Bytes of all files together. The largest that is built in has 6 KiB.
constexpr size_t kMaxBytes = 8 << 20;

}  // namespace

absl::StatusOr<std::shared_ptr<const EventSources>> ReadSourceFiles(
    const std::vector<std::string>& paths, Diagnostics& diagnostics) {
  if (paths.empty()) return BuiltInSources();
  EYRIE_ASSIGN_OR_RETURN(const auto files, ReadRuleFiles(paths, kMaxBytes));
  std::unique_ptr<EventSources> sources = MakeBuiltInSources();
  for (const auto& file : files) {
    std::unique_ptr<JsonSource> source = ReadJsonSource(file, {}, diagnostics);
    if (source == nullptr) continue;
    const std::string name = source->name;
    if (sources->Add(std::move(source)).ok()) continue;
    diagnostics.Error("bad-source", {file, 0, 0},
                      absl::StrCat("there is a source `", name, "` already"),
                      BuiltInSources()->CatalogOf(name) != nullptr
                          ? "it is built in; give yours another name"
                          : "two files describe it; leave one of them out");
  }
  if (diagnostics.has_errors()) return nullptr;
  return std::shared_ptr<const EventSources>(std::move(sources));
}

}  // namespace eyrie::rules
