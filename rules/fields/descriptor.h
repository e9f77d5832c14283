// SPDX-License-Identifier: Apache-2.0
//
// Names of what the file descriptor of an event refers to.

#ifndef EYRIE_RULES_FIELDS_DESCRIPTOR_H_
#define EYRIE_RULES_FIELDS_DESCRIPTOR_H_

#include "rules/check/value.h"
#include "rules/fields/event.h"

namespace eyrie::rules {

// fd.name: of a file that is opened the name asked for, made absolute, then the
// real one if it is another; of sockets see FormatSocketName(); of all others
// what the kernel calls them: the path, or "pipe:[INODE]".
void ReadDescriptorNames(const Event& event, Scratch& scratch,
                         FieldValues& out);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_DESCRIPTOR_H_
