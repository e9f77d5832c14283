// SPDX-License-Identifier: Apache-2.0

#include "rules/check/operators.h"

#include <cstdint>

#include "rules/syntax/keywords.h"

namespace eyrie::rules {
namespace {

using ast::Operator;

constexpr uint32_t Bit(Operator op) { return 1u << static_cast<int>(op); }

constexpr uint32_t kExists = Bit(Operator::kExists);
constexpr uint32_t kMember = Bit(Operator::kIn) | Bit(Operator::kIntersects);
constexpr uint32_t kEquality =
    Bit(Operator::kEqual) | Bit(Operator::kNotEqual) | kMember | kExists;
constexpr uint32_t kOrder = Bit(Operator::kLess) | Bit(Operator::kLessEqual) |
                            Bit(Operator::kGreater) |
                            Bit(Operator::kGreaterEqual);
constexpr uint32_t kParts = Bit(Operator::kContains) |
                            Bit(Operator::kStartswith) |
                            Bit(Operator::kEndswith);
constexpr uint32_t kText = kParts | Bit(Operator::kIcontains) |
                           Bit(Operator::kGlob) | Bit(Operator::kIglob) |
                           Bit(Operator::kRegex) | Bit(Operator::kPmatch);
constexpr uint32_t kHex =
    Bit(Operator::kBcontains) | Bit(Operator::kBstartswith);

struct TypeRow {
  FieldType type;
  uint32_t scalar;  // operators of the type
  uint32_t list;    // operators of a list of it
};

// In the order of FieldType.
constexpr TypeRow kTypes[] = {
    {FieldType::kString, kEquality | kOrder | kText, kMember | kExists},
    {FieldType::kPath, kEquality | kOrder | kText, kExists},
    {FieldType::kBytes, kEquality | kParts | kHex, kExists},
    {FieldType::kBool, kEquality, kMember | kExists},
    {FieldType::kInt64, kEquality | kOrder, kExists},
    {FieldType::kUint64, kEquality | kOrder, kMember | kExists},
    {FieldType::kDouble, kEquality | kOrder, kExists},
    {FieldType::kPort, kEquality | kOrder, kExists},
    {FieldType::kIpAddress, kEquality, kMember | kExists},
    {FieldType::kIpNet, kEquality, kMember | kExists},
    {FieldType::kRelativeTime, kEquality | kOrder, kMember | kExists},
    {FieldType::kAbsoluteTime, kEquality | kOrder, kMember | kExists},
};

uint32_t LegalMask(FieldType type, bool is_list) {
  const TypeRow& row = kTypes[static_cast<size_t>(type)];
  return is_list ? row.list : row.scalar;
}

}  // namespace

bool IsLegal(Operator op, FieldType type, bool is_list) {
  return (LegalMask(type, is_list) & Bit(op)) != 0;
}

std::vector<absl::string_view> LegalOperators(FieldType type, bool is_list) {
  std::vector<absl::string_view> names;
  for (int i = 0; i <= static_cast<int>(Operator::kRegex); ++i) {
    const auto op = static_cast<Operator>(i);
    if (IsLegal(op, type, is_list)) names.push_back(OperatorText(op));
  }
  return names;
}

bool TakesRightField(Operator op, FieldType type) {
  return op != Operator::kRegex && op != Operator::kPmatch &&
         op != Operator::kExists && type != FieldType::kIpNet;
}

bool IsOrdering(Operator op) { return (Bit(op) & kOrder) != 0; }

}  // namespace eyrie::rules
