// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_io_fields.h"

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/check/types.h"
#include "rules/fields/descriptor_kind.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_paths.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/socket_ends.h"

namespace eyrie::rules {
namespace {

bool IsOfCategory(const Event& event, EventCategory category) {
  const EventInfo* info = LayoutOf(event.record).info;
  return info != nullptr && info->category == category;
}

// ---- which way data goes ---------------------------------------------------

bool Reads(const Event& event) {
  const uint16_t type = event.record.type();
  return type == EYRIE_EVENT_finit_module ||
         type == EYRIE_EVENT_copy_file_range ||
         IsOfCategory(event, EventCategory::kIoRead);
}

// As in the reference, for which sendfile does not write.
bool Writes(const Event& event) {
  const uint16_t type = event.record.type();
  return type == EYRIE_EVENT_copy_file_range ||
         (type != EYRIE_EVENT_sendfile &&
          IsOfCategory(event, EventCategory::kIoWrite));
}

Extracted IsIo(const Event& event) {
  return Bool(Reads(event) || Writes(event));
}
Extracted IsRead(const Event& event) { return Bool(Reads(event)); }
Extracted IsWrite(const Event& event) { return Bool(Writes(event)); }

Extracted Direction(const Event& event) {
  if (Writes(event)) return Text("write");
  return Reads(event) ? Text("read") : Absent();
}

Extracted IsWait(const Event& event) {
  switch (event.record.type()) {
    case EYRIE_EVENT_epoll_wait:
    case EYRIE_EVENT_nanosleep:
    case EYRIE_EVENT_poll:
    case EYRIE_EVENT_ppoll:
    case EYRIE_EVENT_select:
      return Bool(true);
    default:
      return Bool(false);
  }
}

// /dev/log leads to a socket of journald on most systems.
bool IsSystemLog(absl::string_view path) {
  return absl::StrContains(path, "/dev/log") ||
         absl::EndsWith(path, "/journal/dev-log");
}

Extracted IsSyslog(const Event& event) {
  if (!Writes(event)) return Bool(false);
  switch (DescriptorKindOf(event)) {
    case DescriptorKind::kUnix:
      return Bool(IsSystemLog(ReadSocketEnds(event).unix_path));
    case DescriptorKind::kFile:
      return Bool(IsSystemLog(RawPath(event, LayoutOf(event.record).realpath)));
    case DescriptorKind::kUnknown:
      return Unknown();
    default:
      return Bool(false);
  }
}

// ---- the data --------------------------------------------------------------

Extracted Buffer(const Event& event) {
  const int slot = LayoutOf(event.record).buffer;
  if (slot < 0) return Absent();
  const absl::string_view data = event.record.bytes(slot);
  // Nothing was moved, or it could not be read.
  if (data.empty() && event.record.result() > 0) return Unknown();
  return Text(data);
}

bool IsAnyIo(const Event& event) {
  return IsOfCategory(event, EventCategory::kIoRead) ||
         IsOfCategory(event, EventCategory::kIoWrite) ||
         IsOfCategory(event, EventCategory::kIoOther);
}
bool IsIn(const Event& event) {
  return IsOfCategory(event, EventCategory::kIoRead);
}
bool IsOut(const Event& event) {
  return IsOfCategory(event, EventCategory::kIoWrite);
}

bool IsFile(DescriptorKind kind) { return kind == DescriptorKind::kFile; }

// The result of calls that `counts`, on descriptors that `fits`.
template <bool (*counts)(const Event&), bool (*fits)(DescriptorKind)>
Extracted Length(const Event& event) {
  if (!counts(event)) return Absent();
  const DescriptorKind kind = DescriptorKindOf(event);
  if (kind == DescriptorKind::kUnknown) return Unknown();
  if (!IsInformed(kind) || !fits(kind)) return Absent();
  // These two return a number of messages.
  const uint16_t type = event.record.type();
  if (type == EYRIE_EVENT_sendmmsg || type == EYRIE_EVENT_recvmmsg) {
    return Unknown();
  }
  const int64_t result = event.record.result();
  return result < 0 ? Absent() : Number(static_cast<uint64_t>(result));
}

const FieldInfo kFields[] = {
    {.name = "evt.is_io",
     .type = FieldType::kBool,
     .doc = "Whether the call reads or writes data, as read and sendmsg.",
     .read = Read<IsIo>},
    {.name = "evt.is_io_read",
     .type = FieldType::kBool,
     .doc = "Whether the call reads data.",
     .read = Read<IsRead>},
    {.name = "evt.is_io_write",
     .type = FieldType::kBool,
     .doc = "Whether the call writes data.",
     .read = Read<IsWrite>},
    {.name = "evt.io_dir",
     .type = FieldType::kString,
     .doc = "read or write, of calls that do.",
     .read = Read<Direction>},
    {.name = "evt.is_wait",
     .type = FieldType::kBool,
     .doc = "Whether the call waits: epoll_wait, nanosleep, poll, ppoll and "
            "select.",
     .read = Read<IsWait>},
    {.name = "evt.is_syslog",
     .type = FieldType::kBool,
     .doc = "Whether the call writes to the system log, /dev/log.",
     .read = Read<IsSyslog>},
    {.name = "evt.buffer",
     .type = FieldType::kBytes,
     .doc = "Beginning of the data that the call moves; how much of it, the "
            "collector's settings say.",
     .read = Read<Buffer>},
    {.name = "evt.buflen",
     .type = FieldType::kUint64,
     .doc = "Bytes that the call moves: its result.",
     .read = Read<Length<IsAnyIo, IsInformed>>},
    {.name = "evt.buflen.in",
     .type = FieldType::kUint64,
     .doc = "Bytes read.",
     .read = Read<Length<IsIn, IsInformed>>},
    {.name = "evt.buflen.out",
     .type = FieldType::kUint64,
     .doc = "Bytes written.",
     .read = Read<Length<IsOut, IsInformed>>},
    {.name = "evt.buflen.file",
     .type = FieldType::kUint64,
     .doc = "Bytes moved from or to files.",
     .read = Read<Length<IsAnyIo, IsFile>>},
    {.name = "evt.buflen.file.in",
     .type = FieldType::kUint64,
     .doc = "Bytes read from files.",
     .read = Read<Length<IsIn, IsFile>>},
    {.name = "evt.buflen.file.out",
     .type = FieldType::kUint64,
     .doc = "Bytes written to files.",
     .read = Read<Length<IsOut, IsFile>>},
    {.name = "evt.buflen.net",
     .type = FieldType::kUint64,
     .doc = "Bytes moved from or to IP sockets.",
     .read = Read<Length<IsAnyIo, IsIpSocket>>},
    {.name = "evt.buflen.net.in",
     .type = FieldType::kUint64,
     .doc = "Bytes read from IP sockets.",
     .read = Read<Length<IsIn, IsIpSocket>>},
    {.name = "evt.buflen.net.out",
     .type = FieldType::kUint64,
     .doc = "Bytes written to IP sockets.",
     .read = Read<Length<IsOut, IsIpSocket>>},
};

}  // namespace

absl::Span<const FieldInfo> EvtIoFields() { return kFields; }

}  // namespace eyrie::rules
