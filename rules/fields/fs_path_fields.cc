// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/fs_path_fields.h"

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "rules/check/types.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_paths.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/paths.h"

namespace eyrie::rules {
namespace {

// The path in `slot`, absolute where the record says from where.
absl::string_view PathIn(const Event& event, int slot, Scratch& scratch) {
  const EventLayout& layout = LayoutOf(event.record);
  if (layout.info->arguments[slot].type == ArgumentType::kRequestedPath) {
    return RequestedPath(event, slot, scratch);
  }
  const absl::string_view path = RawPath(event, slot);
  if (layout.info->arguments[slot].field != "target") return path;
  // What a link says starts where the link lies.
  const absl::string_view link =
      RequestedPath(event, layout.requested_path, scratch);
  return AbsolutePath(Directory(link), path, scratch);
}

// Calls that failed changed nothing: they have no paths.
template <int8_t EventLayout::*slot>
Extracted Path(const Event& event, Scratch& scratch) {
  const int at = LayoutOf(event.record).*slot;
  if (at < 0 || event.record.result() < 0) return Absent();
  const absl::string_view path = PathIn(event, at, scratch);
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
     .doc = "Old path of a successful rename, the link of link and symlink, "
            "what mount mounts; made absolute.",
     .read = Read<Path<&EventLayout::source_path>>},
    {.name = "fs.path.sourceraw",
     .type = FieldType::kString,
     .doc = "fs.path.source as the process gave it.",
     .read = Read<PathAsGiven<&EventLayout::source_path>>},
    {.name = "fs.path.target",
     .type = FieldType::kString,
     .doc = "New path of a successful rename, what link and symlink lead to, "
            "where mount mounts; made absolute.",
     .read = Read<Path<&EventLayout::target_path>>},
    {.name = "fs.path.targetraw",
     .type = FieldType::kString,
     .doc = "fs.path.target as the process gave it.",
     .read = Read<PathAsGiven<&EventLayout::target_path>>},
};

}  // namespace

absl::Span<const FieldInfo> FsPathFields() { return kFields; }

}  // namespace eyrie::rules
