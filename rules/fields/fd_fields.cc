// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/fd_fields.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/container.h"
#include "rules/fields/descriptor.h"
#include "rules/fields/descriptor_kind.h"
#include "rules/fields/event.h"
#include "rules/fields/event_layout.h"
#include "rules/fields/event_paths.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/paths.h"

namespace eyrie::rules {
namespace {

// What a field about a descriptor says where there is no description.
Extracted Uninformed(DescriptorKind kind) {
  return kind == DescriptorKind::kUnknown ? Unknown() : Absent();
}

Extracted DescriptorNumber(const Event& event) {
  const EventLayout& layout = LayoutOf(event.record);
  if (layout.role == DescriptorRole::kNone) return Absent();
  const int64_t number = event.record.i64(layout.descriptor);
  const bool is_new =
      layout.info->arguments[layout.descriptor].type == ArgumentType::kNewFd;
  return Signed(is_new && number < 0 ? -1 : number);
}

Extracted Type(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  return IsInformed(kind) ? Text(TypeName(kind)) : Uninformed(kind);
}

Extracted TypeChar(const Event& event) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (kind == DescriptorKind::kNoDescriptor) return Absent();
  if (kind == DescriptorKind::kUnknown) return Unknown();
  return Text(TypeCharacter(event, kind));
}

void Name(const Event& event, const FieldArgument&, Scratch& scratch,
          FieldValues& out) {
  ReadDescriptorNames(event, scratch, out);
}

// Replaces each name by `part` of it; equal ones collapse.
void TakePart(absl::string_view (*part)(absl::string_view), FieldValues& out) {
  size_t count = 0;
  for (const Value& value : out.values) {
    const absl::string_view text = part(value.text);
    if (count > 0 && out.values[0].text == text) continue;
    out.values[count++] = Value::Text(text);
  }
  out.values.Shrink(count);
}

void DirectoryOfName(const Event& event, const FieldArgument&, Scratch& scratch,
                     FieldValues& out) {
  const DescriptorKind kind = DescriptorKindOf(event);
  const bool has_path = LayoutOf(event.record).role == DescriptorRole::kOpen ||
                        kind == DescriptorKind::kDirectory ||
                        kind == DescriptorKind::kFile;
  if (!has_path) {
    out.Clear(Uninformed(kind).presence);
    return;
  }
  ReadDescriptorNames(event, scratch, out);
  if (kind != DescriptorKind::kDirectory) TakePart(Directory, out);
}

void FilenameOfName(const Event& event, const FieldArgument&, Scratch& scratch,
                    FieldValues& out) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (kind != DescriptorKind::kFile) {
    out.Clear(Uninformed(kind).presence);
    return;
  }
  ReadDescriptorNames(event, scratch, out);
  TakePart(Filename, out);
}

// A fact about the descriptor: the value in `slot` as `make` sees it. Where
// only the call says what it is, files alone have such facts.
template <typename Make>
Extracted Fact(const Event& event, int slot, Make make) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (!IsInformed(kind)) return Uninformed(kind);
  const DescriptorRole role = LayoutOf(event.record).role;
  if (role != DescriptorRole::kOpen && role != DescriptorRole::kDescribed) {
    return kind == DescriptorKind::kDirectory ? Unknown() : Absent();
  }
  return event.record.has(slot) ? make(slot) : Unknown();
}

bool IsFileOrDirectory(DescriptorKind kind) {
  return kind == DescriptorKind::kFile || kind == DescriptorKind::kDirectory;
}

Extracted PathOfFile(const Event& event, int slot) {
  const DescriptorKind kind = DescriptorKindOf(event);
  if (IsInformed(kind) && !IsFileOrDirectory(kind)) return Absent();
  return Fact(event, slot, [&event](int at) {
    const absl::string_view path = RawPath(event, at);
    return path.empty() ? Unknown() : Text(path);
  });
}

Extracted RealPath(const Event& event) {
  const EventLayout& layout = LayoutOf(event.record);
  if (layout.role == DescriptorRole::kWorkingDirectory &&
      DescriptorKindOf(event) == DescriptorKind::kDirectory) {
    const absl::string_view path = RawPath(event, layout.cwd);
    return path.empty() ? Unknown() : Text(path);
  }
  return PathOfFile(event, layout.realpath);
}

// Only the call that opened a file says what was asked for.
Extracted NameRaw(const Event& event) {
  return PathOfFile(event, LayoutOf(event.record).name);
}

// Numbers of devices are as stat(2) shows them.
Extracted Device(const Event& event) {
  return Fact(event, LayoutOf(event.record).device,
              [&event](int slot) { return Signed(event.record.i64(slot)); });
}

Extracted DeviceMajor(const Event& event) {
  return Fact(event, LayoutOf(event.record).device, [&event](int slot) {
    return Signed((event.record.i64(slot) >> 8) & 0xfff);
  });
}

Extracted DeviceMinor(const Event& event) {
  return Fact(event, LayoutOf(event.record).device, [&event](int slot) {
    const int64_t device = event.record.i64(slot);
    return Signed((device & 0xff) | ((device >> 12) & 0xfff00));
  });
}

Extracted Inode(const Event& event) {
  return Fact(event, LayoutOf(event.record).inode,
              [&event](int slot) { return Signed(event.record.i64(slot)); });
}

template <eyrie_file_flag flag>
Extracted HasFileFlag(const Event& event) {
  // Sockets lie in no layer.
  if (IsSocket(DescriptorKindOf(event))) return Bool(false);
  return Fact(event, LayoutOf(event.record).file_flags, [&event](int slot) {
    return Bool((event.record.u64(slot) & flag) != 0);
  });
}

Extracted UniqueId(const Event& event, Scratch& scratch) {
  const Extracted number = DescriptorNumber(event);
  if (number.presence != Presence::kPresent) return number;
  return Text(scratch.Keep(
      absl::StrCat(event.record.header().tid, number.value.i64())));
}

// `read` with the container's id before each value: "host:/etc/passwd".
void InContainer(const Event& event, Scratch& scratch,
                 void (*read)(const Event&, const FieldArgument&, Scratch&,
                              FieldValues&),
                 FieldValues& out) {
  read(event, {}, scratch, out);
  if (out.presence == Presence::kAbsent) return;
  const Extracted id = ContainerId(event);
  if (id.presence != Presence::kPresent) {
    out.Clear(Presence::kUnknown);
    return;
  }
  for (Value& value : out.values) {
    value.text = scratch.Keep(absl::StrCat(id.value.text, ":", value.text));
  }
}

void ContainerName(const Event& event, const FieldArgument&, Scratch& scratch,
                   FieldValues& out) {
  InContainer(event, scratch, Name, out);
}

void ContainerDirectory(const Event& event, const FieldArgument&,
                        Scratch& scratch, FieldValues& out) {
  InContainer(event, scratch, DirectoryOfName, out);
}

// `F` with one value: by the path asked for, if it is known, as the reference
// knows a file.
template <auto F>
void OfRequested(const Event& event, const FieldArgument& argument,
                 Scratch& scratch, FieldValues& out) {
  F(event, argument, scratch, out);
  if (out.values.size() > 1) out.values.Shrink(1);
}

// The reference guesses the kind of what a failed call would have opened, but
// not of open().
Extracted TypeCharInReference(const Event& event) {
  const uint16_t type = event.record.type();
  const bool is_guess = DescriptorKindOf(event) == DescriptorKind::kFailed;
  return is_guess && type == EYRIE_EVENT_open ? Text("o") : TypeChar(event);
}

const FieldInfo kTypeCharInReference = {.name = "fd.typechar",
                                        .type = FieldType::kString,
                                        .read = Read<TypeCharInReference>};
const FieldInfo kNameInReference = {.name = "fd.name",
                                    .type = FieldType::kString,
                                    .read = Read<OfRequested<Name>>};
const FieldInfo kDirectoryInReference = {
    .name = "fd.directory",
    .type = FieldType::kString,
    .read = Read<OfRequested<DirectoryOfName>>};
const FieldInfo kFilenameInReference = {
    .name = "fd.filename",
    .type = FieldType::kString,
    .read = Read<OfRequested<FilenameOfName>>};
const FieldInfo kContainerNameInReference = {
    .name = "fd.containername",
    .type = FieldType::kString,
    .read = Read<OfRequested<ContainerName>>};
const FieldInfo kContainerDirectoryInReference = {
    .name = "fd.containerdirectory",
    .type = FieldType::kString,
    .read = Read<OfRequested<ContainerDirectory>>};

const FieldInfo kFields[] = {
    {.name = "fd.num",
     .type = FieldType::kInt64,
     .doc = "Number of the descriptor; -1 if none could be made.",
     .read = Read<DescriptorNumber>},
    {.name = "fd.type",
     .type = FieldType::kString,
     .doc = "file, directory, ipv4, ipv6, unix, netlink, pipe, event, "
            "signalfd, eventpoll, inotify, timerfd, bpf, userfaultfd, "
            "io_uring, memfd or pidfd; the text <NA> for other kinds.",
     .read = Read<Type>},
    {.name = "fd.typechar",
     .type = FieldType::kString,
     .doc = "f file, d directory, 4 ipv4, 6 ipv6, u unix or userfaultfd, n "
            "netlink, p pipe, e event, s signalfd, l eventpoll, i inotify, t "
            "timerfd, b bpf, r io_uring, m memfd, P pidfd, o others; of a "
            "failed call what it would have been: f of the open family, 4 of "
            "socket and accept.",
     .read = Read<TypeChar>,
     .in_reference = &kTypeCharInReference},
    {.name = "fd.name",
     .type = FieldType::kString,
     .quantifier = Quantifier::kEither,
     .doc = "Of a file that is opened the path asked for, made absolute, or "
            "the real one, later on the real one; of sockets "
            "client:port->server:port or the Unix path; of others the "
            "kernel's name: pipe:[INODE]. Outputs print the path asked for.",
     .read = Read<Name>,
     .in_reference = &kNameInReference},
    {.name = "fd.nameraw",
     .type = FieldType::kString,
     .doc = "Path as the process gave it when it opened the file.",
     .read = Read<NameRaw>},
    {.name = "fd.realpath",
     .type = FieldType::kString,
     .doc = "Path from the kernel, symbolic links resolved. Not in the "
            "reference.",
     .read = Read<RealPath>},
    {.name = "fd.directory",
     .type = FieldType::kString,
     .quantifier = Quantifier::kEither,
     .doc = "fd.name up to the last slash; of directories all of it.",
     .read = Read<DirectoryOfName>,
     .in_reference = &kDirectoryInReference},
    {.name = "fd.filename",
     .type = FieldType::kString,
     .quantifier = Quantifier::kEither,
     .doc = "What follows the last slash of fd.name; of files only.",
     .read = Read<FilenameOfName>,
     .in_reference = &kFilenameInReference},
    {.name = "fd.containername",
     .type = FieldType::kString,
     .quantifier = Quantifier::kEither,
     .doc = "container.id, a colon and fd.name.",
     .read = Read<ContainerName>,
     .in_reference = &kContainerNameInReference},
    {.name = "fd.containerdirectory",
     .type = FieldType::kString,
     .quantifier = Quantifier::kEither,
     .doc = "container.id, a colon and fd.directory.",
     .read = Read<ContainerDirectory>,
     .in_reference = &kContainerDirectoryInReference},
    {.name = "fd.uid",
     .type = FieldType::kString,
     .doc = "Thread id followed by the descriptor's number.",
     .read = Read<UniqueId>},
    {.name = "fd.dev",
     .type = FieldType::kInt64,
     .doc = "Device of the file.",
     .read = Read<Device>,
     .bits = 32},
    {.name = "fd.dev.major",
     .type = FieldType::kInt64,
     .doc = "Major number of the file's device.",
     .read = Read<DeviceMajor>,
     .bits = 32},
    {.name = "fd.dev.minor",
     .type = FieldType::kInt64,
     .doc = "Minor number of the file's device.",
     .read = Read<DeviceMinor>,
     .bits = 32},
    {.name = "fd.ino",
     .type = FieldType::kInt64,
     .doc = "Inode of the file, pipe or socket.",
     .read = Read<Inode>},
    {.name = "fd.is_upper_layer",
     .type = FieldType::kBool,
     .doc = "Whether the file lies in the upper layer of an overlay.",
     .read = Read<HasFileFlag<EYRIE_FILE_UPPER_LAYER>>},
    {.name = "fd.is_lower_layer",
     .type = FieldType::kBool,
     .doc = "Whether the file lies in a lower layer of an overlay.",
     .read = Read<HasFileFlag<EYRIE_FILE_LOWER_LAYER>>},
    {.name = "fd.types",
     .type = FieldType::kString,
     .quantifier = Quantifier::kList,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kIndex,
     .unavailable = "a table of open descriptors (later sensor work)",
     .doc = "Types of all open descriptors; [N]: of one.",
     .read = Read<ExtractUnknown>,
     .no_right_side = true},
};

}  // namespace

absl::Span<const FieldInfo> FdFields() { return kFields; }

}  // namespace eyrie::rules
