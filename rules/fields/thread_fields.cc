// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/thread_fields.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "eyrie/v1/process.pb.h"

#include "proto/arguments.h"
#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/check/types.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/process_facts.h"

namespace eyrie::rules {
namespace {

bool IsMainThread(const Event& event) {
  return event.record.header().tid == event.record.process().pid;
}

Extracted ThreadId(const Event& event) {
  return Signed(event.record.header().tid);
}

Extracted IsMain(const Event& event) { return Bool(IsMainThread(event)); }

// Known of main threads, whose number is the process's.
Extracted VirtualThreadId(const Event& event) {
  return IsMainThread(event) ? OfProcess<VirtualPid>(event) : Unknown();
}

Extracted NameAndId(const Event& event, Scratch& scratch) {
  return Text(scratch.Keep(
      absl::StrCat(event.record.comm(), event.record.header().tid)));
}

// ---- capabilities ----------------------------------------------------------

template <uint64_t (v1::Process::*set)() const>
Extracted Capabilities(const Event& event, Scratch& scratch) {
  if (event.process == nullptr) return Unknown();
  const v1::Process& facts = event.process->facts();
  const uint64_t capabilities = (facts.*set)();
  if (capabilities == 0) return TextFact(*event.process, "");
  return Text(scratch.Keep(CapabilityNames(capabilities)));
}

// ---- control groups --------------------------------------------------------

Extracted ControlGroup(const ProcessNode& node) {
  // Every process is in a group.
  const absl::string_view path = node.facts().cgroup();
  return path.empty() ? Unknown() : Text(path);
}

// The hierarchy has one path for all controllers.
Extracted ControlGroupOf(const Event& event, const FieldArgument&, Scratch&) {
  return OfProcess<ControlGroup>(event);
}

// ---- memory ----------------------------------------------------------------

// As of the last exec.
template <uint64_t (v1::Process::*size)() const>
Extracted ProcessMemory(const ProcessNode& node) {
  return NumberFact(node, (node.facts().*size)());
}

// The memory of a process counts for its main thread alone.
template <uint64_t (v1::Process::*size_kib)() const, uint64_t factor>
Extracted ThreadMemory(const Event& event) {
  if (!IsMainThread(event)) return Number(0);
  Extracted size = OfProcess<ProcessMemory<size_kib>>(event);
  size.value.number *= factor;
  return size;
}

Extracted DescriptorLimit(const ProcessNode& node) {
  const uint64_t limit = node.facts().fd_limit();
  return limit == 0 ? Unknown() : Signed(static_cast<int64_t>(limit));
}

// Page faults stand in exec events.
template <int slot>
Extracted PageFaults(const Event& event) {
  const uint16_t type = event.record.type();
  const bool is_exec =
      type == EYRIE_EVENT_execve || type == EYRIE_EVENT_execveat;
  if (!is_exec || !event.record.has(slot)) return Unknown();
  return Number(event.record.u64(slot));
}

constexpr int kMajorFaults = offsetof(eyrie_execve_args, pgft_maj) / 8;
constexpr int kMinorFaults = offsetof(eyrie_execve_args, pgft_min) / 8;

constexpr absl::string_view kNoScheduler =
    "events of the scheduler (later sensor work)";
constexpr absl::string_view kNoDescriptorTable =
    "a table of open descriptors (later sensor work)";
constexpr absl::string_view kNoThreadTable =
    "counts of threads and children (later sensor work)";

const FieldInfo kFields[] = {
    {.name = "thread.tid",
     .type = FieldType::kInt64,
     .doc = "Thread id in the initial pid namespace.",
     .read = Read<ThreadId>},
    {.name = "thread.ismain",
     .type = FieldType::kBool,
     .doc = "Whether it is the process's main thread.",
     .read = Read<IsMain>},
    {.name = "thread.vtid",
     .type = FieldType::kInt64,
     .doc = "Thread id in the process's own pid namespace; known of main "
            "threads.",
     .read = Read<VirtualThreadId>},
    {.name = "thread.nametid",
     .type = FieldType::kString,
     .doc = "Name of the thread followed by its id.",
     .read = Read<NameAndId>},
    {.name = "thread.cap_permitted",
     .type = FieldType::kString,
     .doc = "Permitted capabilities joined by blanks.",
     .read = Read<Capabilities<&v1::Process::cap_permitted>>},
    {.name = "thread.cap_inheritable",
     .type = FieldType::kString,
     .doc = "Inheritable capabilities joined by blanks.",
     .read = Read<Capabilities<&v1::Process::cap_inheritable>>},
    {.name = "thread.cap_effective",
     .type = FieldType::kString,
     .doc = "Effective capabilities joined by blanks.",
     .read = Read<Capabilities<&v1::Process::cap_effective>>},
    {.name = "thread.cgroups",
     .type = FieldType::kString,
     .doc = "Path in the cgroup hierarchy.",
     .read = Read<OfProcess<ControlGroup>>},
    {.name = "thread.cgroup",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .doc = "Path in the cgroup hierarchy of one controller; one path for all.",
     .read = Read<ControlGroupOf>},
    {.name = "thread.pfmajor",
     .type = FieldType::kUint64,
     .doc = "Major page faults; known of exec events.",
     .read = Read<PageFaults<kMajorFaults>>},
    {.name = "thread.pfminor",
     .type = FieldType::kUint64,
     .doc = "Minor page faults; known of exec events.",
     .read = Read<PageFaults<kMinorFaults>>},
    {.name = "thread.vmsize",
     .type = FieldType::kUint64,
     .doc = "proc.vmsize of main threads, 0 of others.",
     .read = Read<ThreadMemory<&v1::Process::vm_size_kib, 1>>},
    {.name = "thread.vmrss",
     .type = FieldType::kUint64,
     .doc = "proc.vmrss of main threads, 0 of others.",
     .read = Read<ThreadMemory<&v1::Process::vm_rss_kib, 1>>},
    {.name = "thread.vmsize.b",
     .type = FieldType::kUint64,
     .doc = "thread.vmsize in bytes.",
     .read = Read<ThreadMemory<&v1::Process::vm_size_kib, 1024>>},
    {.name = "thread.vmrss.b",
     .type = FieldType::kUint64,
     .doc = "thread.vmrss in bytes.",
     .read = Read<ThreadMemory<&v1::Process::vm_rss_kib, 1024>>},
    {.name = "thread.exectime",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoScheduler,
     .doc = "CPU time of the last slice, ns.",
     .read = Read<ExtractUnknown>},
    {.name = "thread.totexectime",
     .type = FieldType::kRelativeTime,
     .unavailable = kNoScheduler,
     .doc = "CPU time, ns.",
     .read = Read<ExtractUnknown>},
    {.name = "thread.cpu",
     .type = FieldType::kDouble,
     .unavailable = kNoScheduler,
     .doc = "CPU use, percent.",
     .read = Read<ExtractUnknown>},
    {.name = "thread.cpu.user",
     .type = FieldType::kDouble,
     .unavailable = kNoScheduler,
     .doc = "CPU use outside of the kernel, percent.",
     .read = Read<ExtractUnknown>},
    {.name = "thread.cpu.system",
     .type = FieldType::kDouble,
     .unavailable = kNoScheduler,
     .doc = "CPU use in the kernel, percent.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.vmsize",
     .type = FieldType::kUint64,
     .doc = "Virtual memory as of the last exec, KiB.",
     .read = Read<OfProcess<ProcessMemory<&v1::Process::vm_size_kib>>>},
    {.name = "proc.vmrss",
     .type = FieldType::kUint64,
     .doc = "Resident memory as of the last exec, KiB.",
     .read = Read<OfProcess<ProcessMemory<&v1::Process::vm_rss_kib>>>},
    {.name = "proc.vmswap",
     .type = FieldType::kUint64,
     .doc = "Swapped memory as of the last exec, KiB.",
     .read = Read<OfProcess<ProcessMemory<&v1::Process::vm_swap_kib>>>},
    {.name = "proc.fdlimit",
     .type = FieldType::kInt64,
     .doc = "Soft limit of open descriptors.",
     .read = Read<OfProcess<DescriptorLimit>>},
    {.name = "proc.fdopencount",
     .type = FieldType::kUint64,
     .unavailable = kNoDescriptorTable,
     .doc = "Number of open descriptors.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.fdusage",
     .type = FieldType::kDouble,
     .unavailable = kNoDescriptorTable,
     .doc = "Open descriptors in percent of the limit.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.nthreads",
     .type = FieldType::kUint64,
     .unavailable = kNoThreadTable,
     .doc = "Number of threads.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.nchilds",
     .type = FieldType::kUint64,
     .unavailable = kNoThreadTable,
     .doc = "Number of children.",
     .read = Read<ExtractUnknown>},
};

}  // namespace

absl::Span<const FieldInfo> ThreadFields() { return kFields; }

}  // namespace eyrie::rules
