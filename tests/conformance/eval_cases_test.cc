// SPDX-License-Identifier: Apache-2.0
//
// Compares the language with the verdicts of the reference engine.
//
// The cases are not part of this repository: EYRIE_SHARED_DIR names the folder
// that has data/conformance/{eval_cases.jsonl,fields.json}; the README there
// tells what their keys mean. Every case must agree but for those that kLeftOut
// names.

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "rules/check/overlay_catalog.h"
#include "rules/compat.h"
#include "rules/diagnostics.h"
#include "rules/eval/condition.h"
#include "rules/eval/given_json.h"
#include "rules/sources/built_in_sources.h"
#include "tests/conformance/case_verdict.h"

namespace eyrie::rules {
namespace {

using Json = nlohmann::json;

struct LeftOut {
  const char* id;
  const char* reason;
};

// Cases whose verdict is not ours, and why. All others must agree. There is
// none: the language differs only where the reference is known to be wrong, and
// there the cases say what is sane.
constexpr std::array<LeftOut, 0> kLeftOut = {};

const char* ReasonToLeaveOut(const std::string& id) {
  for (const LeftOut& entry : kLeftOut) {
    if (id == entry.id) return entry.reason;
  }
  return nullptr;
}

std::optional<std::string> ConformanceFolder() {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  if (shared == nullptr) return std::nullopt;
  const std::string folder = absl::StrCat(shared, "/data/conformance");
  if (!std::ifstream(folder + "/eval_cases.jsonl").good()) return std::nullopt;
  return folder;
}

std::string Text(const Json& verdict) {
  return verdict.is_string() ? verdict.get<std::string>() : verdict.dump();
}

// A case's verdict, and the category that says why it is the right one.
struct Expectation {
  std::string category;
  std::string verdict;
};

Expectation ExpectationOf(const Json& json) {
  const std::string reference =
      Text(json.contains("expect_48dfd53") ? json.at("expect_48dfd53")
                                           : json.at("expect"));
  if (json.value("defect", false)) {
    const std::string defect =
        absl::StrCat("defect ", json.value("defect_ref", "unnamed"));
    if (json.contains("sane")) {
      return {defect + ", put right", Text(json.at("sane"))};
    }
    return {defect + ", kept", reference};
  }
  if (json.contains("expect_48dfd53")) return {"newer version", reference};
  if (json.contains("falco")) return {"refused by the loader only", reference};
  if (json.contains("spec")) {
    return {absl::StrCat("text corrected by ", json.value("class", "unnamed")),
            reference};
  }
  return {"text and reference agree", reference};
}

// Defects that --compat brings back (rules/compat.h).
bool IsBroughtBack(const Json& json) {
  const std::set<std::string> references = {"14.1", "14.2", "14.13", "new-N4"};
  return references.count(json.value("defect_ref", "")) > 0;
}

class EvalCasesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ConformanceFolder();
    if (!folder_.has_value()) {
      std::cout << "EYRIE_NO_SHARED: data/conformance\n";
      GTEST_SKIP();
    }
    std::ifstream fields(*folder_ + "/fields.json");
    const absl::Status status = AddTestFields(Json::parse(fields), catalog_);
    ASSERT_TRUE(status.ok()) << status;
  }

  std::optional<std::string> folder_;
  // Fields of all sources as the product has them, and the made-up ones.
  OverlayCatalog catalog_{BuiltInSources()->any_catalog()};
};

TEST_F(EvalCasesTest, AgreesWithTheReferenceEngine) {
  struct Count {
    int agreed = 0;
    int left_out = 0;
    int total = 0;
  };
  std::map<std::string, Count> counts;  // by category
  std::set<std::string> ids;
  std::ifstream cases(*folder_ + "/eval_cases.jsonl");
  for (std::string line; std::getline(cases, line);) {
    const Json json = Json::parse(line);
    const std::string id = json.at("id").get<std::string>();
    const std::string condition = json.at("condition").get<std::string>();
    EXPECT_TRUE(ids.insert(id).second) << id << " stands twice";
    const Expectation expected = ExpectationOf(json);
    Count& count = counts[expected.category];
    ++count.total;
    Diagnostics diagnostics;
    const auto compiled = Condition::Compile(condition, catalog_, diagnostics);
    const std::string verdict = Verdict(compiled.get(), json.at("fields"));
    const char* reason = ReasonToLeaveOut(id);
    if (verdict == expected.verdict) {
      ++count.agreed;
      EXPECT_EQ(reason, nullptr) << id << " agrees: take it off the table";
    } else if (reason != nullptr) {
      ++count.left_out;
      std::cout << id << " is left out: " << reason << "\n";
    } else {
      ADD_FAILURE() << id << " (" << expected.category << ") " << condition
                    << "\n  fields " << json.at("fields").dump().substr(0, 500)
                    << "\n  we say " << verdict << ", expected "
                    << expected.verdict << "\n"
                    << diagnostics.ToString();
    }
  }
  Count all;
  for (const auto& [category, count] : counts) {
    std::cout << category << ": " << count.agreed << " of " << count.total
              << " agree";
    if (count.left_out > 0) std::cout << ", " << count.left_out << " left out";
    std::cout << "\n";
    all.agreed += count.agreed;
    all.left_out += count.left_out;
    all.total += count.total;
  }
  std::cout << "all: " << all.agreed << " of " << all.total << " agree, "
            << all.left_out << " left out\n";
  // The smallest sample there is.
  EXPECT_GE(all.total, 1500);
  EXPECT_EQ(all.agreed + all.left_out, all.total);
}

TEST_F(EvalCasesTest, CompatBringsBackItsDefectsAndNothingElse) {
  int brought_back = 0;
  std::ifstream cases(*folder_ + "/eval_cases.jsonl");
  for (std::string line; std::getline(cases, line);) {
    const Json json = Json::parse(line);
    const bool is_back = IsBroughtBack(json);
    brought_back += is_back ? 1 : 0;
    const std::string expected =
        is_back ? Text(json.at("expect")) : ExpectationOf(json).verdict;
    Diagnostics diagnostics;
    const auto compiled =
        Condition::Compile(json.at("condition").get<std::string>(), catalog_,
                           diagnostics, Compat::All());
    EXPECT_EQ(Verdict(compiled.get(), json.at("fields")), expected)
        << json.at("id") << " " << json.at("condition");
  }
  EXPECT_GT(brought_back, 10);
}

}  // namespace
}  // namespace eyrie::rules
