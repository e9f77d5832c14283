// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/fs_path_fields.h"

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/check/types.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_paths.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"

namespace eyrie::rules {
namespace {

// Calls that failed changed nothing: they have no paths.
template <int8_t EventLayout::*slot>
Extracted Path(const Event& event, Scratch& scratch) {
  const int at = LayoutOf(event.record).*slot;
  if (at < 0 || event.record.result() < 0) return Absent();
  const absl::string_view path = RequestedPath(event, at, scratch);
  return path.empty() ? Unknown() : Text(path);
}

template <int8_t EventLayout::*slot>
Extracted PathAsGiven(const Event& event) {
  const int at = LayoutOf(event.record).*slot;
  if (at < 0 || event.record.result() < 0) return Absent();
  const absl::string_view path = RawPath(event, at);
  return path.empty() ? Unknown() : Text(path);
}

const FieldInfo kFields[] = {
    {.name = "fs.path.name",
     .type = FieldType::kString,
     .doc = "Path that a successful call is about, made absolute.",
     .read = Read<Path<&EventLayout::path>>},
    {.name = "fs.path.nameraw",
     .type = FieldType::kString,
     .doc = "fs.path.name as the process gave it.",
     .read = Read<PathAsGiven<&EventLayout::path>>},
    {.name = "fs.path.source",
     .type = FieldType::kString,
     .doc = "Old path of a successful rename, made absolute.",
     .read = Read<Path<&EventLayout::source_path>>},
    {.name = "fs.path.sourceraw",
     .type = FieldType::kString,
     .doc = "fs.path.source as the process gave it.",
     .read = Read<PathAsGiven<&EventLayout::source_path>>},
    {.name = "fs.path.target",
     .type = FieldType::kString,
     .doc = "New path of a successful rename, made absolute.",
     .read = Read<Path<&EventLayout::target_path>>},
    {.name = "fs.path.targetraw",
     .type = FieldType::kString,
     .doc = "fs.path.target as the process gave it.",
     .read = Read<PathAsGiven<&EventLayout::target_path>>},
};

}  // namespace

absl::Span<const FieldInfo> FsPathFields() { return kFields; }

}  // namespace eyrie::rules
