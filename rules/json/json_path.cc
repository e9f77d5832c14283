// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_path.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace eyrie::rules {
namespace {

bool HasStrayTilde(absl::string_view token) {
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') continue;
    ++i;
    if (i == token.size() || (token[i] != '0' && token[i] != '1')) return true;
  }
  return false;
}

// In this order: "~01" is "~1", not a slash.
std::string Unescape(absl::string_view token) {
  return absl::StrReplaceAll(absl::StrReplaceAll(token, {{"~1", "/"}}),
                             {{"~0", "~"}});
}

// The number of an element: digits, and no zero in front.
std::optional<size_t> ReadNumber(absl::string_view token) {
  size_t number = 0;
  if (token.empty() || (token.size() > 1 && token[0] == '0') ||
      !std::all_of(token.begin(), token.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(token, &number)) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

absl::StatusOr<JsonPath> JsonPath::Parse(absl::string_view pointer, Star star) {
  JsonPath path;
  if (pointer.empty()) return path;
  if (pointer[0] == '/') pointer.remove_prefix(1);
  for (const absl::string_view token : absl::StrSplit(pointer, '/')) {
    if (HasStrayTilde(token)) {
      return absl::InvalidArgumentError(
          absl::StrCat("`~` in `", token,
                       "` is followed by neither 0 (a tilde) nor 1 (a slash)"));
    }
    Step step;
    step.name = Unescape(token);
    step.number = ReadNumber(token);
    if (star == Star::kElements && absl::StartsWith(token, "*")) {
      step.is_star = true;
      const std::pair<absl::string_view, absl::string_view> filter =
          absl::StrSplit(token.substr(1), absl::MaxSplits('=', 1));
      step.filter = Unescape(filter.first);
      step.wanted = Unescape(filter.second);
      if (step.filter.empty() && token != "*") {
        return absl::InvalidArgumentError(absl::StrCat(
            "`", token, "` names no member; write `*` or `*member=text`"));
      }
    }
    path.steps_.push_back(std::move(step));
  }
  return path;
}

const Json* JsonPath::Find(const Json& root) const {
  const Json* found = nullptr;
  ForEach(root, -1, [&found](const Json& value) {
    if (found == nullptr) found = &value;
  });
  return found;
}

bool JsonPath::has_star() const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [](const Step& step) { return step.is_star; });
}

bool JsonPath::Takes(const Step& star, const Json& element) {
  if (star.filter.empty()) return true;
  if (!element.is_object()) return false;
  const auto found = element.find(star.filter);
  return found != element.end() && found->is_string() &&
         found->get_ref<const std::string&>() == star.wanted;
}

const Json* JsonPath::Follow(const Step& step, const Json& value) {
  if (value.is_object()) {
    const auto found = value.find(step.name);
    return found == value.end() ? nullptr : &*found;
  }
  return step.number.has_value() ? Element(value, *step.number) : nullptr;
}

}  // namespace eyrie::rules
