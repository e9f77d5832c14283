// SPDX-License-Identifier: Apache-2.0
//
// Where each event type keeps what fields read: slots by their meaning.

#ifndef EYRIE_RULES_FIELDS_EVENT_LAYOUT_H_
#define EYRIE_RULES_FIELDS_EVENT_LAYOUT_H_

#include <array>
#include <cstdint>

#include "absl/types/span.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie::rules {

// What the file descriptor of an event is, and so where fd.* come from.
enum class DescriptorRole : uint8_t {
  kNone,              // the event has no descriptor: fd.* are absent
  kOpen,              // a file is opened
  kConnect,           // a socket, on the client's side
  kAccept,            // a socket, on the server's side
  kBind,              // a socket that gets its own address
  kWorkingDirectory,  // a directory that is made the working directory
  kParentDirectory,   // a directory that a relative path starts from
  kDescribed,         // one of any kind, as the kernel holds it
  kUndescribed,       // only its number is carried
};

// Slots of one event type; -1: the event has no such argument.
struct EventLayout {
  const EventInfo* info = nullptr;  // null if the type is not known
  DescriptorRole role = DescriptorRole::kNone;

  // The descriptor that fd.* speak of.
  int8_t descriptor = -1;
  // Of what it is: the path from the kernel, file type bits of st_mode, device,
  // inode, EYRIE_FILE_* facts, of sockets EYRIE_SOCKET_* ones, too.
  int8_t realpath = -1, kind = -1, device = -1, inode = -1, file_flags = -1;
  // Of opened files: the path asked for, the one in the mount namespace, and
  // how.
  int8_t name = -1, hostpath = -1, open_flags = -1, mode = -1;
  // Of sockets: `address` is the one given to the call, or by it.
  int8_t local = -1, remote = -1, address = -1;
  int8_t protocol = -1, socket_type = -1, domain = -1;
  // The data that the call moves; the descriptors that it waits for.
  int8_t buffer = -1, polled = -1;
  // The path that a process asked for, of calls with one; else the old path
  // with the new one: evt.abspath.
  int8_t requested_path = -1, old_path = -1, new_path = -1;
  // fs.path.name, .source and .target.
  int8_t path = -1, source_path = -1, target_path = -1;
  // Of exec and of a change of directory.
  int8_t cwd = -1;

  // The directory from which the path in a slot starts if it is relative, or
  // which the descriptor in a slot names.
  std::array<int8_t, EYRIE_MAX_SLOTS> base;

  EventLayout() { base.fill(-1); }
};

// Of all event types by id; id 0, which is no event, has one without slots.
// Lives for ever.
absl::Span<const EventLayout> AllLayouts();

// The layout of an event type. Unknown types have one without slots. Inline,
// because most fields ask for it.
inline const EventLayout& LayoutOf(uint16_t type) {
  static const absl::Span<const EventLayout> layouts = AllLayouts();
  return layouts[type < layouts.size() ? type : 0];
}

inline const EventLayout& LayoutOf(const RecordView& record) {
  return LayoutOf(record.type());
}

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EVENT_LAYOUT_H_
