// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/event_layout.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"
#include "proto/record.h"

namespace eyrie::rules {
namespace {

// Slot of the argument whose struct field is called `field`.
int8_t SlotOfField(const EventInfo& event, absl::string_view field) {
  for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
    if (event.arguments[slot].field == field) return static_cast<int8_t>(slot);
  }
  return -1;
}

// The same; only one of type `type`. What is called `addr` or `data` may be a
// place in memory.
int8_t SlotOfField(const EventInfo& event, absl::string_view field,
                   ArgumentType type) {
  const int8_t slot = SlotOfField(event, field);
  return slot >= 0 && event.arguments[slot].type == type ? slot : -1;
}

// Slot of the argument that is the descriptor: the one made, the one used, or
// the directory that a path starts from.
int8_t DescriptorOf(const EventInfo& event) {
  for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
    if (event.arguments[slot].type == ArgumentType::kNewFd) {
      return static_cast<int8_t>(slot);
    }
  }
  for (const absl::string_view field : {"fd", "dirfd", "linkdirfd"}) {
    const int8_t slot = SlotOfField(event, field);
    if (slot >= 0) return slot;
  }
  return -1;
}

DescriptorRole RoleOf(const EventInfo& event, int8_t slot) {
  if (slot < 0) return DescriptorRole::kNone;
  const ArgumentInfo& descriptor = event.arguments[slot];
  const bool is_new = descriptor.type == ArgumentType::kNewFd;
  if (SlotOfField(event, "fd_path") >= 0) return DescriptorRole::kDescribed;
  if (SlotOfField(event, "local") >= 0) {
    if (is_new) return DescriptorRole::kAccept;
    return SlotOfField(event, "tuple") >= 0 ? DescriptorRole::kConnect
                                            : DescriptorRole::kBind;
  }
  if (is_new) {
    return SlotOfField(event, "kind") >= 0 ? DescriptorRole::kOpen
                                           : DescriptorRole::kUndescribed;
  }
  if (SlotOfField(event, "cwd") >= 0) return DescriptorRole::kWorkingDirectory;
  return absl::EndsWith(descriptor.field, "dirfd")
             ? DescriptorRole::kParentDirectory
             : DescriptorRole::kUndescribed;
}

// The slot with the directory that belongs to argument `slot`.
int8_t BaseOf(const EventInfo& event, size_t slot) {
  const ArgumentInfo& argument = event.arguments[slot];
  const bool is_path = argument.type == ArgumentType::kRequestedPath;
  if (argument.field == "filename" && !is_path) {
    return SlotOfField(event, "cwd");  // of exec
  }
  const bool has_base = is_path || absl::EndsWith(argument.field, "dirfd");
  if (!has_base) return -1;
  // Calls with two paths have two bases.
  if (SlotOfField(event, "oldbase") >= 0) {
    return SlotOfField(
        event, absl::StartsWith(argument.field, "old") ? "oldbase" : "newbase");
  }
  return SlotOfField(event, "base");
}

void FindDescription(const EventInfo& event, EventLayout& layout) {
  layout.local = SlotOfField(event, "local");
  layout.remote = SlotOfField(event, "remote");
  layout.address = SlotOfField(event, "addr", ArgumentType::kSockaddr);
  layout.protocol = SlotOfField(event, "protocol");
  layout.socket_type = SlotOfField(event, "socket_type");
  layout.domain = SlotOfField(event, "domain");
  if (layout.role == DescriptorRole::kDescribed) {
    layout.realpath = SlotOfField(event, "fd_path");
    layout.kind = SlotOfField(event, "fd_kind");
    layout.device = SlotOfField(event, "fd_dev");
    layout.inode = SlotOfField(event, "fd_ino");
    layout.file_flags = SlotOfField(event, "fd_flags");
  } else if (layout.role == DescriptorRole::kOpen) {
    layout.name = layout.requested_path;
    layout.realpath = SlotOfField(event, "realpath");
    layout.hostpath = SlotOfField(event, "hostpath");
    if (layout.name < 0) {
      // Opening by handle, there is no other path than the kernel's.
      layout.name = layout.realpath = SlotOfField(event, "path");
    }
    layout.kind = SlotOfField(event, "kind");
    layout.device = SlotOfField(event, "dev");
    layout.inode = SlotOfField(event, "ino");
    layout.file_flags = SlotOfField(event, "file_flags");
    layout.open_flags = SlotOfField(event, "flags");
    layout.mode = SlotOfField(event, "mode");
  }
}

void FindPaths(const EventInfo& event, EventLayout& layout) {
  layout.old_path = SlotOfField(event, "oldpath");
  layout.new_path = SlotOfField(event, "newpath");
  if (layout.old_path >= 0) return;
  for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
    if (event.arguments[slot].type == ArgumentType::kRequestedPath) {
      layout.requested_path = static_cast<int8_t>(slot);
    }
  }
}

// The reference has the source of a link be the link, its target what the link
// leads to.
void FindPathsOfFields(const EventInfo& event, EventLayout& layout) {
  switch (event.id) {
    case EYRIE_EVENT_link:
    case EYRIE_EVENT_linkat:
      layout.source_path = layout.new_path;
      layout.target_path = layout.old_path;
      return;
    case EYRIE_EVENT_symlink:
    case EYRIE_EVENT_symlinkat:
      layout.source_path = layout.requested_path;
      layout.target_path = SlotOfField(event, "target");
      return;
    case EYRIE_EVENT_mount:
      layout.source_path = SlotOfField(event, "dev");
      layout.target_path = layout.requested_path;
      return;
    case EYRIE_EVENT_fchmod:
    case EYRIE_EVENT_fchown:
    case EYRIE_EVENT_ftruncate:
    case EYRIE_EVENT_fsetxattr:
    case EYRIE_EVENT_open_by_handle_at:
      layout.path = layout.realpath;
      return;
    case EYRIE_EVENT_quotactl:
      layout.path = SlotOfField(event, "special");
      return;
    default:
      layout.path = layout.requested_path;
      layout.source_path = layout.old_path;
      layout.target_path = layout.new_path;
  }
}

EventLayout MakeLayout(const EventInfo& event) {
  EventLayout layout;
  layout.info = &event;
  layout.cwd = SlotOfField(event, "cwd");
  layout.descriptor = DescriptorOf(event);
  layout.role = RoleOf(event, layout.descriptor);
  layout.buffer = SlotOfField(event, "data", ArgumentType::kBytes);
  layout.polled = SlotOfField(event, "fds", ArgumentType::kFdList);
  FindPaths(event, layout);
  FindDescription(event, layout);
  FindPathsOfFields(event, layout);
  for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
    layout.base[slot] = BaseOf(event, slot);
  }
  return layout;
}

std::vector<EventLayout> MakeLayouts() {
  std::vector<EventLayout> layouts(AllEvents().back().id + 1);
  for (const EventInfo& event : AllEvents()) {
    layouts[event.id] = MakeLayout(event);
  }
  return layouts;
}

}  // namespace

absl::Span<const EventLayout> AllLayouts() {
  static const auto* const layouts =
      new std::vector<EventLayout>(MakeLayouts());
  return *layouts;
}

}  // namespace eyrie::rules
