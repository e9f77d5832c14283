// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "proto/record_view.h"
#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_paths.h"
#include "rules/fields/paths.h"
#include "rules/fields/socket_ends.h"

namespace eyrie::rules {
namespace {

DescriptorKind KindOfOpened(const RecordView& record,
                            const EventLayout& layout) {
  const uint64_t type = record.u64(layout.kind) & S_IFMT;
  if (type != 0) {
    // Devices and named pipes are files here as in the reference.
    return type == S_IFDIR ? DescriptorKind::kDirectory : DescriptorKind::kFile;
  }
  const bool is_directory = (record.u64(layout.open_flags) & O_DIRECTORY) != 0;
  return is_directory ? DescriptorKind::kDirectory : DescriptorKind::kFile;
}

DescriptorKind KindOfSocket(const Event& event) {
  const SocketEnds ends = ReadSocketEnds(event);
  switch (ends.family) {
    case SocketFamily::kIp:
      return ends.is_v6 ? DescriptorKind::kIpv6 : DescriptorKind::kIpv4;
    case SocketFamily::kUnix:
      return DescriptorKind::kUnix;
    case SocketFamily::kNetlink:
      return DescriptorKind::kNetlink;
    case SocketFamily::kOther:
      return DescriptorKind::kOther;
    case SocketFamily::kUnknown:
      return DescriptorKind::kUnknown;
  }
  return DescriptorKind::kUnknown;
}

void AddPath(absl::string_view path, FieldValues& out) {
  if (path.empty()) return;
  if (!out.values.empty() && out.values[0].text == path) return;
  out.Add(Value::Text(path));
}

}  // namespace

DescriptorKind DescriptorKindOf(const Event& event) {
  const EventLayout& layout = LayoutOf(event.record);
  const RecordView& record = event.record;
  if (layout.role == DescriptorRole::kNone) {
    return DescriptorKind::kNoDescriptor;
  }
  const int64_t number = record.i64(layout.descriptor);
  if (number < 0 || record.result() == -EBADF) return DescriptorKind::kFailed;
  switch (layout.role) {
    case DescriptorRole::kNone:
      break;
    case DescriptorRole::kOpen:
      return KindOfOpened(record, layout);
    case DescriptorRole::kConnect:
    case DescriptorRole::kBind:
      // The descriptor is a file of some kind.
      if (record.result() == -ENOTSOCK) return DescriptorKind::kUnknown;
      return KindOfSocket(event);
    case DescriptorRole::kAccept:
      return KindOfSocket(event);
    case DescriptorRole::kWorkingDirectory:
      return record.result() < 0 ? DescriptorKind::kUnknown
                                 : DescriptorKind::kDirectory;
    case DescriptorRole::kParentDirectory:
      return DescriptorKind::kDirectory;
  }
  return DescriptorKind::kUnknown;
}

bool IsSocket(DescriptorKind kind) {
  return kind == DescriptorKind::kIpv4 || kind == DescriptorKind::kIpv6 ||
         kind == DescriptorKind::kUnix || kind == DescriptorKind::kNetlink ||
         kind == DescriptorKind::kOther;
}

bool IsInformed(DescriptorKind kind) {
  return kind != DescriptorKind::kNoDescriptor &&
         kind != DescriptorKind::kFailed && kind != DescriptorKind::kUnknown;
}

absl::string_view TypeCharacter(const Event& event, DescriptorKind kind) {
  switch (kind) {
    case DescriptorKind::kFile:
      return "f";
    case DescriptorKind::kDirectory:
      return "d";
    case DescriptorKind::kIpv4:
      return "4";
    case DescriptorKind::kIpv6:
      return "6";
    case DescriptorKind::kUnix:
      return "u";
    case DescriptorKind::kNetlink:
      return "n";
    case DescriptorKind::kFailed:
      switch (LayoutOf(event.record).role) {
        // All calls of the open family alike; the reference says "o" of open.
        case DescriptorRole::kOpen:
          return "f";
        case DescriptorRole::kAccept:
          return "4";
        default:
          return "o";
      }
    default:
      return "o";
  }
}

void ReadDescriptorNames(const Event& event, Scratch& scratch,
                         FieldValues& out) {
  const EventLayout& layout = LayoutOf(event.record);
  const DescriptorKind kind = DescriptorKindOf(event);
  out.Clear();
  if (kind == DescriptorKind::kNoDescriptor) return;
  if (layout.role == DescriptorRole::kOpen) {
    const absl::string_view real = RawPath(event, layout.realpath);
    // Most paths are asked for as they are: then there is nothing to make
    // absolute.
    if (!absl::StartsWith(real, "/") || RawPath(event, layout.name) != real) {
      AddPath(RequestedPath(event, layout.name, scratch), out);
    }
    AddPath(real, out);
  } else if (kind == DescriptorKind::kFailed) {
    out.Set(Value::Text(""));
  } else if (IsSocket(kind)) {
    out.Set(Value::Text(scratch.Keep(FormatSocketName(ReadSocketEnds(event)))));
  } else if (layout.role == DescriptorRole::kWorkingDirectory &&
             kind == DescriptorKind::kDirectory) {
    AddPath(RawPath(event, layout.cwd), out);
  } else if (layout.role == DescriptorRole::kParentDirectory) {
    AddPath(RawPath(event, layout.base[layout.descriptor]), out);
  }
  if (out.values.empty()) out.Clear(Presence::kUnknown);
}

}  // namespace eyrie::rules
