// SPDX-License-Identifier: Apache-2.0
//
// Values of fields as the evaluator sees them.

#ifndef EYRIE_RULES_CHECK_VALUE_H_
#define EYRIE_RULES_CHECK_VALUE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// An address in network byte order; IPv4 uses the first 4 bytes.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};
  bool is_v6 = false;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// One value, to be read as the field's type says: anything else it may hold has
// no meaning. Strings are borrowed.
//
// Small on purpose: values are made and copied some dozen times an event.
struct Value {
  union {
    absl::string_view text;            // kString, kPath, kBytes
    std::array<uint8_t, 16> ip_bytes;  // kIpAddress, kIpNet; see ip()
  };
  union {
    uint64_t number;  // integers, bool, port, times; signed ones as bits; of
                      // addresses whether they are IPv6
    double real;      // kDouble
  };

  Value() : text(), number(0) {}

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
  static Value Real(double real) {
    Value value;
    value.real = real;
    return value;
  }
  static Value Ip(const IpAddress& ip) {
    Value value;
    value.ip_bytes = ip.bytes;
    value.number = ip.is_v6 ? 1 : 0;
    return value;
  }
  int64_t i64() const { return static_cast<int64_t>(number); }
  IpAddress ip() const { return {ip_bytes, number != 0}; }
};

// Values in order. A std::vector but for one thing: to add a value where there
// was one before is a plain store, so that a value is made in its place.
class ValueList {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Value* data() const { return slots_.data(); }
  const Value* begin() const { return data(); }
  const Value* end() const { return data() + size_; }
  Value* begin() { return slots_.data(); }
  Value* end() { return slots_.data() + size_; }
  const Value& front() const { return slots_[0]; }
  const Value& back() const { return slots_[size_ - 1]; }
  const Value& operator[](size_t i) const { return slots_[i]; }
  Value& operator[](size_t i) { return slots_[i]; }

  void push_back(const Value& value) {
    if (size_ == slots_.size()) slots_.resize(std::max<size_t>(1, 2 * size_));
    slots_[size_++] = value;
  }
  // Keeps the memory. REQUIRES: size <= size().
  void Shrink(size_t size) { size_ = size; }

 private:
  std::vector<Value> slots_;
  size_t size_ = 0;
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
  ValueList values;

  // Keeps the memory of the values.
  void Clear(Presence to = Presence::kAbsent) {
    presence = to;
    values.Shrink(0);
  }
  void Set(const Value& value) {
    Clear(Presence::kPresent);
    Add(value);
  }
  void Add(const Value& value) {
    presence = Presence::kPresent;
    values.push_back(value);
  }
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_CHECK_VALUE_H_
