// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/testing/read_field.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/event.h"
#include "rules/fields/field.h"
#include "rules/fields/field_catalog.h"
#include "rules/fields/socket_ends.h"

namespace eyrie::rules::testing {
namespace {

[[noreturn]] void Fail(absl::string_view message) {
  std::fprintf(stderr, "ReadField: %.*s\n", static_cast<int>(message.size()),
               message.data());
  std::abort();
}

std::string ValueText(FieldType type, const Value& value) {
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes:
      return std::string(value.text);
    case FieldType::kBool:
      return value.number != 0 ? "true" : "false";
    case FieldType::kInt64:
      return absl::StrCat(value.i64());
    case FieldType::kDouble:
      return absl::StrCat(value.real);
    case FieldType::kIpAddress:
    case FieldType::kIpNet:
      return FormatIp(value.ip());
    default:
      return absl::StrCat(value.number);
  }
}

}  // namespace

std::string ReadField(const Event& event, absl::string_view use) {
  absl::string_view name = use;
  absl::string_view argument;
  const size_t bracket = use.find('[');
  if (bracket != absl::string_view::npos) {
    name = use.substr(0, bracket);
    argument = absl::StripSuffix(use.substr(bracket + 1), "]");
  }
  std::string dot_argument;
  const FieldInfo* field = FindField(name, &dot_argument);
  if (field == nullptr) Fail(absl::StrCat("no field ", name));
  if (!dot_argument.empty()) argument = dot_argument;
  const absl::StatusOr<FieldArgument> parsed =
      ParseFieldArgument(*field, !argument.empty(), argument);
  if (!parsed.ok()) Fail(parsed.status().message());

  Scratch scratch;
  FieldValues values;
  // What an extractor forgets to overwrite shows.
  values.Set(Value::Text("left over"));
  field->read(event, *parsed, scratch, values);
  std::vector<std::string> texts;
  for (const Value& value : values.values) {
    texts.push_back(ValueText(field->type, value));
  }
  if (values.presence == Presence::kUnknown) texts.push_back("<unknown>");
  if (values.presence == Presence::kAbsent) texts.push_back("<absent>");
  return absl::StrJoin(texts, ", ");
}

void ExpectFields(const Event& event, const std::vector<FieldCase>& cases) {
  for (const FieldCase& test : cases) {
    EXPECT_EQ(ReadField(event, test.use), test.expected) << test.use;
  }
}

}  // namespace eyrie::rules::testing
