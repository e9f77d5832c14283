// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/descriptor_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_paths.h"
#include "rules/fields/socket_ends.h"

namespace eyrie::rules {
namespace {

// What rules call a kind.
struct KindNames {
  DescriptorKind kind;
  absl::string_view type;
  absl::string_view character;
  absl::string_view category;
};

// Index = the enum's value. Names and letters are the reference's.
constexpr KindNames kNames[] = {
    {DescriptorKind::kNoDescriptor, "", "", "unknown"},
    {DescriptorKind::kFailed, "", "", "unknown"},
    {DescriptorKind::kUnknown, "", "", "unknown"},
    {DescriptorKind::kFile, "file", "f", "file"},
    {DescriptorKind::kDirectory, "directory", "d", "file"},
    {DescriptorKind::kIpv4, "ipv4", "4", "net"},
    {DescriptorKind::kIpv6, "ipv6", "6", "net"},
    {DescriptorKind::kUnix, "unix", "u", "ipc"},
    {DescriptorKind::kNetlink, "netlink", "n", "unknown"},
    {DescriptorKind::kOtherSocket, "<NA>", "o", "unknown"},
    {DescriptorKind::kPipe, "pipe", "p", "ipc"},
    {DescriptorKind::kEvent, "event", "e", "ipc"},
    {DescriptorKind::kSignal, "signalfd", "s", "ipc"},
    {DescriptorKind::kEventPoll, "eventpoll", "l", "unknown"},
    {DescriptorKind::kInotify, "inotify", "i", "ipc"},
    {DescriptorKind::kTimer, "timerfd", "t", "unknown"},
    {DescriptorKind::kBpf, "bpf", "b", "unknown"},
    {DescriptorKind::kUserFault, "userfaultfd", "u", "ipc"},
    {DescriptorKind::kIoUring, "io_uring", "r", "unknown"},
    {DescriptorKind::kMemory, "memfd", "m", "unknown"},
    {DescriptorKind::kProcess, "pidfd", "P", "unknown"},
    {DescriptorKind::kOther, "<NA>", "o", "unknown"},
};

static_assert(
    [] {
      for (size_t i = 0; i < std::size(kNames); ++i) {
        if (static_cast<size_t>(kNames[i].kind) != i) return false;
      }
      return true;
    }(),
    "kNames is in the order of DescriptorKind");

const KindNames& NamesOf(DescriptorKind kind) {
  return kNames[static_cast<size_t>(kind)];
}

// What the kernel calls files that no file system holds: anon_inode:[NAME].
struct AnonymousFile {
  absl::string_view name;
  DescriptorKind kind;
};

constexpr AnonymousFile kAnonymousFiles[] = {
    {"eventfd", DescriptorKind::kEvent},
    {"eventpoll", DescriptorKind::kEventPoll},
    {"inotify", DescriptorKind::kInotify},
    {"io_uring", DescriptorKind::kIoUring},
    {"pidfd", DescriptorKind::kProcess},
    {"signalfd", DescriptorKind::kSignal},
    {"timerfd", DescriptorKind::kTimer},
    {"userfaultfd", DescriptorKind::kUserFault},
};

// `name` follows "anon_inode:". Brackets came and went with kernel versions.
DescriptorKind KindOfAnonymous(absl::string_view name) {
  if (absl::ConsumePrefix(&name, "[")) absl::ConsumeSuffix(&name, "]");
  for (const AnonymousFile& file : kAnonymousFiles) {
    if (file.name == name) return file.kind;
  }
  // bpf-map, bpf-prog, bpf_link, ...
  return absl::StartsWith(name, "bpf") ? DescriptorKind::kBpf
                                       : DescriptorKind::kOther;
}

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
      return DescriptorKind::kOtherSocket;
    case SocketFamily::kUnknown:
      return DescriptorKind::kUnknown;
  }
  return DescriptorKind::kUnknown;
}

DescriptorKind KindOfDescribed(const Event& event, const EventLayout& layout) {
  const RecordView& record = event.record;
  absl::string_view path = RawPath(event, layout.realpath);
  const uint64_t type = record.u64(layout.kind) & S_IFMT;
  if (type == S_IFSOCK) return KindOfSocket(event);
  if (type == S_IFDIR) return DescriptorKind::kDirectory;
  if (absl::ConsumePrefix(&path, "anon_inode:")) return KindOfAnonymous(path);
  if (absl::StartsWith(path, "memfd:")) return DescriptorKind::kMemory;
  if (absl::StartsWith(path, "pidfd:")) return DescriptorKind::kProcess;
  if (absl::StartsWith(path, "pipe:")) return DescriptorKind::kPipe;
  if (type != 0) return DescriptorKind::kFile;
  if (!path.empty()) return DescriptorKind::kOther;
  return record.result() == -EBADF ? DescriptorKind::kFailed
                                   : DescriptorKind::kUnknown;
}

// Of a descriptor that an event without a description uses or makes.
DescriptorKind KindByRole(const Event& event, const EventLayout& layout) {
  const RecordView& record = event.record;
  switch (layout.role) {
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
    default:
      return DescriptorKind::kUnknown;
  }
}

// What a call that failed would have made.
absl::string_view GuessedCharacter(uint16_t type, DescriptorRole role) {
  // All calls of the open family alike; the reference says "o" of open.
  if (role == DescriptorRole::kOpen) return "f";
  switch (type) {
    case EYRIE_EVENT_socket:
    case EYRIE_EVENT_accept:
    case EYRIE_EVENT_accept4:
      return "4";
    case EYRIE_EVENT_eventfd:
    case EYRIE_EVENT_eventfd2:
      return "e";
    case EYRIE_EVENT_signalfd:
    case EYRIE_EVENT_signalfd4:
      return "s";
    case EYRIE_EVENT_timerfd_create:
      return "t";
    case EYRIE_EVENT_inotify_init:
    case EYRIE_EVENT_inotify_init1:
      return "i";
    default:
      return "o";
  }
}

}  // namespace

DescriptorKind DescriptorKindOf(const Event& event) {
  const EventLayout& layout = LayoutOf(event.record);
  if (layout.role == DescriptorRole::kNone) {
    return DescriptorKind::kNoDescriptor;
  }
  if (event.record.i64(layout.descriptor) < 0) return DescriptorKind::kFailed;
  if (layout.role == DescriptorRole::kDescribed) {
    return KindOfDescribed(event, layout);
  }
  if (event.record.result() == -EBADF) return DescriptorKind::kFailed;
  return KindByRole(event, layout);
}

bool IsSocket(DescriptorKind kind) {
  return IsIpSocket(kind) || kind == DescriptorKind::kUnix ||
         kind == DescriptorKind::kNetlink ||
         kind == DescriptorKind::kOtherSocket;
}

bool IsIpSocket(DescriptorKind kind) {
  return kind == DescriptorKind::kIpv4 || kind == DescriptorKind::kIpv6;
}

bool IsInformed(DescriptorKind kind) {
  return kind != DescriptorKind::kNoDescriptor &&
         kind != DescriptorKind::kFailed && kind != DescriptorKind::kUnknown;
}

absl::string_view TypeName(DescriptorKind kind) { return NamesOf(kind).type; }

absl::string_view CategoryName(DescriptorKind kind) {
  return NamesOf(kind).category;
}

absl::string_view TypeCharacter(const Event& event, DescriptorKind kind) {
  if (kind != DescriptorKind::kFailed) return NamesOf(kind).character;
  return GuessedCharacter(event.record.type(), LayoutOf(event.record).role);
}

}  // namespace eyrie::rules
