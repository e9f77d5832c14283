// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/event_layout.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"

namespace eyrie::rules {
namespace {

// Slot of the argument whose struct field is called `field`.
int8_t SlotOfField(const EventInfo& event, absl::string_view field) {
  for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
    if (event.arguments[slot].field == field) return static_cast<int8_t>(slot);
  }
  return -1;
}

DescriptorRole RoleOf(const EventInfo& event, const EventLayout& layout) {
  if (layout.descriptor < 0) return DescriptorRole::kNone;
  const ArgumentInfo& descriptor = event.arguments[layout.descriptor];
  if (descriptor.type == ArgumentType::kNewFd) {
    return layout.local < 0 ? DescriptorRole::kOpen : DescriptorRole::kAccept;
  }
  if (layout.local >= 0) {
    return SlotOfField(event, "tuple") >= 0 ? DescriptorRole::kConnect
                                            : DescriptorRole::kBind;
  }
  return layout.cwd >= 0 ? DescriptorRole::kWorkingDirectory
                         : DescriptorRole::kParentDirectory;
}

// The slot with the directory that belongs to argument `slot`.
int8_t BaseOf(const EventInfo& event, size_t slot) {
  const ArgumentInfo& argument = event.arguments[slot];
  if (argument.field == "filename") return SlotOfField(event, "cwd");
  const bool has_base = argument.type == ArgumentType::kRequestedPath ||
                        absl::EndsWith(argument.field, "dirfd");
  if (!has_base) return -1;
  if (absl::StartsWith(argument.field, "old")) {
    return SlotOfField(event, "oldbase");
  }
  if (absl::StartsWith(argument.field, "new")) {
    return SlotOfField(event, "newbase");
  }
  return SlotOfField(event, "base");
}

EventLayout MakeLayout(const EventInfo& event) {
  EventLayout layout;
  layout.info = &event;
  layout.realpath = SlotOfField(event, "realpath");
  layout.kind = SlotOfField(event, "kind");
  layout.file_flags = SlotOfField(event, "file_flags");
  layout.local = SlotOfField(event, "local");
  layout.remote = SlotOfField(event, "remote");
  layout.address = SlotOfField(event, "addr");
  layout.protocol = SlotOfField(event, "protocol");
  layout.socket_type = SlotOfField(event, "socket_type");
  layout.cwd = SlotOfField(event, "cwd");
  layout.source_path = SlotOfField(event, "oldpath");
  layout.target_path = SlotOfField(event, "newpath");
  layout.descriptor = SlotOfField(event, "fd");
  if (layout.descriptor < 0) layout.descriptor = SlotOfField(event, "dirfd");
  layout.role = RoleOf(event, layout);
  for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
    layout.base[slot] = BaseOf(event, slot);
    if (event.arguments[slot].type == ArgumentType::kRequestedPath &&
        layout.source_path < 0) {
      layout.path = static_cast<int8_t>(slot);
    }
  }
  if (layout.role == DescriptorRole::kOpen) {
    layout.name = layout.path;
    layout.open_flags = SlotOfField(event, "flags");
    layout.mode = SlotOfField(event, "mode");
    layout.device = SlotOfField(event, "dev");
    layout.inode = SlotOfField(event, "ino");
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
