// SPDX-License-Identifier: Apache-2.0
//
// What kind of thing the file descriptor of an event refers to.

#ifndef EYRIE_RULES_FIELDS_DESCRIPTOR_KIND_H_
#define EYRIE_RULES_FIELDS_DESCRIPTOR_KIND_H_

#include <cstdint>

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"

namespace eyrie::rules {

enum class DescriptorKind : uint8_t {
  kNoDescriptor,  // the event has none
  kFailed,        // none came about, or the number given names none
  kUnknown,       // there is one but the record does not say what it is
  kFile,
  kDirectory,
  kIpv4,
  kIpv6,
  kUnix,
  kNetlink,
  kOtherSocket,
  kPipe,
  kEvent,
  kSignal,
  kEventPoll,
  kInotify,
  kTimer,
  kBpf,
  kUserFault,
  kIoUring,
  kMemory,
  kProcess,
  kOther,
};

DescriptorKind DescriptorKindOf(const Event& event);

// Whether the kind is a socket's.
bool IsSocket(DescriptorKind kind);
// Whether the kind is an IP socket's.
bool IsIpSocket(DescriptorKind kind);
// Whether the kind says what there is: not the first three.
bool IsInformed(DescriptorKind kind);

// As in fd.type: "file", "ipv4"; "<NA>" for other
// kinds. REQUIRES: IsInformed(kind).
absl::string_view TypeName(DescriptorKind kind);

// As in evt.category of calls that move data: "file", "net", "ipc"; "unknown"
// for all others, also where there is no descriptor.
absl::string_view CategoryName(DescriptorKind kind);

// One character, as in fd.typechar: a guess by event type for kFailed.
// REQUIRES: kind is neither kNoDescriptor nor kUnknown.
absl::string_view TypeCharacter(const Event& event, DescriptorKind kind);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_DESCRIPTOR_KIND_H_
