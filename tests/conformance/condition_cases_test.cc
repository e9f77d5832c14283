// SPDX-License-Identifier: Apache-2.0
//
// The cases of cases/*.jsonl: one condition, values of fields, the verdict.
//
// README.md tells the format.

#include <cstddef>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "rules/check/default_catalog.h"
#include "rules/check/overlay_catalog.h"
#include "rules/compat.h"
#include "rules/diagnostics.h"
#include "rules/eval/condition.h"
#include "rules/eval/given_json.h"
#include "tests/conformance/case_files.h"
#include "tests/conformance/case_verdict.h"

namespace eyrie::rules {
namespace {

using Json = nlohmann::json;

constexpr char kFolder[] = "tests/conformance/cases";
constexpr char kFields[] = "tests/conformance/fields.json";
// There are at least this many: a reader that skips cases must not pass.
constexpr size_t kLeastCases = 5000;

// One line of a file of cases.
struct ConditionCase {
  std::string file;
  int line = 0;
  std::string id;
  std::string condition;
  Json fields;
  std::string expect;  // "true", "false", "error"
  std::string code;    // of the first error, if `expect` is "error"
  bool is_compat = false;
};

// What is wrong with the form of a line; empty if nothing is.
std::string CheckForm(const Json& json) {
  if (!json.is_object()) return "no object";
  const std::set<std::string> known = {"id",     "group", "condition", "fields",
                                       "expect", "code",  "compat"};
  for (const auto& [key, value] : json.items()) {
    if (known.count(key) == 0) return absl::StrCat("unknown key ", key);
  }
  for (const char* key : {"id", "group", "condition"}) {
    if (!json.contains(key) || !json.at(key).is_string()) {
      return absl::StrCat("no text ", key);
    }
  }
  if (!json.contains("fields") || !json.at("fields").is_object()) {
    return "no fields";
  }
  const bool is_error = json.contains("expect") && json.at("expect") == "error";
  if (!is_error &&
      (!json.contains("expect") || !json.at("expect").is_boolean())) {
    return "expect is true, false or \"error\"";
  }
  if (is_error != json.contains("code")) {
    return "a case that expects an error has its code, others have none";
  }
  return "";
}

std::vector<ConditionCase> ReadCases() {
  std::vector<ConditionCase> cases;
  for (const std::string& path : CaseFiles(kFolder, ".jsonl")) {
    std::ifstream file(path);
    int number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      const Json json =
          Json::parse(line, /*cb=*/nullptr, /*allow_exceptions=*/false);
      const std::string mistake = CheckForm(json);
      if (!mistake.empty()) {
        ADD_FAILURE_AT(path.c_str(), number) << mistake << ": " << line;
        continue;
      }
      const Json& expect = json.at("expect");
      cases.push_back({path, number, json.at("id"), json.at("condition"),
                       json.at("fields"),
                       expect.is_string() ? "error" : expect.dump(),
                       json.value("code", ""), json.value("compat", false)});
    }
  }
  return cases;
}

// Names of fields that the case gives and the condition does not read: most
// likely a slip of the pen, which would make an absent field of one meant to
// have a value.
std::string UnreadFields(const ConditionCase& test, const Condition& compiled) {
  std::set<std::string> read;
  for (const FieldUse* use : compiled.fields()) read.insert(use->text);
  std::string unread;
  for (const auto& [name, value] : test.fields.items()) {
    if (read.count(name) == 0) absl::StrAppend(&unread, " ", name);
  }
  return unread;
}

// What is wrong; empty if the case holds.
std::string Judge(const ConditionCase& test, const Catalog& catalog) {
  Diagnostics diagnostics;
  const auto compiled =
      Condition::Compile(test.condition, catalog, diagnostics,
                         test.is_compat ? Compat::All() : Compat());
  const std::string verdict = Verdict(compiled.get(), test.fields);
  if (verdict != test.expect) {
    return absl::StrCat("we say ", verdict, ", expected ", test.expect, "\n",
                        diagnostics.ToString());
  }
  if (compiled == nullptr) {
    for (const Diagnostic& entry : diagnostics.entries()) {
      if (entry.severity != Severity::kError) continue;
      return entry.code == test.code ? ""
                                     : absl::StrCat("the error is ", entry.code,
                                                    ", expected ", test.code);
    }
    return "refused without an error";
  }
  const std::string unread = UnreadFields(test, *compiled);
  return unread.empty() ? "" : absl::StrCat("it does not read", unread);
}

class ConditionCasesTest : public ::testing::Test {
 protected:
  ConditionCasesTest() : catalog_(DefaultCatalog()), cases_(ReadCases()) {}

  void SetUp() override {
    std::ifstream fields(kFields);
    ASSERT_TRUE(fields.good()) << kFields;
    const absl::Status status = AddTestFields(Json::parse(fields), catalog_);
    ASSERT_TRUE(status.ok()) << status;
  }

  OverlayCatalog catalog_;
  const std::vector<ConditionCase> cases_;
};

TEST_F(ConditionCasesTest, EachHolds) {
  for (const ConditionCase& test : cases_) {
    const std::string mistake = Judge(test, catalog_);
    if (mistake.empty()) continue;
    ADD_FAILURE_AT(test.file.c_str(), test.line)
        << test.id << ": " << test.condition << "\n  fields "
        << test.fields.dump() << "\n  " << mistake;
  }
}

TEST_F(ConditionCasesTest, AreMany) {
  std::map<std::string, size_t> by_file;
  for (const ConditionCase& test : cases_) ++by_file[test.file];
  for (const auto& [file, count] : by_file) {
    std::cout << count << " cases in " << file << "\n";
  }
  EXPECT_GE(cases_.size(), kLeastCases);
}

TEST_F(ConditionCasesTest, AreDistinct) {
  std::set<std::string> ids;
  std::set<std::tuple<std::string, std::string, bool>> contents;
  for (const ConditionCase& test : cases_) {
    if (!ids.insert(test.id).second) {
      ADD_FAILURE_AT(test.file.c_str(), test.line)
          << "another case has id " << test.id;
    }
    if (!contents.emplace(test.condition, test.fields.dump(), test.is_compat)
             .second) {
      ADD_FAILURE_AT(test.file.c_str(), test.line)
          << test.id << " repeats a case: " << test.condition;
    }
  }
}

}  // namespace
}  // namespace eyrie::rules
