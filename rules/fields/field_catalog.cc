// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/field_catalog.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/status_macros.h"
#include "rules/fields/container_fields.h"
#include "rules/fields/event_types.h"
#include "rules/fields/evt_arg_fields.h"
#include "rules/fields/evt_fields.h"
#include "rules/fields/evt_io_fields.h"
#include "rules/fields/evt_open_fields.h"
#include "rules/fields/evt_time_fields.h"
#include "rules/fields/exe_fields.h"
#include "rules/fields/fd_fields.h"
#include "rules/fields/fd_list_fields.h"
#include "rules/fields/field.h"
#include "rules/fields/fs_path_fields.h"
#include "rules/fields/k8s_fields.h"
#include "rules/fields/k8smeta_fields.h"
#include "rules/fields/leader_fields.h"
#include "rules/fields/lineage_fields.h"
#include "rules/fields/mount_fields.h"
#include "rules/fields/probe_fields.h"
#include "rules/fields/proc_fields.h"
#include "rules/fields/socket_fields.h"
#include "rules/fields/thread_fields.h"
#include "rules/fields/user_fields.h"

namespace eyrie::rules {
namespace {

// Fields whose argument may stand behind a dot.
constexpr absl::string_view kDotFamilies[] = {
    "evt.abspath", "evt.arg", "evt.rawarg", "evt.type.is", "thread.cgroup"};

// Largest index: what is larger reaches nothing either.
constexpr int64_t kMaxIndex = 999'999'999;

class FieldTable {
 public:
  FieldTable() {
    for (const absl::Span<const FieldInfo> family :
         {ContainerFields(), EvtArgFields(),  EvtFields(),    EvtIoFields(),
          EvtOpenFields(),   EvtTimeFields(), ExeFields(),    FdFields(),
          FdListFields(),    FsPathFields(),  K8sFields(),    K8smetaFields(),
          LeaderFields(),    LineageFields(), MountFields(),  ProbeFields(),
          ProcFields(),      SocketFields(),  ThreadFields(), UserFields()}) {
      for (const FieldInfo& field : family) sorted_.push_back(&field);
    }
    std::sort(sorted_.begin(), sorted_.end(),
              [](const FieldInfo* a, const FieldInfo* b) {
                return a->name < b->name;
              });
    for (const FieldInfo* field : sorted_) by_name_[field->name] = field;
  }

  absl::Span<const FieldInfo* const> sorted() const { return sorted_; }

  const FieldInfo* Find(absl::string_view name) const {
    const auto it = by_name_.find(name);
    return it == by_name_.end() ? nullptr : it->second;
  }

 private:
  std::vector<const FieldInfo*> sorted_;
  absl::flat_hash_map<absl::string_view, const FieldInfo*> by_name_;
};

const FieldTable& Table() {
  static const auto* const table = new FieldTable();
  return *table;
}

bool IsArgumentName(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
  });
}

bool IsNumber(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

bool TakesDotArgument(absl::string_view family) {
  return std::find(std::begin(kDotFamilies), std::end(kDotFamilies), family) !=
         std::end(kDotFamilies);
}

absl::Status ParseIndex(const FieldInfo& field, absl::string_view text,
                        FieldArgument& argument) {
  if (!IsNumber(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", field.name, "` wants a number from 0 in brackets, ",
                     "not `", text, "`"));
  }
  if (!absl::SimpleAtoi(text, &argument.index)) argument.index = kMaxIndex;
  argument.index = std::min(argument.index, kMaxIndex);
  argument.is_index = true;
  return absl::OkStatus();
}

absl::Status CheckPresence(const FieldInfo& field, bool given,
                           absl::string_view text) {
  if (given && field.argument_rule == ArgumentRule::kNone) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", field.name, "` takes no argument"));
  }
  if (!given && field.argument_rule == ArgumentRule::kRequired) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", field.name, "` needs an argument in brackets"));
  }
  if (given && text.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the argument of `", field.name, "` is empty"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Span<const FieldInfo* const> AllFields() { return Table().sorted(); }

const FieldInfo* FindField(absl::string_view name, std::string* dot_argument) {
  dot_argument->clear();
  const FieldInfo* field = Table().Find(name);
  if (field != nullptr) return field;
  const size_t dot = name.rfind('.');
  if (dot == absl::string_view::npos) return nullptr;
  const absl::string_view family = name.substr(0, dot);
  const absl::string_view argument = name.substr(dot + 1);
  if (!TakesDotArgument(family) || !IsArgumentName(argument)) return nullptr;
  dot_argument->assign(argument.data(), argument.size());
  return family == "evt.rawarg" ? RawArgumentField(argument)
                                : Table().Find(family);
}

absl::StatusOr<FieldArgument> ParseFieldArgument(const FieldInfo& field,
                                                 bool given,
                                                 absl::string_view text) {
  EYRIE_RETURN_IF_ERROR(CheckPresence(field, given, text));
  FieldArgument argument;
  argument.given = given;
  if (given) {
    const bool is_index =
        field.argument_kind == ArgumentKind::kIndex ||
        (field.argument_kind == ArgumentKind::kIndexOrKey && IsNumber(text));
    if (is_index) {
      EYRIE_RETURN_IF_ERROR(ParseIndex(field, text, argument));
    } else {
      argument.key = std::string(text);
    }
  }
  if (field.resolve != nullptr) EYRIE_RETURN_IF_ERROR(field.resolve(argument));
  return argument;
}

absl::string_view UnavailableReason(const FieldInfo& field,
                                    const FieldArgument& argument) {
  if (!field.unavailable.empty()) return field.unavailable;
  if (field.name == "evt.arg" || field.name == "evt.rawarg") {
    return UnavailableArgument(argument);
  }
  if (field.name == "evt.type.is" && argument.resolved == kFutureEvent) {
    return "this event (later sensor work)";
  }
  return {};
}

}  // namespace eyrie::rules
