// SPDX-License-Identifier: Apache-2.0
//
// Single facts of a process image as field values.

#ifndef EYRIE_RULES_FIELDS_PROCESS_FACTS_H_
#define EYRIE_RULES_FIELDS_PROCESS_FACTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

#include "rules/fields/ancestors.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/process_tree.h"

namespace eyrie::rules {

// A fact that partial knowledge of a process (its exec was lost) may lack:
// empty is unknown then, else a value.
inline Extracted TextFact(const ProcessNode& node, absl::string_view text) {
  return text.empty() && node.facts().partial() ? Unknown() : Text(text);
}
inline Extracted SignedFact(const ProcessNode& node, int64_t number) {
  return number == 0 && node.facts().partial() ? Unknown() : Signed(number);
}
inline Extracted NumberFact(const ProcessNode& node, uint64_t number) {
  return number == 0 && node.facts().partial() ? Unknown() : Number(number);
}

// Of one image.
inline Extracted Comm(const ProcessNode& node) {
  return TextFact(node, node.facts().comm());
}
inline Extracted Exe(const ProcessNode& node) {
  return TextFact(node, node.facts().exe());
}
inline Extracted ExePath(const ProcessNode& node) {
  return TextFact(node, node.facts().exe_path());
}
inline Extracted CommandLine(const ProcessNode& node) {
  return node.facts().partial() && node.args().empty() ? Unknown()
                                                       : Text(node.cmdline());
}
inline Extracted Arguments(const ProcessNode& node) {
  return TextFact(node, node.args());
}
inline Extracted Environment(const ProcessNode& node) {
  return TextFact(node, node.env());
}
inline Extracted Pid(const ProcessNode& node) {
  return Signed(node.facts().key().pid());
}
inline Extracted VirtualPid(const ProcessNode& node) {
  // No process has the number 0: it was not sent.
  return node.facts().vpid() == 0 ? Unknown() : Signed(node.facts().vpid());
}

// F of the acting process; unknown if the process is.
template <Extracted (*F)(const ProcessNode&)>
Extracted OfProcess(const Event& event) {
  return event.process == nullptr ? Unknown() : F(*event.process);
}

// F of the parent; absent if there is no parent.
template <Extracted (*F)(const ProcessNode&)>
Extracted OfParent(const Event& event) {
  const Ancestor parent = AncestorAt(event, 1);
  if (parent.node == nullptr) return {parent.presence, {}};
  return F(*parent.node);
}

// Calls `visit(text)` for each of the strings in `list`, which each end with a
// NUL, until it returns false.
template <typename Visitor>
void ForEachString(absl::string_view list, Visitor visit) {
  while (!list.empty()) {
    const size_t end = list.find('\0');
    if (!visit(list.substr(0, end))) return;
    list = end == absl::string_view::npos ? absl::string_view()
                                          : list.substr(end + 1);
  }
}

// The value of NAME in an environment of NAME=value strings. False if it is not
// there.
bool FindVariable(absl::string_view environment, absl::string_view name,
                  absl::string_view* value);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_PROCESS_FACTS_H_
