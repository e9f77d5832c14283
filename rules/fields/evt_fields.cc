// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_fields.h"

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/check/types.h"
#include "rules/fields/argument_text.h"
#include "rules/fields/descriptor_kind.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_types.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"

namespace eyrie::rules {
namespace {

// As evt.category has them. Index = the enum's value; empty for those that go
// by the descriptor.
constexpr absl::string_view kCategories[] = {
    "process", "file",      "net",    "user",   "",        "",
    "",        "IPC",       "memory", "signal", "sleep",   "time",
    "wait",    "scheduler", "system", "other",  "internal"};
static_assert(std::size(kCategories) ==
                  static_cast<size_t>(EventCategory::kSnapshot) + 1,
              "kCategories is in the order of EventCategory");

Extracted Type(const Event& event) {
  const EventInfo* info = LayoutOf(event.record).info;
  // A newer collector may know more events than we do.
  return info == nullptr ? Unknown() : Text(info->name);
}

// Whether the event is told when it begins. Of system calls the kernel tells
// when they are over.
bool IsEntry(const Event& event) {
  switch (event.record.type()) {
    case EYRIE_EVENT_page_fault:
    case EYRIE_EVENT_procexit:
    case EYRIE_EVENT_signaldeliver:
    case EYRIE_EVENT_switch:
      return true;
    default:
      return false;
  }
}

// The others are no system calls.
Extracted SystemCall(const Event& event) {
  return IsEntry(event) ? Absent() : Type(event);
}

// evt.type.is[NAME].
Extracted TypeIs(const Event& event, const FieldArgument& argument, Scratch&) {
  return Bool(event.record.type() == argument.resolved);
}

Extracted Category(const Event& event) {
  const EventInfo* info = LayoutOf(event.record).info;
  if (info == nullptr) return Unknown();
  const absl::string_view name =
      kCategories[static_cast<size_t>(info->category)];
  if (!name.empty()) return Text(name);
  const DescriptorKind kind = DescriptorKindOf(event);
  return kind == DescriptorKind::kUnknown ? Unknown()
                                          : Text(CategoryName(kind));
}

Extracted EventNumber(const Event& event) { return Number(event.number); }
Extracted Cpu(const Event& event) { return Signed(event.record.header().cpu); }
Extracted HostName(const Event& event) { return Text(event.node); }
Extracted Source(const Event&) { return Text("syscall"); }
Extracted False(const Event&) { return Bool(false); }
Extracted Direction(const Event& event) {
  return Text(IsEntry(event) ? ">" : "<");
}

template <eyrie_record_flag flag>
Extracted HasFlag(const Event& event) {
  return Bool((event.record.flags() & flag) != 0);
}

// ---- results ---------------------------------------------------------------

bool HasResult(const Event& event) {
  return (event.record.flags() & EYRIE_RECORD_HAS_RESULT) != 0;
}

Extracted RawResult(const Event& event) {
  return HasResult(event) ? Signed(event.record.result()) : Absent();
}

Extracted Result(const Event& event, Scratch& scratch) {
  if (!HasResult(event)) return Absent();
  const int64_t result = event.record.result();
  if (result >= 0) return Text("SUCCESS");
  return Text(ErrorText(result, scratch));
}

Extracted Failed(const Event& event) {
  return HasResult(event) ? Bool(event.record.result() < 0) : Absent();
}

// ---- counters: 1 where the event counts, else absent -----------------------

Extracted CountIf(bool counts) { return counts ? Number(1) : Absent(); }

Extracted Count(const Event&) { return Number(1); }

bool HasFailed(const Event& event) {
  return HasResult(event) && event.record.result() < 0;
}

// What a failed call was about: the descriptor if there is one, else what the
// event's category says.
EventCategory SubjectOf(const Event& event) {
  const EventInfo* info = LayoutOf(event.record).info;
  if (info == nullptr) return EventCategory::kOther;
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsInformed(kind)) return info->category;
  if (kind == DescriptorKind::kFile || kind == DescriptorKind::kDirectory) {
    return EventCategory::kFile;
  }
  return IsIpSocket(kind) || kind == DescriptorKind::kUnix
             ? EventCategory::kNetwork
             : EventCategory::kOther;
}

Extracted CountError(const Event& event) { return CountIf(HasFailed(event)); }

template <EventCategory subject>
Extracted CountErrorOf(const Event& event) {
  return CountIf(HasFailed(event) && SubjectOf(event) == subject);
}

Extracted CountMemoryError(const Event& event) {
  const EventInfo* info = LayoutOf(event.record).info;
  return CountIf(HasFailed(event) && info != nullptr &&
                 info->category == EventCategory::kMemory);
}

Extracted CountOtherError(const Event& event) {
  const EventCategory subject = SubjectOf(event);
  return CountIf(HasFailed(event) && subject != EventCategory::kFile &&
                 subject != EventCategory::kNetwork &&
                 subject != EventCategory::kMemory);
}

Extracted CountExit(const Event& event) { return CountIf(!IsEntry(event)); }

absl::Status ResolveType(FieldArgument& argument) {
  const absl::string_view alias = EventOfAlias(argument.key);
  const EventInfo* info = FindEvent(alias.empty() ? argument.key : alias);
  if (info != nullptr) {
    argument.resolved = info->id;
    return absl::OkStatus();
  }
  if (IsFutureEvent(argument.key)) {
    argument.resolved = kFutureEvent;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no event is called `", argument.key, "`"));
}

const FieldInfo kFields[] = {
    {.name = "evt.type",
     .type = FieldType::kString,
     .doc = "Name of the event: openat, execve, ...",
     .read = Read<Type>},
    {.name = "syscall.type",
     .type = FieldType::kString,
     .doc =
         "Name of the system call; absent for procexit, signaldeliver, switch "
         "and page_fault.",
     .read = Read<SystemCall>},
    {.name = "evt.type.is",
     .type = FieldType::kUint64,
     .argument_rule = ArgumentRule::kRequired,
     .argument_kind = ArgumentKind::kKey,
     .doc = "1 for events of this type, else 0: evt.type.is.openat = 1.",
     .read = Read<TypeIs>,
     .resolve = ResolveType,
     .bits = 32},
    {.name = "evt.category",
     .type = FieldType::kString,
     .doc = "process, file, net, user, IPC, memory, signal, sleep, time, wait, "
            "scheduler, system or other; of calls that move data or handle a "
            "descriptor file, net, ipc or unknown, by what it is.",
     .read = Read<Category>},
    {.name = "evt.num",
     .type = FieldType::kUint64,
     .doc = "Number of the event, at least 1.",
     .read = Read<EventNumber>},
    {.name = "evt.cpu",
     .type = FieldType::kInt64,
     .doc = "CPU on which it happened.",
     .read = Read<Cpu>,
     .bits = 16},
    {.name = "evt.hostname",
     .type = FieldType::kString,
     .doc = "Name of the node.",
     .read = Read<HostName>},
    {.name = "evt.source",
     .type = FieldType::kString,
     .doc = "syscall.",
     .read = Read<Source>},
    {.name = "evt.dir",
     .type = FieldType::kString,
     .doc =
         "Deprecated. < for system calls, which are told when they are over, "
         "> for other events.",
     .read = Read<Direction>},
    {.name = "evt.res",
     .type = FieldType::kString,
     .doc = "SUCCESS or the name of the error: ENOENT.",
     .read = Read<Result>},
    {.name = "evt.rawres",
     .type = FieldType::kInt64,
     .doc = "Result as a number: a descriptor, 0, or the negative errno.",
     .read = Read<RawResult>},
    {.name = "evt.failed",
     .type = FieldType::kBool,
     .doc = "Whether the call failed.",
     .read = Read<Failed>},
    {.name = "evt.is_io_uring",
     .type = FieldType::kBool,
     .doc = "Whether the operation went through io_uring instead of a system "
            "call. Not in the reference.",
     .read = Read<HasFlag<EYRIE_RECORD_IO_URING>>},
    {.name = "evt.is_path_changed",
     .type = FieldType::kBool,
     .doc = "Whether another thread changed a path while the call ran; false "
            "unless the sensor checks paths. Not in the reference.",
     .read = Read<HasFlag<EYRIE_RECORD_CHANGED>>},
    {.name = "evt.is_async",
     .type = FieldType::kBool,
     .doc = "Whether a plugin made the event beside its stream: false.",
     .read = Read<False>},
    {.name = "evt.asynctype",
     .type = FieldType::kString,
     .doc = "Absent: no event is asynchronous.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.pluginname",
     .type = FieldType::kString,
     .doc = "Absent: no event comes from a plugin.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.plugininfo",
     .type = FieldType::kString,
     .doc = "Absent: no event comes from a plugin.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.infra.docker.name",
     .type = FieldType::kString,
     .doc = "Absent: no event comes from the Docker daemon.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.infra.docker.container.id",
     .type = FieldType::kString,
     .doc = "Absent: no event comes from the Docker daemon.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.infra.docker.container.name",
     .type = FieldType::kString,
     .doc = "Absent: no event comes from the Docker daemon.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.infra.docker.container.image",
     .type = FieldType::kString,
     .doc = "Absent: no event comes from the Docker daemon.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.count",
     .type = FieldType::kUint64,
     .doc = "1.",
     .read = Read<Count>,
     .bits = 32},
    {.name = "evt.count.error",
     .type = FieldType::kUint64,
     .doc = "1 for calls that failed.",
     .read = Read<CountError>,
     .bits = 32},
    {.name = "evt.count.error.file",
     .type = FieldType::kUint64,
     .doc = "1 for calls on files that failed.",
     .read = Read<CountErrorOf<EventCategory::kFile>>,
     .bits = 32},
    {.name = "evt.count.error.net",
     .type = FieldType::kUint64,
     .doc = "1 for calls on sockets that failed.",
     .read = Read<CountErrorOf<EventCategory::kNetwork>>,
     .bits = 32},
    {.name = "evt.count.error.memory",
     .type = FieldType::kUint64,
     .doc = "1 for calls on memory that failed.",
     .read = Read<CountMemoryError>,
     .bits = 32},
    {.name = "evt.count.error.other",
     .type = FieldType::kUint64,
     .doc = "1 for other calls that failed.",
     .read = Read<CountOtherError>,
     .bits = 32},
    {.name = "evt.count.exit",
     .type = FieldType::kUint64,
     .doc = "1 for system calls: they are told when they are over.",
     .read = Read<CountExit>,
     .bits = 32},
    {.name = "evt.count.procinfo",
     .type = FieldType::kUint64,
     .doc = "Absent: there are no procinfo events.",
     .read = Read<ExtractAbsent>,
     .bits = 32},
    {.name = "evt.count.threadinfo",
     .type = FieldType::kUint64,
     .doc = "Absent: there are no procinfo events.",
     .read = Read<ExtractAbsent>,
     .bits = 32},
    {.name = "util.cnt",
     .type = FieldType::kUint64,
     .unavailable = "a counter that evaluating would change",
     .doc = "How often this field has been read.",
     .read = Read<ExtractUnknown>},
    {.name = "NA",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .doc = "Absent: a placeholder of the reference.",
     .read = Read<ExtractAbsent>},
};

}  // namespace

absl::Span<const FieldInfo> EvtFields() { return kFields; }

}  // namespace eyrie::rules
