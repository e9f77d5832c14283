// SPDX-License-Identifier: Apache-2.0

#include "rules/json/testing/read_json_field.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

#include "rules/json/json_parser.h"
#include "rules/json/json_reader.h"
#include "rules/output/value_text.h"

namespace eyrie::rules::testing {

JsonEvent MakeJsonEvent(absl::string_view document) {
  absl::StatusOr<Json> parsed = ParseJson(document);
  if (!parsed.ok()) {
    std::fprintf(stderr, "MakeJsonEvent: %s\n",
                 parsed.status().ToString().c_str());
    std::abort();
  }
  JsonEvent event;
  event.document = *std::move(parsed);
  event.source = "k8s_audit";
  event.plugin = "k8saudit";
  event.time_ns = 1'700'000'000'000'000'005;
  return event;
}

std::string ReadJsonField(const Catalog& catalog, const JsonEvent& event,
                          absl::string_view use) {
  absl::string_view name = use;
  absl::string_view argument;
  const size_t bracket = use.find('[');
  const bool given = bracket != absl::string_view::npos;
  if (given) {
    name = use.substr(0, bracket);
    argument = absl::StripSuffix(use.substr(bracket + 1), "]");
  }
  std::string dot_argument;
  const FieldInfo* const field = catalog.Find(name, &dot_argument);
  if (field == nullptr) return absl::StrCat("error: no field ", name);
  const absl::StatusOr<FieldArgument> parsed =
      catalog.ParseArgument(*field, given, argument);
  if (!parsed.ok()) return absl::StrCat("error: ", parsed.status().message());
  Scratch scratch;
  FieldValues values;
  field->json->Read(event, *parsed, scratch, values);
  if (values.presence == Presence::kUnknown) return "<unknown>";
  if (values.presence == Presence::kAbsent) return "<absent>";
  EXPECT_TRUE(values.values.size() == 1 ||
              field->quantifier == Quantifier::kList)
      << use << " has " << values.values.size() << " values";
  return absl::StrJoin(values.values, " | ",
                       [field](std::string* out, const Value& value) {
                         out->append(FormatValue(field->type, value));
                       });
}

void ExpectJsonFields(const Catalog& catalog, const JsonEvent& event,
                      const std::vector<JsonFieldCase>& cases) {
  for (const JsonFieldCase& test : cases) {
    EXPECT_EQ(ReadJsonField(catalog, event, test.use), test.expected)
        << test.use;
  }
}

}  // namespace eyrie::rules::testing
