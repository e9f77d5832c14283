// SPDX-License-Identifier: Apache-2.0
//
// Turns small functions that read one value into FieldInfo::read functions.

#ifndef EYRIE_RULES_FIELDS_EXTRACTOR_H_
#define EYRIE_RULES_FIELDS_EXTRACTOR_H_

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/string_view.h"

#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/field.h"

namespace eyrie::rules {

// One value, or why there is none.
struct Extracted {
  Presence presence = Presence::kAbsent;
  Value value;
};

inline Extracted Absent() { return {}; }
inline Extracted Unknown() { return {Presence::kUnknown, {}}; }
inline Extracted Known(const Value& value) {
  return {Presence::kPresent, value};
}
// The text is borrowed.
inline Extracted Text(absl::string_view text) {
  return Known(Value::Text(text));
}
inline Extracted Number(uint64_t number) {
  return Known(Value::Number(number));
}
inline Extracted Signed(int64_t number) { return Known(Value::Signed(number)); }
inline Extracted Bool(bool value) { return Number(value ? 1 : 0); }

// A FieldInfo::read that calls F. F takes an Event, or an Event and Scratch, or
// an Event, FieldArgument and Scratch, and returns an Extracted; or it takes
// all that `read` takes and fills in `out`, which is absent at first.
template <auto F>
void Read(const Event& event, const FieldArgument& argument, Scratch& scratch,
          FieldValues& out) {
  using Function = decltype(F);
  Extracted extracted;
  if constexpr (std::is_invocable_r_v<Extracted, Function, const Event&>) {
    extracted = F(event);
  } else if constexpr (std::is_invocable_r_v<Extracted, Function, const Event&,
                                             Scratch&>) {
    extracted = F(event, scratch);
  } else if constexpr (std::is_invocable_r_v<Extracted, Function, const Event&,
                                             const FieldArgument&, Scratch&>) {
    extracted = F(event, argument, scratch);
  } else {
    out.Clear();
    F(event, argument, scratch, out);
    return;
  }
  out.Clear(extracted.presence);
  if (extracted.presence == Presence::kPresent) out.Add(extracted.value);
}

// For fields whose value is not carried yet.
inline Extracted ExtractUnknown(const Event&) { return Unknown(); }
// For fields that no event of the kernel has.
inline Extracted ExtractAbsent(const Event&) { return Absent(); }

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_EXTRACTOR_H_
