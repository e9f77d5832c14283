// SPDX-License-Identifier: Apache-2.0
//
// A user's own file on top of others: lists and conditions appended, macros
// replaced, exceptions, rules switched off.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/reader/rule_files.h"
#include "rules/ruleset/rule_set.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using Files = std::vector<std::shared_ptr<const SourceFile>>;

constexpr size_t kMaxBytes = 8 << 20;

std::shared_ptr<const RuleSet> Load(const Files& files) {
  Diagnostics diagnostics;
  auto rules = LoadRules(files, LoadOptions(), diagnostics);
  EXPECT_NE(rules, nullptr) << diagnostics.ToString();
  return rules;
}

Files WithFile(Files files, const std::string& text) {
  files.push_back(std::make_shared<const SourceFile>("tuning.yaml", text));
  return files;
}

// A file that is opened to be read.
struct Opening {
  const char* process;
  const char* parent;
  const char* path;
  // Whether the rule matches without the user's file, and with it.
  bool before;
  bool after;
};

bool Matches(const RuleSet& rules, absl::string_view rule,
             const Opening& opening) {
  EventBuilder builder("openat");
  builder.Command({opening.process, opening.path})
      .Ancestors({opening.parent, "systemd"})
      .Result(5)
      .Set("name", opening.path)
      .Set("realpath", opening.path)
      .Set("kind", S_IFREG)
      .Set("flags", 0);
  const auto state = rules.NewState();
  absl::InlinedVector<uint32_t, 8> matches;
  rules.Match(builder.Build(), *state, matches);
  for (const uint32_t match : matches) {
    if (rules.rules()[match].name == rule) return true;
  }
  return false;
}

void ExpectOpenings(const RuleSet& before, const RuleSet& after,
                    absl::string_view rule,
                    const std::vector<Opening>& openings) {
  for (const Opening& opening : openings) {
    const std::string what = absl::StrCat(opening.process, " of ",
                                          opening.parent, ": ", opening.path);
    EXPECT_EQ(Matches(before, rule, opening), opening.before) << what;
    EXPECT_EQ(Matches(after, rule, opening), opening.after) << what;
  }
}

TEST(TuningTest, OfTheShippedRulesGivesTheMatchesItSays) {
  const absl::StatusOr<Files> files =
      ReadRuleFiles({"rules/library"}, kMaxBytes);
  ASSERT_TRUE(files.ok()) << files.status();
  const auto before = Load(*files);
  const auto after = Load(WithFile(*files, R"(
- list: login_tools
  items: [my_login]
  override: {items: append}

- macro: opened_for_read
  condition: or (evt.type = openat and proc.name = never_read)
  override: {condition: append}

- rule: Password hashes read
  condition: and not proc.pname = my_audit
  output: (tuned)
  tags: [mine]
  priority: CRITICAL
  exceptions:
  - name: scanners
    fields: [proc.name, fd.name]
    comps: [in, =]
    values:
    - [[my_scan, my_check], /etc/gshadow]
  - name: helpers
    fields: proc.name
    values: [my_helper, package_tools]
  override:
    condition: append
    output: append
    tags: append
    priority: replace
    exceptions: append

- rule: Password hashes read
  exceptions:
  - name: scanners
    values:
    - [my_late, /etc/shadow-]
  override: {exceptions: append}

- rule: System log removed
  enabled: false
  override: {enabled: replace}
)"));
  ASSERT_NE(before, nullptr);
  ASSERT_NE(after, nullptr);
  ExpectOpenings(*before, *after, "Password hashes read",
                 {
                     // What nobody spoke of stays as it was.
                     {"cat", "bash", "/etc/shadow", true, true},
                     {"sshd", "systemd", "/etc/shadow", false, false},
                     {"cat", "bash", "/etc/passwd", false, false},
                     // A list that is appended to, by way of one that holds it.
                     {"my_login", "bash", "/etc/shadow", true, false},
                     {"my_login2", "bash", "/etc/shadow", true, true},
                     // A condition that is appended.
                     {"cat", "my_audit", "/etc/shadow", true, false},
                     {"cat", "my_audit2", "/etc/shadow", true, true},
                     // Tuples: all of one must hold.
                     {"my_scan", "bash", "/etc/gshadow", true, false},
                     {"my_check", "bash", "/etc/gshadow", true, false},
                     {"my_scan", "bash", "/etc/shadow", true, true},
                     {"cat", "bash", "/etc/gshadow", true, true},
                     // Values that are appended to an appended exception.
                     {"my_late", "bash", "/etc/shadow-", true, false},
                     {"my_late", "bash", "/etc/gshadow", true, true},
                     // One field, with a list among its values.
                     {"my_helper", "bash", "/etc/shadow", true, false},
                 });
  const Rule* const rule = after->FindRule("Password hashes read");
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->priority, Priority::kCritical);
  EXPECT_TRUE(absl::EndsWith(rule->output.text(), " (tuned)"));
  EXPECT_EQ(rule->tags.back(), "mine");
  EXPECT_FALSE(after->FindRule("System log removed")->enabled);
  EXPECT_TRUE(before->FindRule("System log removed")->enabled);
  // Rules keep their places.
  ASSERT_EQ(before->rules().size(), after->rules().size());
  for (size_t i = 0; i < before->rules().size(); ++i) {
    EXPECT_EQ(before->rules()[i].name, after->rules()[i].name);
  }
}

// The published rules are not part of this repository: EYRIE_SHARED_DIR names
// the folder that has data/rules/falco_rules.yaml.
TEST(TuningTest, OfThePublishedRulesGivesTheMatchesItSays) {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  const std::string path = absl::StrCat(shared == nullptr ? "" : shared,
                                        "/data/rules/falco_rules.yaml");
  if (!std::ifstream(path).good()) {
    std::printf("EYRIE_NO_SHARED: data/rules\n");
    GTEST_SKIP();
  }
  const absl::StatusOr<Files> files = ReadRuleFiles({path}, kMaxBytes);
  ASSERT_TRUE(files.ok()) << files.status();
  const auto before = Load(*files);
  const auto after = Load(WithFile(*files, R"(
- list: read_sensitive_file_binaries
  items: [my_backup]
  override: {items: append}

- list: sensitive_file_names
  items: [/etc/my_secret]
  override: {items: append}

- macro: user_known_read_sensitive_files_activities
  condition: (proc.name = my_hook)
  override: {condition: replace}

- rule: Read sensitive file untrusted
  condition: and not proc.pname startswith my_deploy
  exceptions:
  - name: helpers
    fields: [proc.name, fd.name]
    comps: [startswith, pmatch]
    values:
    - [my_scan, '(/etc/pam.d, /etc/sudoers)']
  - name: programs
    fields: proc.name
  override: {
  condition:
    append, exceptions : append}

- rule: Read sensitive file untrusted
  exceptions:
  - name: programs
    values: [my_one, my_two]
  override: {
  exceptions:
    append}

- rule: Clear Log Activities
  enabled: false
  override: {enabled: replace}
)"));
  ASSERT_NE(before, nullptr);
  ASSERT_NE(after, nullptr);
  ExpectOpenings(*before, *after, "Read sensitive file untrusted",
                 {
                     {"cat", "bash", "/etc/shadow", true, true},
                     {"sshd", "systemd", "/etc/shadow", false, false},
                     {"cat", "bash", "/etc/hostname", false, false},
                     {"my_backup", "bash", "/etc/shadow", true, false},
                     {"my_backups", "bash", "/etc/shadow", true, true},
                     // A list that makes the rule see more.
                     {"cat", "bash", "/etc/my_secret", false, true},
                     {"my_backup", "bash", "/etc/my_secret", false, false},
                     {"my_hook", "bash", "/etc/shadow", true, false},
                     {"my_hooks", "bash", "/etc/shadow", true, true},
                     {"cat", "my_deploy7", "/etc/shadow", true, false},
                     {"cat", "my_depl", "/etc/shadow", true, true},
                     {"my_scanner", "bash", "/etc/sudoers", true, false},
                     {"my_scanner", "bash", "/etc/pam.d/su", true, false},
                     {"my_scanner", "bash", "/etc/shadow", true, true},
                     {"cat", "bash", "/etc/sudoers", true, true},
                     {"my_two", "bash", "/etc/shadow", true, false},
                     {"my_three", "bash", "/etc/shadow", true, true},
                 });
  EXPECT_FALSE(after->FindRule("Clear Log Activities")->enabled);
  ASSERT_EQ(before->rules().size(), after->rules().size());
}

}  // namespace
}  // namespace eyrie::rules
