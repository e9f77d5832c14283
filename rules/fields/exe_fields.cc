// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/exe_fields.h"

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/record.h"
#include "rules/check/types.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/process_facts.h"

namespace eyrie::rules {
namespace {

template <eyrie_exec_flag flag>
Extracted HasFlag(const ProcessNode& node) {
  const uint32_t flags = node.facts().exe_flags();
  if (flags == 0 && node.facts().partial()) return Unknown();
  return Bool((flags & flag) != 0);
}

Extracted Inode(const ProcessNode& node) {
  return SignedFact(node, static_cast<int64_t>(node.facts().exe_ino()));
}

// A time of the executable; 0 is none.
Extracted FileTime(const ProcessNode& node, uint64_t time_ns) {
  if (time_ns != 0) return Number(time_ns);
  return node.facts().partial() ? Unknown() : Absent();
}

Extracted ChangeTime(const ProcessNode& node) {
  return FileTime(node, node.facts().exe_ino_ctime_ns());
}

Extracted ModificationTime(const ProcessNode& node) {
  return FileTime(node, node.facts().exe_ino_mtime_ns());
}

// From the change of the executable to the start of the process.
Extracted ChangeToStart(const Event& event) {
  if (event.process == nullptr) return Unknown();
  const Extracted change = ChangeTime(*event.process);
  if (change.presence != Presence::kPresent) return change;
  const uint64_t start_ns = event.record.process().start_time_ns;
  const uint64_t epoch_ns =
      start_ns + static_cast<uint64_t>(event.clock_offset_ns);
  if (start_ns == 0 || epoch_ns < change.value.number) return Absent();
  return Number(epoch_ns - change.value.number);
}

constexpr absl::string_view kNoNamespaceStart =
    "the start of a pid namespace's first process (later sensor work)";

const FieldInfo kFields[] = {
    {.name = "proc.is_exe_writable",
     .type = FieldType::kBool,
     .doc = "Whether the user may write to the executable.",
     .read = Read<OfProcess<HasFlag<EYRIE_EXEC_WRITABLE>>>},
    {.name = "proc.is_exe_upper_layer",
     .type = FieldType::kBool,
     .doc = "Whether the executable lies in the upper layer of an overlay: "
            "not part of the image.",
     .read = Read<OfProcess<HasFlag<EYRIE_EXEC_UPPER_LAYER>>>},
    {.name = "proc.is_exe_lower_layer",
     .type = FieldType::kBool,
     .doc = "Whether the executable lies in a lower layer of an overlay: part "
            "of the image.",
     .read = Read<OfProcess<HasFlag<EYRIE_EXEC_LOWER_LAYER>>>},
    {.name = "proc.is_exe_from_memfd",
     .type = FieldType::kBool,
     .doc = "Whether the executable is a memfd: in memory only.",
     .read = Read<OfProcess<HasFlag<EYRIE_EXEC_FROM_MEMFD>>>},
    {.name = "proc.exe_ino",
     .type = FieldType::kInt64,
     .doc = "Inode of the executable.",
     .read = Read<OfProcess<Inode>>},
    {.name = "proc.exe_ino.ctime",
     .type = FieldType::kAbsoluteTime,
     .doc = "Last change of the executable's inode, ns since the epoch.",
     .read = Read<OfProcess<ChangeTime>>},
    {.name = "proc.exe_ino.mtime",
     .type = FieldType::kAbsoluteTime,
     .doc = "Last change of the executable's content, ns since the epoch.",
     .read = Read<OfProcess<ModificationTime>>},
    {.name = "proc.exe_ino.ctime_duration_proc_start",
     .type = FieldType::kAbsoluteTime,
     .doc = "From the executable's ctime to the start of the process, ns; "
            "absent if the process started before.",
     .read = Read<ChangeToStart>},
    {.name = "proc.exe_ino.ctime_duration_pidns_start",
     .type = FieldType::kAbsoluteTime,
     .unavailable = kNoNamespaceStart,
     .doc = "From the start of the pid namespace to the executable's ctime, "
            "ns.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.pidns_init_start_ts",
     .type = FieldType::kUint64,
     .unavailable = kNoNamespaceStart,
     .doc = "Start of the pid namespace's first process, ns since the epoch.",
     .read = Read<ExtractUnknown>},
};

}  // namespace

absl::Span<const FieldInfo> ExeFields() { return kFields; }

}  // namespace eyrie::rules
