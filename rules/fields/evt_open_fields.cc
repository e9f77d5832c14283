// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_open_fields.h"

#include <fcntl.h>

#include <cstdint>

#include "absl/types/span.h"

#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/check/types.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"

namespace eyrie::rules {
namespace {

// O_TMPFILE without O_DIRECTORY, which it contains.
constexpr uint64_t kTemporaryFile = 020000000;
constexpr uint64_t kExecuteBits = 0111;
// What creat() implies.
constexpr uint64_t kCreatFlags = O_CREAT | O_WRONLY | O_TRUNC;

bool IsOpen(const Event& event) {
  return LayoutOf(event.record).role == DescriptorRole::kOpen;
}

uint64_t OpenFlags(const Event& event) {
  const EventLayout& layout = LayoutOf(event.record);
  return layout.open_flags < 0 ? kCreatFlags
                               : event.record.u64(layout.open_flags);
}

// By the access mode asked for, whatever the result. creat() opens for writing:
// the reference misses that.
Extracted IsOpenRead(const Event& event) {
  const uint64_t access = OpenFlags(event) & O_ACCMODE;
  return Bool(IsOpen(event) && (access == O_RDONLY || access == O_RDWR));
}

Extracted IsOpenWrite(const Event& event) {
  const uint64_t access = OpenFlags(event) & O_ACCMODE;
  return Bool(IsOpen(event) && (access == O_WRONLY || access == O_RDWR));
}

// creat() has no argument for flags.
Extracted IsOpenWriteInReference(const Event& event) {
  return LayoutOf(event.record).open_flags < 0 ? Bool(false)
                                               : IsOpenWrite(event);
}

Extracted IsOpenExec(const Event& event) {
  if (!IsOpen(event)) return Bool(false);
  const bool may_create = (OpenFlags(event) & (O_CREAT | kTemporaryFile)) != 0;
  const uint64_t mode = event.record.u64(LayoutOf(event.record).mode);
  return Bool(may_create && (mode & kExecuteBits) != 0);
}

Extracted IsOpenCreate(const Event& event) {
  if (!IsOpen(event)) return Bool(false);
  const EventLayout& layout = LayoutOf(event.record);
  const bool was_created =
      (event.record.u64(layout.file_flags) & EYRIE_FILE_CREATED) != 0;
  const bool is_temporary = (OpenFlags(event) & kTemporaryFile) != 0 &&
                            event.record.i64(layout.descriptor) >= 0;
  return Bool(was_created || is_temporary);
}

const FieldInfo kIsOpenWriteInReference = {
    .name = "evt.is_open_write",
    .type = FieldType::kBool,
    .read = Read<IsOpenWriteInReference>};

const FieldInfo kFields[] = {
    {.name = "evt.is_open_read",
     .type = FieldType::kBool,
     .doc = "Whether a file was to be opened for reading; false for other "
            "events.",
     .read = Read<IsOpenRead>},
    {.name = "evt.is_open_write",
     .type = FieldType::kBool,
     .doc = "Whether a file was to be opened for writing, by creat too; false "
            "for other events.",
     .read = Read<IsOpenWrite>,
     .in_reference = &kIsOpenWriteInReference},
    {.name = "evt.is_open_exec",
     .type = FieldType::kBool,
     .doc = "Whether a file that may be executed was to be made by opening; "
            "false for other events.",
     .read = Read<IsOpenExec>},
    {.name = "evt.is_open_create",
     .type = FieldType::kBool,
     .doc = "Whether opening made the file; false for other events.",
     .read = Read<IsOpenCreate>},
};

}  // namespace

absl::Span<const FieldInfo> EvtOpenFields() { return kFields; }

}  // namespace eyrie::rules
