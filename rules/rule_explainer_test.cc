// SPDX-License-Identifier: Apache-2.0

#include "rules/rule_explainer.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "rules/fields/testing/event_builder.h"

namespace eyrie::rules {
namespace {

using ::eyrie::testing::StatusIs;
using testing::EventBuilder;
using ::testing::HasSubstr;

using Created = absl::StatusOr<std::unique_ptr<const RuleExplainer>>;

Created Create(const std::string& yaml, Diagnostics& diagnostics,
               absl::string_view name = "r", const LoadOptions& options = {}) {
  return RuleExplainer::Create(
      {std::make_shared<const SourceFile>("rules.yaml", yaml)}, options, name,
      diagnostics);
}

// A rule called r with this condition, as the last item of a file.
std::string WithRule(const std::string& before, const std::string& condition,
                     const std::string& after = "") {
  return absl::StrCat(before, "- rule: r\n  condition: ", condition,
                      "\n  desc: d\n  output: o\n  priority: INFO\n", after);
}

// "and-(macro m+(evt.type = open+[evt.type=open]) ...)": kind, truth, parts.
std::string Text(const Explanation& node) {
  const char* const mark = node.truth == Truth::kTrue    ? "+"
                           : node.truth == Truth::kFalse ? "-"
                                                         : "?";
  if (node.kind == Explanation::Kind::kComparison) {
    std::string text = absl::StrCat(node.text, mark);
    for (const Explanation::Reading& reading : node.readings) {
      const char* const presence = reading.presence == Presence::kUnknown ? "?"
                                   : reading.presence == Presence::kAbsent
                                       ? "absent"
                                       : "";
      absl::StrAppend(&text, "[", reading.text, "=",
                      absl::StrJoin(reading.values, ","), presence, "]");
    }
    return text;
  }
  const std::string kind = node.kind == Explanation::Kind::kAnd   ? "and"
                           : node.kind == Explanation::Kind::kOr  ? "or"
                           : node.kind == Explanation::Kind::kNot ? "not"
                                                                  : node.text;
  return absl::StrCat(
      kind, mark, "(",
      absl::StrJoin(node.operands, " | ",
                    [](std::string* out, const Explanation& operand) {
                      out->append(Text(operand));
                    }),
      ")");
}

std::string Explain(const std::string& yaml) {
  Diagnostics diagnostics;
  const Created explainer = Create(yaml, diagnostics);
  if (!explainer.ok()) return diagnostics.ToString();
  EventBuilder builder("openat");
  builder.Command({"Cat", "x"}).Ancestors({"bash", "sshd"}).Set("name", "/x");
  builder.OnNode().Container(std::string(64, 'a'));
  return Text((*explainer)->Explain(builder.Build()));
}

TEST(RuleExplainerTest, TellsWhatEachPartCameTo) {
  struct Case {
    std::string yaml;
    const char* text;
  };
  for (const Case& test : std::vector<Case>{
           {WithRule("", "proc.name=Cat"), "proc.name=Cat+[proc.name=Cat]"},
           {WithRule("",
                     ">\n    evt.type   in\n      (open, openat) and m\n"
                     "    or not proc.aname in (zsh)\n",
                     "- macro: m\n  condition: n or fd.name = /x\n")
                .insert(0, "- macro: n\n  condition: user.name exists\n"),
            "or+(and+(evt.type in (open, openat)+[evt.type=openat] | "
            "m+(or+(n+(user.name exists+[user.name=root]) | "
            "fd.name = /x+[fd.name=/x]))) | "
            "not+(proc.aname in (zsh)-[proc.aname=bash,sshd]))"},
           {WithRule("", "tolower(proc.name) = val(proc.pname)"),
            "tolower(proc.name) = val(proc.pname)-[tolower(proc.name)=cat]"
            "[proc.name=Cat][proc.pname=bash]"},
           {WithRule("", "k8s.ns.name = a and proc.tty = 1 or fd.sip exists"),
            "or-(and-(k8s.ns.name = a?[k8s.ns.name=?] | "
            "proc.tty = 1-[proc.tty=0]) | fd.sip exists-[fd.sip=absent])"},
           {WithRule("", "not k8s.ns.name = a"),
            "not?(k8s.ns.name = a?[k8s.ns.name=?])"},
           {WithRule("- macro: m\n  condition: proc.name = Cat\n", "m",
                     "  exceptions:\n"
                     "    - {name: e, fields: proc.pname, comps: in,\n"
                     "       values: [bash]}\n"
                     "    - {name: f, fields: proc.pname, comps: in}\n"),
            "and-(m+(proc.name = Cat+[proc.name=Cat]) | "
            "not-(proc.pname in (\"bash\")+[proc.pname=bash]))"},
       }) {
    EXPECT_EQ(Explain(test.yaml), test.text) << test.yaml;
  }
}

TEST(RuleExplainerTest, SaysWhyItCannot) {
  Diagnostics diagnostics;
  EXPECT_THAT(Create(WithRule("", "proc.name = a"), diagnostics, "s"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"s\"")));
  EXPECT_EQ(diagnostics.errors(), 0u);
  for (const char* condition : {"proc.nme = a", "nosuch", "proc.name ="}) {
    Diagnostics mistakes;
    EXPECT_THAT(Create(WithRule("", condition), mistakes),
                StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(mistakes.errors(), 1u) << condition;
  }
}

TEST(RuleExplainerTest, ExplainsRulesOfJsonSources) {
  Diagnostics diagnostics;
  const Created explainer =
      Create(WithRule("", "ka.verb = get and not ka.user.name in (a, b)",
                      "  source: k8s_audit\n"),
             diagnostics);
  ASSERT_TRUE(explainer.ok()) << diagnostics.ToString();
  const JsonSource* const source = (*explainer)->json_source();
  ASSERT_NE(source, nullptr);
  const JsonEvents events = source->MakeEvents(
      Json::parse(R"({"verb": "get", "user": {"username": "b"}})"), 1);
  ASSERT_EQ(events.events.size(), 1u);
  EXPECT_EQ(Text((*explainer)->Explain(events.events[0])),
            "and-(ka.verb = get+[ka.verb=get] | "
            "not-(ka.user.name in (a, b)+[ka.user.name=b]))");
}

TEST(RuleExplainerTest, ExplainsAsTheReferenceJudgesIfAsked) {
  LoadOptions options;
  options.compat = Compat::All();
  Diagnostics diagnostics;
  const Created explainer =
      Create(WithRule("", "not k8s.ns.name = a and fd.ip exists"), diagnostics,
             "r", options);
  ASSERT_TRUE(explainer.ok()) << diagnostics.ToString();
  EXPECT_EQ((*explainer)->json_source(), nullptr);
  EventBuilder builder("openat");
  builder.Set("name", "/x").Set("realpath", "/x").Result(3);
  builder.OnNode().Container(std::string(64, 'a'));
  EXPECT_EQ(Text((*explainer)->Explain(builder.Build())),
            "and+(not+(k8s.ns.name = a-[k8s.ns.name=absent]) | "
            "or+(fd.ip exists-[fd.ip=absent] | "
            "fd.type exists+[fd.type=file]))");
}

TEST(RuleExplainerTest, OtherRulesMayHaveMistakes) {
  Diagnostics diagnostics;
  EXPECT_TRUE(Create(WithRule("- rule: q\n  condition: nosuch\n  desc: d\n"
                              "  output: o\n  priority: INFO\n",
                              "proc.name = a"),
                     diagnostics)
                  .ok());
}

}  // namespace
}  // namespace eyrie::rules
