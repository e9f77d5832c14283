// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/names.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

#include "rules/priority.h"

namespace eyrie::cli {
namespace {

constexpr size_t kShortIdDigits = 12;

// "REASON_EVENT_RING_FULL" without `prefix`, as "event-ring-full".
std::string EnumText(absl::string_view name, absl::string_view prefix) {
  absl::ConsumePrefix(&name, prefix);
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
}

}  // namespace

std::string PriorityText(v1::Priority priority) {
  if (priority == v1::PRIORITY_UNSPECIFIED || !v1::Priority_IsValid(priority)) {
    return "";
  }
  return std::string(
      rules::PriorityName(static_cast<rules::Priority>(priority)));
}

std::string StateText(v1::Incident::State state) {
  return state == v1::Incident::STATE_UNSPECIFIED
             ? ""
             : EnumText(v1::Incident::State_Name(state), "");
}

std::string StateText(v1::Node::State state) {
  return state == v1::Node::STATE_UNSPECIFIED
             ? ""
             : EnumText(v1::Node::State_Name(state), "");
}

std::string StateText(v1::ContainerRuntime::State state) {
  return state == v1::ContainerRuntime::STATE_UNSPECIFIED
             ? "unknown"
             : EnumText(v1::ContainerRuntime::State_Name(state), "");
}

std::string ReasonText(v1::LossReport::Reason reason) {
  const std::string& name = v1::LossReport::Reason_Name(reason);
  return name.empty() ? absl::StrCat("reason-", static_cast<int>(reason))
                      : EnumText(name, "REASON_");
}

std::string ShortId(absl::string_view id) {
  return std::string(id.substr(0, kShortIdDigits));
}

absl::StatusOr<v1::Incident::State> ParseState(absl::string_view text) {
  for (const auto state : {v1::Incident::OPEN, v1::Incident::ACKNOWLEDGED,
                           v1::Incident::RESOLVED}) {
    if (!text.empty() && absl::StartsWithIgnoreCase(StateText(state), text)) {
      return state;
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text, "\" is no state; it is one of open, acknowledged, resolved"));
}

absl::StatusOr<PrioritySelection> ParsePrioritySelection(
    absl::string_view text) {
  PrioritySelection selection;
  absl::string_view name = text;
  selection.is_minimum = absl::ConsumePrefix(&name, ">=") ||
                         absl::ConsumePrefix(&name, "≥") ||
                         absl::ConsumeSuffix(&name, "+");
  rules::Priority priority;
  if (!rules::ParsePriority(absl::StripAsciiWhitespace(name), &priority)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text,
        "\" is no priority; it is one of emergency, alert, critical, error, "
        "warning, notice, informational, debug, with >= before it or + after "
        "it for that or worse"));
  }
  selection.priority = static_cast<v1::Priority>(priority);
  return selection;
}

}  // namespace eyrie::cli
