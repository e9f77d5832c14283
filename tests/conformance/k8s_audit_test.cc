// SPDX-License-Identifier: Apache-2.0
//
// Judges recorded audit events by the published rules for them.
//
// Neither is part of this repository: EYRIE_SHARED_DIR names the folder that
// has data/rules and data/k8s_audit. What must fire was found by a program that
// knows nothing of the engine: a few lines for each rule, over the same events.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "rules/engine.h"
#include "rules/json/json_parser.h"
#include "rules/ruleset/rule_set.h"
#include "rules/sources/built_in_sources.h"

namespace eyrie::rules {
namespace {

using Counts = std::map<std::string, int>;

// The text of a file below the shared folder; nothing, and said so, if there is
// none.
std::optional<std::string> ReadShared(const std::string& name) {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  std::ifstream file(absl::StrCat(shared == nullptr ? "" : shared, "/", name),
                     std::ios::binary);
  if (!file.good()) {
    std::cout << "EYRIE_NO_SHARED: " << name << "\n";
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class K8sAuditTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<std::shared_ptr<const SourceFile>> files;
    for (const char* name :
         {"data/rules/falco_rules.yaml", "data/rules/k8s_audit_rules.yaml"}) {
      std::optional<std::string> text = ReadShared(name);
      if (!text.has_value()) GTEST_SKIP();
      files.push_back(std::make_shared<const SourceFile>(name, *text));
    }
    rules_ = LoadRules(files, {}, diagnostics_);
    ASSERT_NE(rules_, nullptr) << diagnostics_.ToString();
  }

  // How often each rule fires on the events of a recording: a line for each
  // delivery, itself or as `body`.
  Counts Judge(const std::string& recording, int* events) {
    Counts counts;
    const std::optional<std::string> text =
        ReadShared(absl::StrCat("data/k8s_audit/", recording));
    if (!text.has_value()) return counts;
    const JsonSource& source = *BuiltInSources()->Find("k8s_audit");
    const std::unique_ptr<EvaluationState> state = rules_->NewState();
    absl::InlinedVector<uint32_t, 8> matches;
    std::stringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      absl::StatusOr<Json> delivery = ParseJson(line);
      EXPECT_TRUE(delivery.ok()) << delivery.status();
      if (!delivery.ok()) continue;
      if (delivery->contains("body")) *delivery = Json((*delivery)["body"]);
      const JsonEvents made = source.MakeEvents(*std::move(delivery), 1);
      EXPECT_EQ(made.rejected, 0u);
      for (const JsonEvent& event : made.events) {
        ++*events;
        rules_->Match(event, *state, matches);
        for (const uint32_t match : matches) {
          const Rule& rule = rules_->rules()[match];
          ++counts[rule.name];
          outputs_[rule.name].push_back(rule.output.Format(event).text);
        }
      }
    }
    // Else the test would skip itself.
    EXPECT_GT(*events, 0) << recording;
    return counts;
  }

  Diagnostics diagnostics_;
  std::shared_ptr<const RuleSet> rules_;
  std::map<std::string, std::vector<std::string>> outputs_;
};

TEST_F(K8sAuditTest, OfficialRulesLoadWithoutErrors) {
  EXPECT_EQ(diagnostics_.errors(), 0u);
  size_t audit_rules = 0;
  for (const Rule& rule : rules_->rules()) {
    audit_rules += rule.source == "k8s_audit";
  }
  EXPECT_EQ(audit_rules, 48u);
  for (const Diagnostic& entry : diagnostics_.entries()) {
    EXPECT_FALSE(entry.range.file != nullptr &&
                 absl::StrContains(entry.range.file->name(), "k8s_audit") &&
                 entry.code != "unused-macro" && entry.code != "unused-list")
        << FormatDiagnostic(entry);
  }
}

TEST_F(K8sAuditTest, FindsTheRecordedAttack) {
  int events = 0;
  const Counts counts = Judge("audit-eventlists-attack.jsonl", &events);
  if (events == 0) GTEST_SKIP();
  EXPECT_EQ(events, 29);
  EXPECT_EQ(counts, (Counts{
                        {"Attach to cluster-admin Role", 1},
                        {"Attach/Exec Pod", 3},
                        {"Create HostNetwork Pod", 1},
                        {"Create HostPid Pod", 1},
                        {"Create Privileged Pod", 1},
                        {"Disallowed K8s User", 1},
                        {"K8s ClusterRoleBinding Created", 1},
                        {"K8s Serviceaccount Created", 1},
                    }));
  // What was run in the pod stands in the output, decoded.
  EXPECT_TRUE(
      absl::StrContains(outputs_["Attach/Exec Pod"].at(0), "command=sh"))
      << outputs_["Attach/Exec Pod"].at(0);
  for (const auto& [rule, texts] : outputs_) {
    for (const std::string& text : texts) {
      EXPECT_FALSE(absl::StrContains(text, "user=<NA>"))
          << rule << ": " << text;
    }
  }
}

TEST_F(K8sAuditTest, FindsTheSameAmongEverydayRequests) {
  int events = 0;
  const Counts counts = Judge("audit-batches-full.jsonl", &events);
  if (events == 0) GTEST_SKIP();
  EXPECT_EQ(events, 455);
  EXPECT_EQ(counts, (Counts{
                        {"Attach to cluster-admin Role", 1},
                        {"Attach/Exec Pod", 3},
                        {"Create Disallowed Namespace", 1},
                        {"Create HostNetwork Pod", 1},
                        {"Create HostPid Pod", 1},
                        {"Create Privileged Pod", 1},
                        {"Disallowed K8s User", 1},
                        {"K8s ClusterRoleBinding Created", 1},
                        {"K8s ConfigMap Created", 5},
                        {"K8s Deployment Created", 1},
                        {"K8s Namespace Created", 1},
                        {"K8s Secret Created", 1},
                        {"K8s Secret Get Successfully", 1},
                        {"K8s Serviceaccount Created", 6},
                        {"Service Account Created in Kube Namespace", 2},
                    }));
}

}  // namespace
}  // namespace eyrie::rules
