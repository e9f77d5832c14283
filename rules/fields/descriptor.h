// SPDX-License-Identifier: Apache-2.0
//
// What the file descriptor of an event refers to.

#ifndef EYRIE_RULES_FIELDS_DESCRIPTOR_H_
#define EYRIE_RULES_FIELDS_DESCRIPTOR_H_

#include <cstdint>

#include "absl/strings/string_view.h"

#include "rules/check/value.h"
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
  kOther,
};

DescriptorKind DescriptorKindOf(const Event& event);

// Whether the kind is a socket's.
bool IsSocket(DescriptorKind kind);
// Whether the kind says what there is: not the first three.
bool IsInformed(DescriptorKind kind);

// One character, as in fd.typechar: a guess by event type for kFailed.
// REQUIRES: kind is neither kNoDescriptor nor kUnknown.
absl::string_view TypeCharacter(const Event& event, DescriptorKind kind);

// fd.name: for files the name asked for, made absolute, then the real one if it
// is another; for sockets see FormatSocketName().
void ReadDescriptorNames(const Event& event, Scratch& scratch,
                         FieldValues& out);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_DESCRIPTOR_H_
