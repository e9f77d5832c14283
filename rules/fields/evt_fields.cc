// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_fields.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/check/types.h"
#include "rules/fields/argument_text.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_types.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"

namespace eyrie::rules {
namespace {

Extracted Type(const Event& event) {
  const EventInfo* info = LayoutOf(event.record).info;
  // A newer collector may know more events than we do.
  return info == nullptr ? Unknown() : Text(info->name);
}

// The end of a process is no system call.
Extracted SystemCall(const Event& event) {
  return event.record.type() == EYRIE_EVENT_procexit ? Absent() : Type(event);
}

// evt.type.is[NAME].
Extracted TypeIs(const Event& event, const FieldArgument& argument, Scratch&) {
  return Bool(event.record.type() == argument.resolved);
}

Extracted Category(const Event& event) {
  const EventInfo* info = LayoutOf(event.record).info;
  if (info == nullptr) return Unknown();
  switch (info->category) {
    case EventCategory::kProcess:
      return Text("process");
    case EventCategory::kFile:
      return Text("file");
    case EventCategory::kNetwork:
      return Text("net");
    case EventCategory::kUser:
      return Text("user");
    case EventCategory::kSnapshot:
      return Text("internal");
  }
  return Unknown();
}

Extracted EventNumber(const Event& event) { return Number(event.number); }
Extracted Cpu(const Event& event) { return Signed(event.record.header().cpu); }
Extracted HostName(const Event& event) { return Text(event.node); }
Extracted Source(const Event&) { return Text("syscall"); }
Extracted False(const Event&) { return Bool(false); }
// The kernel tells of events when they are over, except of the end of a
// process.
Extracted Direction(const Event& event) {
  return Text(event.record.type() == EYRIE_EVENT_procexit ? ">" : "<");
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

bool IsOfCategory(const Event& event, EventCategory category) {
  const EventInfo* info = LayoutOf(event.record).info;
  return info != nullptr && info->category == category;
}

Extracted CountError(const Event& event) { return CountIf(HasFailed(event)); }

Extracted CountFileError(const Event& event) {
  return CountIf(HasFailed(event) && IsOfCategory(event, EventCategory::kFile));
}

Extracted CountNetworkError(const Event& event) {
  return CountIf(HasFailed(event) &&
                 IsOfCategory(event, EventCategory::kNetwork));
}

Extracted CountOtherError(const Event& event) {
  return CountIf(HasFailed(event) &&
                 !IsOfCategory(event, EventCategory::kFile) &&
                 !IsOfCategory(event, EventCategory::kNetwork));
}

Extracted CountExit(const Event& event) {
  return CountIf(event.record.type() != EYRIE_EVENT_procexit);
}

absl::Status ResolveType(FieldArgument& argument) {
  const EventInfo* info = FindEvent(argument.key);
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

constexpr absl::string_view kNoData =
    "the data that read and write move (later sensor work)";

const FieldInfo kFields[] = {
    {.name = "evt.type",
     .type = FieldType::kString,
     .doc = "Name of the event: openat, execve, ...",
     .read = Read<Type>},
    {.name = "syscall.type",
     .type = FieldType::kString,
     .doc = "Name of the system call; absent for procexit.",
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
     .doc = "process, file, net or user.",
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
     .doc = "Deprecated. < for events told after the fact: all but procexit.",
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
    {.name = "evt.is_io",
     .type = FieldType::kBool,
     .doc = "Whether the call moves data; false of all events so far.",
     .read = Read<False>},
    {.name = "evt.is_io_read",
     .type = FieldType::kBool,
     .doc = "Whether the call reads data; false of all events so far.",
     .read = Read<False>},
    {.name = "evt.is_io_write",
     .type = FieldType::kBool,
     .doc = "Whether the call writes data; false of all events so far.",
     .read = Read<False>},
    {.name = "evt.io_dir",
     .type = FieldType::kString,
     .doc = "r or w for calls that move data.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.is_wait",
     .type = FieldType::kBool,
     .doc = "Whether the call waits for others; false of all events so far.",
     .read = Read<False>},
    {.name = "evt.is_syslog",
     .type = FieldType::kBool,
     .doc = "Whether the call writes to the system log; false of all events "
            "so far.",
     .read = Read<False>},
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
     .read = Read<CountFileError>,
     .bits = 32},
    {.name = "evt.count.error.net",
     .type = FieldType::kUint64,
     .doc = "1 for calls on sockets that failed.",
     .read = Read<CountNetworkError>,
     .bits = 32},
    {.name = "evt.count.error.memory",
     .type = FieldType::kUint64,
     .doc = "1 for calls on memory that failed; absent of all events so far.",
     .read = Read<ExtractAbsent>,
     .bits = 32},
    {.name = "evt.count.error.other",
     .type = FieldType::kUint64,
     .doc = "1 for other calls that failed.",
     .read = Read<CountOtherError>,
     .bits = 32},
    {.name = "evt.count.exit",
     .type = FieldType::kUint64,
     .doc = "1 for events told after the fact.",
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
    {.name = "evt.buffer",
     .type = FieldType::kBytes,
     .unavailable = kNoData,
     .doc = "Data that the call moves.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.buflen",
     .type = FieldType::kUint64,
     .unavailable = kNoData,
     .doc = "Bytes that the call moves.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.buflen.in",
     .type = FieldType::kUint64,
     .unavailable = kNoData,
     .doc = "Bytes read.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.buflen.out",
     .type = FieldType::kUint64,
     .unavailable = kNoData,
     .doc = "Bytes written.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.buflen.file",
     .type = FieldType::kUint64,
     .unavailable = kNoData,
     .doc = "Bytes moved from or to files.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.buflen.file.in",
     .type = FieldType::kUint64,
     .unavailable = kNoData,
     .doc = "Bytes read from files.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.buflen.file.out",
     .type = FieldType::kUint64,
     .unavailable = kNoData,
     .doc = "Bytes written to files.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.buflen.net",
     .type = FieldType::kUint64,
     .unavailable = kNoData,
     .doc = "Bytes moved from or to sockets.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.buflen.net.in",
     .type = FieldType::kUint64,
     .unavailable = kNoData,
     .doc = "Bytes read from sockets.",
     .read = Read<ExtractAbsent>},
    {.name = "evt.buflen.net.out",
     .type = FieldType::kUint64,
     .unavailable = kNoData,
     .doc = "Bytes written to sockets.",
     .read = Read<ExtractAbsent>},
    {.name = "NA",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .doc = "Absent: a placeholder of the reference.",
     .read = Read<ExtractAbsent>},
};

}  // namespace

absl::Span<const FieldInfo> EvtFields() { return kFields; }

}  // namespace eyrie::rules
