// SPDX-License-Identifier: Apache-2.0
//
// Compares the language with the verdicts of the reference engine.
//
// The cases are not part of this repository: EYRIE_SHARED_DIR names the folder
// that has data/conformance/{eval_cases.jsonl,fields.json}. A case agrees if
// our verdict is `sane` where the reference is known to be wrong, else what the
// reference says.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "rules/check/default_catalog.h"
#include "rules/check/overlay_catalog.h"
#include "rules/eval/condition.h"

namespace eyrie::rules {
namespace {

using Json = nlohmann::json;

std::optional<std::string> ConformanceFolder() {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  if (shared == nullptr) return std::nullopt;
  const std::string folder = absl::StrCat(shared, "/data/conformance");
  if (!std::ifstream(folder + "/eval_cases.jsonl").good()) return std::nullopt;
  return folder;
}

GivenScalar ToScalar(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() &&
      json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) {
    return json.get<uint64_t>();
  }
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_object()) {
    return GivenBytes{
        absl::HexStringToBytes(json.at("hex").get<std::string>())};
  }
  return std::monostate();
}

GivenFields ToFields(const Json& json) {
  GivenFields fields;
  for (const auto& [name, value] : json.items()) {
    GivenValue given;
    given.is_array = value.is_array();
    if (given.is_array) {
      for (const Json& item : value) given.items.push_back(ToScalar(item));
    } else {
      given.items.push_back(ToScalar(value));
    }
    fields.emplace(name, std::move(given));
  }
  return fields;
}

void AddTestFields(const Json& json, OverlayCatalog& catalog) {
  for (const auto& [name, field] : json.items()) {
    TestField test;
    test.name = name;
    test.type = field.at("type").get<std::string>();
    test.is_list = field.value("list", false);
    test.argument = field.value("arg", "");
    test.is_index = field.value("arg_index", false);
    test.is_key = field.value("arg_key", false);
    test.no_transformer = field.value("no_transformer", false);
    test.no_right_side = field.value("no_rhs", false);
    ASSERT_TRUE(catalog.Add(test).ok()) << name;
  }
}

std::string Verdict(absl::StatusOr<Truth> truth) {
  if (!truth.ok()) return absl::StrCat("bad value: ", truth.status().message());
  return *truth == Truth::kTrue    ? "true"
         : *truth == Truth::kFalse ? "false"
                                   : "unknown";
}

std::string Expected(const Json& json) {
  const Json& verdict = json.contains("sane") ? json.at("sane")
                        : json.contains("expect_48dfd53")
                            ? json.at("expect_48dfd53")
                            : json.at("expect");
  return verdict.is_string() ? verdict.get<std::string>() : verdict.dump();
}

TEST(EvalCasesTest, AgreesWithTheReferenceEngine) {
  const std::optional<std::string> folder = ConformanceFolder();
  if (!folder.has_value()) {
    std::cout << "EYRIE_NO_SHARED: data/conformance\n";
    GTEST_SKIP();
  }
  OverlayCatalog catalog(DefaultCatalog());
  std::ifstream fields(*folder + "/fields.json");
  AddTestFields(Json::parse(fields), catalog);

  int agreed = 0, total = 0;
  std::map<std::string, int> disagreements;  // by group
  std::ifstream cases(*folder + "/eval_cases.jsonl");
  for (std::string line; std::getline(cases, line);) {
    const Json json = Json::parse(line);
    const std::string condition = json.at("condition").get<std::string>();
    Diagnostics diagnostics;
    const auto compiled = Condition::Compile(condition, catalog, diagnostics);
    std::string verdict = "error";
    if (compiled != nullptr) {
      const GivenFields given = ToFields(json.at("fields"));
      verdict = Verdict(compiled->Evaluate(given));
      EXPECT_EQ(verdict, Verdict(compiled->EvaluateByReference(given)))
          << condition;
    }
    ++total;
    if (verdict == Expected(json)) {
      ++agreed;
      continue;
    }
    ++disagreements[json.at("group").get<std::string>()];
    ADD_FAILURE() << json.at("id") << " " << condition << "\n  fields "
                  << json.at("fields").dump().substr(0, 500) << "\n  we say "
                  << verdict << ", expected " << Expected(json) << "\n"
                  << diagnostics.ToString();
  }
  std::cout << "agreed on " << agreed << " of " << total << " cases\n";
  for (const auto& [group, count] : disagreements) {
    std::cout << "  " << count << " differ in " << group << "\n";
  }
  EXPECT_GT(total, 0);
}

}  // namespace
}  // namespace eyrie::rules
