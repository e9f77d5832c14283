// SPDX-License-Identifier: Apache-2.0

#include "rules/check/overlay_catalog.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace eyrie::rules {
namespace {

struct TypeName {
  absl::string_view name;
  FieldType type;
  uint8_t bits;
  bool only_exists;
};

// The reference's types. Raw user and group ids take `exists` only.
constexpr TypeName kTypes[] = {
    {"CHARBUF", FieldType::kString, 64, false},
    {"FSPATH", FieldType::kPath, 64, false},
    {"FSRELPATH", FieldType::kPath, 64, false},
    {"BYTEBUF", FieldType::kBytes, 64, false},
    {"BOOL", FieldType::kBool, 64, false},
    {"INT8", FieldType::kInt64, 8, false},
    {"INT16", FieldType::kInt64, 16, false},
    {"INT32", FieldType::kInt64, 32, false},
    {"INT64", FieldType::kInt64, 64, false},
    {"ERRNO", FieldType::kInt64, 64, false},
    {"PID", FieldType::kInt64, 64, false},
    {"FD", FieldType::kInt64, 64, false},
    {"UINT8", FieldType::kUint64, 8, false},
    {"UINT16", FieldType::kUint64, 16, false},
    {"UINT32", FieldType::kUint64, 32, false},
    {"UINT64", FieldType::kUint64, 64, false},
    {"FLAGS32", FieldType::kUint64, 32, false},
    {"MODE", FieldType::kUint64, 32, false},
    {"UID", FieldType::kUint64, 32, true},
    {"GID", FieldType::kUint64, 32, true},
    {"DYNAMIC", FieldType::kUint64, 64, true},
    {"DOUBLE", FieldType::kDouble, 64, false},
    {"PORT", FieldType::kPort, 16, false},
    {"IPADDR", FieldType::kIpAddress, 64, false},
    {"IPNET", FieldType::kIpNet, 64, false},
    {"RELTIME", FieldType::kRelativeTime, 64, false},
    {"ABSTIME", FieldType::kAbsoluteTime, 64, false},
};

// Fields of the reference that hold for several values at once.
Quantifier QuantifierOf(const TestField& field) {
  if (field.is_list) return Quantifier::kList;
  for (const absl::string_view name :
       {"fd.ip", "fd.port", "fd.net", "fd.proto"}) {
    if (field.name == name) return Quantifier::kEither;
  }
  for (const absl::string_view name :
       {"proc.aname", "proc.aexe", "proc.aexepath", "proc.acmdline",
        "proc.apid", "proc.aenv"}) {
    if (field.name == name) return Quantifier::kAny;
  }
  return Quantifier::kScalar;
}

ArgumentKind KindOf(const TestField& field) {
  if (field.argument.empty()) return ArgumentKind::kNone;
  if (field.is_index == field.is_key) return ArgumentKind::kIndexOrKey;
  return field.is_index ? ArgumentKind::kIndex : ArgumentKind::kKey;
}

void ReadNothing(const Event&, const FieldArgument&, Scratch&,
                 FieldValues& out) {
  out.Clear();
}

}  // namespace

absl::Status OverlayCatalog::Add(const TestField& field) {
  for (const TypeName& type : kTypes) {
    if (type.name != field.type) continue;
    FieldInfo& info = fields_.emplace_back();
    info.name = names_.emplace_back(field.name);
    info.type = type.type;
    info.bits = type.bits;
    info.only_exists = type.only_exists;
    info.quantifier = QuantifierOf(field);
    info.argument_rule = field.argument == "required" ? ArgumentRule::kRequired
                         : field.argument.empty()     ? ArgumentRule::kNone
                                                      : ArgumentRule::kOptional;
    info.argument_kind = KindOf(field);
    info.no_transformer = field.no_transformer;
    info.no_right_side = field.no_right_side;
    info.read = ReadNothing;
    by_name_[info.name] = &info;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("field ", field.name, ": `", field.type, "` is not a type"));
}

const FieldInfo* OverlayCatalog::Find(absl::string_view name,
                                      std::string* dot_argument) const {
  if (const FieldInfo* field = base_.Find(name, dot_argument)) return field;
  dot_argument->clear();
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second;
  for (const absl::string_view family :
       {"evt.arg", "evt.rawarg", "thread.cgroup"}) {
    const auto member = by_name_.find(family);
    if (member != by_name_.end() && absl::StartsWith(name, family) &&
        name.size() > family.size() + 1 && name[family.size()] == '.') {
      *dot_argument = std::string(name.substr(family.size() + 1));
      return member->second;
    }
  }
  return nullptr;
}

absl::StatusOr<FieldArgument> OverlayCatalog::ParseArgument(
    const FieldInfo& field, bool given, absl::string_view text) const {
  const auto found = by_name_.find(field.name);
  if (found == by_name_.end() || found->second != &field) {
    return base_.ParseArgument(field, given, text);
  }
  if (given ? field.argument_rule == ArgumentRule::kNone
            : field.argument_rule == ArgumentRule::kRequired) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", field.name, "` takes ", given ? "no" : "an", " argument"));
  }
  FieldArgument argument;
  argument.given = given;
  const bool is_index = !text.empty() &&
                        absl::c_all_of(text, absl::ascii_isdigit) &&
                        (text.size() == 1 || text[0] != '0');
  if (given && field.argument_kind == ArgumentKind::kIndex && !is_index) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", field.name, "` takes a number in brackets"));
  }
  argument.key = std::string(text);
  return argument;
}

std::vector<absl::string_view> OverlayCatalog::Names() const {
  std::vector<absl::string_view> names = base_.Names();
  names.insert(names.end(), names_.begin(), names_.end());
  return names;
}

}  // namespace eyrie::rules
