// SPDX-License-Identifier: Apache-2.0
//
// The cases of rule_files/*.yaml: rule files, and what comes of loading them.
//
// README.md tells the format.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

#include "rules/check/default_catalog.h"
#include "rules/compat.h"
#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/eval/condition.h"
#include "rules/priority.h"
#include "rules/reader/rule_collection.h"
#include "rules/resolve/resolver.h"
#include "rules/ruleset/rule_set.h"
#include "rules/source.h"
#include "rules/sources/built_in_sources.h"
#include "rules/syntax/parser.h"
#include "rules/syntax/printer.h"
#include "rules/testing/fixture_event.h"
#include "tests/conformance/case_files.h"
#include "tests/conformance/rule_case.h"

namespace eyrie::rules {
namespace {

constexpr char kFolder[] = "tests/conformance/rule_files";
constexpr char kCodesPage[] = "docs/diagnostics.md";
// There are at least this many: a reader that skips cases must not pass.
constexpr size_t kLeastCases = 520;
// Most conditions of cases name no event type, and few cases are about that.
constexpr absl::string_view kUsual[] = {"no-event-type",
                                        "event-type-unavailable"};

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<RuleCase> ReadCases() {
  std::vector<RuleCase> cases;
  for (const std::string& path : CaseFiles(kFolder, ".yaml")) {
    Diagnostics diagnostics;
    const auto file = std::make_shared<const SourceFile>(path, ReadText(path));
    for (RuleCase& test : ReadRuleCases(file, diagnostics)) {
      cases.push_back(std::move(test));
    }
    EXPECT_EQ(diagnostics.ToString(), "");
  }
  return cases;
}

std::string Joined(const std::vector<std::string>& texts) {
  return absl::StrJoin(texts, " ");
}

// One field's value as the condition's field wants it.
GivenScalar ToScalar(const YamlNode& node, FieldType type) {
  if (node.is_null()) return std::monostate();
  const std::string& text = node.text.text();
  switch (type) {
    case FieldType::kString:
    case FieldType::kPath:
    case FieldType::kBytes:
    case FieldType::kIpAddress:
    case FieldType::kIpNet:
      return text;
    case FieldType::kBool:
      return text == "true";
    default:
      break;
  }
  int64_t number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(text, &number)) << text << " is no number";
  return number;
}

GivenValue ToGiven(const YamlNode& node, FieldType type) {
  GivenValue given;
  given.is_array = node.is_sequence();
  for (const YamlNodePtr& item : node.items) {
    given.items.push_back(ToScalar(*item, type));
  }
  if (!given.is_array) given.items.push_back(ToScalar(node, type));
  return given;
}

// The condition's one spelling, so that any may be expected.
std::string Canonical(const std::string& condition) {
  Diagnostics diagnostics;
  const ast::ExprPtr parsed =
      ParseCondition(LocatedText(condition), {}, diagnostics);
  return parsed == nullptr ? diagnostics.ToString() : PrintExpr(*parsed);
}

// Loads the files of one case and compares.
class CaseJudge {
 public:
  explicit CaseJudge(const RuleCase& test) : test_(test) {}

  void Judge() {
    LoadOptions options;
    if (test_.is_compat) options.compat = Compat::All();
    set_ = LoadRules(test_.files, options, diagnostics_);
    CompareCodes();
    if ((set_ != nullptr) != test_.loads) {
      Fail(test_.range) << (test_.loads ? "is refused" : "loads") << "\n"
                        << diagnostics_.ToString();
      return;
    }
    if (set_ == nullptr) return;
    Diagnostics ignored;
    resolved_ =
        Resolve(ReadRules(test_.files, {}, BuiltInSources()->Known(), ignored),
                {}, ignored);
    if (test_.rules) CompareRules(*test_.rules);
    for (const ExpectedMatch& match : test_.matches) CompareMatch(match);
    for (const testing::RuleFixture& event : test_.events) CompareEvent(event);
  }

 private:
  // Collects one message and reports it at its place.
  class Failure {
   public:
    Failure(const RuleCase& test, const SourceRange& range)
        : test_(test), range_(range) {}
    Failure(Failure&&) = delete;
    ~Failure() {
      ADD_FAILURE_AT(range_.file->name().c_str(),
                     range_.file->At(range_.begin).line)
          << test_.name << ": " << text_.str();
    }
    template <typename T>
    Failure& operator<<(const T& value) {
      text_ << value;
      return *this;
    }

   private:
    const RuleCase& test_;
    const SourceRange& range_;
    std::ostringstream text_;
  };

  Failure Fail(const SourceRange& range) { return Failure(test_, range); }

  void CompareCodes() {
    const auto expects = [this](absl::string_view code) {
      return std::find(test_.codes.begin(), test_.codes.end(), code) !=
             test_.codes.end();
    };
    std::vector<std::string> codes;
    for (const Diagnostic& entry : diagnostics_.entries()) {
      const bool is_usual = std::find(std::begin(kUsual), std::end(kUsual),
                                      entry.code) != std::end(kUsual);
      // Notes come and go with what sensors can see.
      const bool is_note = entry.severity == Severity::kNote;
      if (!(is_usual || is_note) || expects(entry.code)) {
        codes.push_back(entry.code);
      }
    }
    if (codes == test_.codes) return;
    Fail(test_.range) << "codes are [" << Joined(codes) << "], expected ["
                      << Joined(test_.codes) << "]\n"
                      << diagnostics_.ToString();
  }

  const ResolvedRule* FindResolved(absl::string_view name) const {
    for (const ResolvedRule& rule : resolved_.rules) {
      if (rule.name == name) return &rule;
    }
    return nullptr;
  }

  void CompareRules(const std::vector<ExpectedRule>& rules) {
    std::vector<std::string> names, expected;
    for (const Rule& rule : set_->rules()) names.push_back(rule.name);
    for (const ExpectedRule& rule : rules) expected.push_back(rule.name);
    if (names != expected) {
      Fail(test_.range) << "rules are [" << Joined(names) << "], expected ["
                        << Joined(expected) << "]";
      return;
    }
    for (const ExpectedRule& rule : rules) {
      CompareRule(rule, *set_->FindRule(rule.name), *FindResolved(rule.name));
    }
  }

  template <typename T, typename U>
  void Compare(absl::string_view what, const T& actual,
               const std::optional<U>& expected) {
    if (!expected || actual == *expected) return;
    Fail(test_.range) << what << " is\n  " << actual << "\nexpected\n  "
                      << *expected;
  }

  void CompareRule(const ExpectedRule& expected, const Rule& rule,
                   const ResolvedRule& resolved) {
    std::optional<std::string> condition;
    if (expected.condition) condition = Canonical(*expected.condition);
    Compare("condition", PrintExpr(*resolved.condition), condition);
    Compare("output", rule.output.text(), expected.output);
    Compare("desc", rule.description, expected.description);
    Compare("priority", std::string(PriorityName(rule.priority)),
            expected.priority);
    Compare("source", rule.source, expected.source);
    std::optional<std::string> tags;
    if (expected.tags) tags = Joined(*expected.tags);
    Compare("tags", Joined(rule.tags), tags);
    Compare("enabled", rule.enabled, expected.enabled);
    Compare("warn_evttypes", resolved.warn_evttypes, expected.warn_evttypes);
    Compare("skip-if-unknown-filter", resolved.skip_if_unknown_filter,
            expected.skip_if_unknown_filter);
    Compare("capture", resolved.capture, expected.capture);
    Compare("capture_duration", resolved.capture_duration_ms,
            expected.capture_duration_ms);
  }

  // Judges each rule over the given fields, by both evaluators.
  void CompareMatch(const ExpectedMatch& match) {
    std::vector<std::string> names;
    std::set<std::string> read;
    for (const Rule& rule : set_->rules()) {
      if (!rule.enabled) continue;
      Diagnostics diagnostics;
      const auto condition = Condition::Compile(
          PrintExpr(*FindResolved(rule.name)->condition), DefaultCatalog(),
          diagnostics, test_.is_compat ? Compat::All() : Compat());
      if (condition == nullptr) {
        Fail(match.range) << diagnostics.ToString();
        return;
      }
      GivenFields given;
      for (const FieldUse* use : condition->fields()) {
        read.insert(use->text);
        for (const auto& [name, value] : match.fields) {
          if (name == use->text) {
            given.emplace(name, ToGiven(*value, use->field->type));
          }
        }
      }
      const auto truth = condition->Evaluate(given);
      const auto reference = condition->EvaluateByReference(given);
      if (!truth.ok() || !reference.ok() || *truth != *reference) {
        Fail(match.range) << "evaluators differ or refuse: " << truth.status();
        return;
      }
      if (*truth == Truth::kTrue) names.push_back(rule.name);
    }
    for (const auto& [name, value] : match.fields) {
      if (read.count(name) == 0) Fail(match.range) << "no rule reads " << name;
    }
    if (names == match.rules) return;
    Fail(match.range) << "matches are [" << Joined(names) << "], expected ["
                      << Joined(match.rules) << "]";
  }

  void CompareEvent(const testing::RuleFixture& event) {
    const Rule* const rule = set_->FindRule(event.rule);
    if (rule == nullptr) {
      Fail(event.range) << "there is no rule " << event.rule;
      return;
    }
    const auto builder = testing::MakeFixtureEvent(event);
    const auto state = set_->NewState();
    absl::InlinedVector<uint32_t, 8> matches;
    set_->Match(builder->Build(), *state, matches);
    const auto number = static_cast<uint32_t>(rule - set_->rules().data());
    const bool fires =
        std::find(matches.begin(), matches.end(), number) != matches.end();
    if (fires != event.fires) {
      Fail(event.range) << event.rule << (fires ? " fires" : " is silent");
    }
    if (!event.output) return;
    const std::string output = rule->output.Format(builder->Build()).text;
    if (output == *event.output) return;
    Fail(event.range) << "output is\n  " << output << "\nexpected\n  "
                      << *event.output;
  }

  const RuleCase& test_;
  Diagnostics diagnostics_;
  std::shared_ptr<const RuleSet> set_;
  ResolvedRules resolved_;
};

TEST(RuleFilesTest, EachCaseHolds) {
  for (const RuleCase& test : ReadCases()) CaseJudge(test).Judge();
}

TEST(RuleFilesTest, AreMany) {
  const size_t count = ReadCases().size();
  std::cout << count << " cases\n";
  EXPECT_GE(count, kLeastCases);
}

TEST(RuleFilesTest, AreDistinct) {
  std::set<std::string> names;
  for (const RuleCase& test : ReadCases()) {
    EXPECT_TRUE(names.insert(test.name).second)
        << "another case is called " << test.name;
  }
}

// Codes of the page's table: "| `code` | error | ...".
std::set<std::string> CodesOfThePage() {
  std::set<std::string> codes;
  for (const absl::string_view line :
       absl::StrSplit(ReadText(kCodesPage), '\n')) {
    const std::vector<absl::string_view> cells = absl::StrSplit(line, '`');
    if (cells.size() > 2 && cells[0] == "| ") codes.emplace(cells[1]);
  }
  return codes;
}

TEST(RuleFilesTest, EveryCodeIsShownByACaseAndOnThePage) {
  std::set<std::string> shown;
  for (const RuleCase& test : ReadCases()) {
    shown.insert(test.codes.begin(), test.codes.end());
  }
  const std::set<std::string> page = CodesOfThePage();
  EXPECT_FALSE(page.empty());
  for (const std::string& code : page) {
    EXPECT_EQ(shown.count(code), 1u) << "no case shows " << code;
  }
  for (const std::string& code : shown) {
    EXPECT_EQ(page.count(code), 1u) << kCodesPage << " has no " << code;
  }
}

}  // namespace
}  // namespace eyrie::rules
