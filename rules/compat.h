// SPDX-License-Identifier: Apache-2.0
//
// What `--compat` brings back of the reference.

#ifndef EYRIE_RULES_COMPAT_H_
#define EYRIE_RULES_COMPAT_H_

namespace eyrie::rules {

// Behaviors of the reference that are put right here, but that rules may have
// been written around or tuned to. All are off unless somebody asks for them.
// Each is settled when rules are loaded and costs nothing while it is off.
//
// What nobody can depend on stays put right: crashes, comparisons that are
// always false, literals that mean something else than they say. "Differences
// from Falco" in docs/rule_language.md lists both kinds. Numbers in parentheses
// are those of the specification's lists of defects.
struct Compat {
  // Fields say what they say there where FieldInfo::in_reference differs: a
  // file is known by the path asked for alone, creat() is no `is_open_write`
  // and a failed open() has the type `o` (14.16), and an image's repository
  // ends at the first colon (14.6).
  bool reference_fields = false;
  // A value that is not known is none, so that `not` makes a comparison with it
  // true (14.15).
  bool unknown_is_absent = false;
  // `fd.ip exists`, `fd.port exists` and `fd.net exists` hold for descriptors
  // of all kinds (14.2).
  bool any_descriptor_has_address = false;
  // `fd.net in`, and modifiers on fields that hold for any of several values,
  // look at the first item of their list alone (14.1, N4).
  bool first_item_only = false;
  // A text that is a number is ordered by its bytes, not as a number (14.13).
  bool numbers_are_text = false;
  // Of the rules that hold for an event only the first one fires, in order of
  // definition (14.12).
  bool first_rule_only = false;

  // All of them: what `--compat` means.
  static constexpr Compat All() { return {true, true, true, true, true, true}; }
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_COMPAT_H_
