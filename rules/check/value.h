// SPDX-License-Identifier: Apache-2.0
//
// Values of fields as the evaluator sees them.

#ifndef EYRIE_RULES_CHECK_VALUE_H_
#define EYRIE_RULES_CHECK_VALUE_H_

#include <array>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace eyrie::rules {

// An address in network byte order; IPv4 uses the first 4 bytes.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};
  bool is_v6 = false;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// One value, to be read as the field's type says. Strings are borrowed.
struct Value {
  absl::string_view text;  // kString, kPath, kBytes
  uint64_t number = 0;     // integers, bool, port, times; signed ones as bits
  double real = 0;         // kDouble
  IpAddress ip;            // kIpAddress, kIpNet

  static Value Text(absl::string_view text) {
    Value value;
    value.text = text;
    return value;
  }
  static Value Number(uint64_t number) {
    Value value;
    value.number = number;
    return value;
  }
  static Value Signed(int64_t number) {
    return Number(static_cast<uint64_t>(number));
  }
  static Value Ip(const IpAddress& ip) {
    Value value;
    value.ip = ip;
    return value;
  }
  int64_t i64() const { return static_cast<int64_t>(number); }
};

// Whether a field has a value for an event. Absent: it has none, and every
// comparison is false. Unknown: it may have one that is not known here.
enum class Presence : uint8_t { kPresent, kAbsent, kUnknown };

// What one field says about one event: nothing, one value, or several (list
// fields; fields that hold for any of their values, as proc.aname).
//
// Unknown with values: these are known, further ones are not (proc.aname of a
// process whose grandparent was lost). A comparison that one of them decides is
// decided, else it is unknown.
struct FieldValues {
  Presence presence = Presence::kAbsent;
  absl::InlinedVector<Value, 2> values;

  // Keeps the memory of the values: values.clear() would give it back.
  void Clear(Presence to = Presence::kAbsent) {
    presence = to;
    if (!values.empty()) values.resize(0);
  }
  void Set(const Value& value) {
    Clear(Presence::kPresent);
    values.push_back(value);
  }
  void Add(const Value& value) {
    presence = Presence::kPresent;
    values.push_back(value);
  }
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_VALUE_H_
