// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_parser.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "common/status_macros.h"
#include "rules/json/json_builder.h"

namespace eyrie::rules {
namespace {

absl::Status TooMuch(absl::string_view what, size_t limit,
                     absl::string_view unit) {
  return absl::ResourceExhaustedError(
      absl::StrCat(what, " more than ", limit, " ", unit));
}

// Counts brackets and commas outside of strings, before anything is allocated.
// Of text that is no JSON it says nothing; the parser refuses that.
absl::Status CheckShape(absl::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return TooMuch("JSON of", limits.max_bytes, "bytes");
  }
  size_t depth = 0;
  size_t values = 1;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '[' || c == '{') {
      ++values;
      if (++depth > limits.max_depth) {
        return TooMuch("JSON nested", limits.max_depth, "levels deep");
      }
    }
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == ',') ++values;
    if (values > limits.max_values) {
      return TooMuch("JSON with", limits.max_values, "values");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Json> ParseJson(absl::string_view text,
                               const JsonLimits& limits) {
  EYRIE_RETURN_IF_ERROR(CheckShape(text, limits));
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("no JSON: mistake at byte ", error.byte));
  } catch (const Json::exception&) {
    return absl::InvalidArgumentError("no JSON: a number is too large");
  }
}

absl::StatusOr<Json> ParseJsonCut(absl::string_view text,
                                  const JsonLimits& limits, uint64_t* cut) {
  if (text.size() > limits.max_bytes) {
    return TooMuch("JSON of", limits.max_bytes, "bytes");
  }
  JsonBuilder builder(limits.max_depth);
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
    return absl::InvalidArgumentError(
        absl::StrCat("no JSON: mistake at byte ", builder.mistake()));
  }
  *cut += builder.cut();
  return std::move(builder.root());
}

}  // namespace eyrie::rules
