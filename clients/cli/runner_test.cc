// SPDX-License-Identifier: Apache-2.0
//
// Tests of command lines that need no server.

#include "clients/cli/runner.h"

#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "clients/cli/registry.h"
#include "clients/cli/testing/run_eyrie.h"

namespace eyrie::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Result;
using testing::RunEyrie;
using ::testing::StartsWith;
using testing::WriteFile;

TEST(RunnerTest, WrongUsageIsExitCodeTwoWithAWayOut) {
  struct Case {
    std::vector<std::string> words;
    const char* err;
  };
  for (const Case& test : std::vector<Case>{
           {{"incident", "list"}, "did you mean \"incidents\"?"},
           {{"incidents", "lst"}, "did you mean \"list\"?"},
           {{"nodes", "isolate-it"}, "it is one of list, get"},
           {{"frobnicate"}, "it is one of incidents, detections"},
           {{"incidents"}, "eyrie incidents needs one of list, get"},
           {{"incidents", "list", "--sinse", "1h"}, "did you mean \"since\"?"},
           {{"incidents", "list", "--since", "soon"}, "flag --since"},
           {{"incidents", "list", "--priority", "high"}, "flag --priority"},
           {{"incidents", "list", "--state", "closed"}, "flag --state"},
           {{"incidents", "list", "--limit", "-1"}, "flag --limit"},
           {{"incidents", "list", "extra"}, "unexpected word \"extra\""},
           {{"incidents", "get"}, "an incident's id is missing"},
           {{"incidents", "note", "abc123"}, "the note's text is missing"},
           {{"incidents", "note", "abc123", "two", "words"}, "needs quotes"},
           {{"incidents", "list", "-o", "xml"}, "neither table nor json"},
           {{"incidents", "list", "--timeout", "0s"}, "--timeout"},
           {{"incidents", "list", "--server", "nowhere"}, "nowhere"},
           {{"incidents", "list", "--server", "10.0.0.1:7443"}, "insecure"},
           {{"incidents", "list", "--tls-ca", "missing.pem"}, "tls"},
           {{"rules", "check"}, "a rule file or folder is missing"},
           {{"rules", "apply", "--dry-run"}, "--dry-run needs rule files"},
           {{"gaps", "list", "--since", "x"}, "flag --since"},
       }) {
    const Result result = RunEyrie(test.words);
    EXPECT_EQ(result.code, ExitCode::kUsage)
        << ::testing::PrintToString(test.words) << result.err;
    EXPECT_THAT(result.err, HasSubstr(test.err))
        << ::testing::PrintToString(test.words);
    EXPECT_THAT(result.out, IsEmpty());
  }
}

TEST(RunnerTest, NoCommandShowsTheOverview) {
  const Result none = RunEyrie({});
  EXPECT_EQ(none.code, ExitCode::kUsage);
  EXPECT_EQ(none.err, OverviewHelp());
  const Result help = RunEyrie({"--help"});
  EXPECT_EQ(help.code, ExitCode::kDone);
  EXPECT_EQ(help.out, OverviewHelp());
  EXPECT_EQ(RunEyrie({"help"}).out, OverviewHelp());
}

TEST(RunnerTest, EveryCommandHasHelpThatEndsWithTwoExamples) {
  for (const CommandInfo& info : AllCommands()) {
    std::vector<std::string> words = {std::string(info.noun)};
    if (!info.verb.empty()) words.emplace_back(info.verb);
    words.push_back("--help");
    const Result result = RunEyrie(words);
    EXPECT_EQ(result.code, ExitCode::kDone) << info.FullName() << result.err;
    EXPECT_THAT(result.out, StartsWith("usage: " + info.FullName()));
    EXPECT_THAT(result.out,
                EndsWith("\nexamples:\n  " + std::string(info.examples[0]) +
                         "\n  " + std::string(info.examples[1]) + "\n"));
    EXPECT_NE(info.examples[0], info.examples[1]);
    EXPECT_THAT(std::string(info.summary), EndsWith("."));
  }
}

TEST(RunnerTest, HelpIsFoundWhereverItStands) {
  const std::string help = RunEyrie({"incidents", "list", "--help"}).out;
  EXPECT_THAT(help, HasSubstr("--since"));
  EXPECT_EQ(RunEyrie({"incidents", "list", "-h"}).out, help);
  EXPECT_EQ(RunEyrie({"--help", "incidents", "list"}).out, help);
  EXPECT_EQ(RunEyrie({"help", "incidents", "list"}).out, help);
  const std::string noun_help = RunEyrie({"incidents", "--help"}).out;
  EXPECT_THAT(noun_help, HasSubstr("incidents ack ID..."));
  EXPECT_EQ(RunEyrie({"help", "incidents"}).out, noun_help);
}

TEST(RunnerTest, HelpFitsEightyColumns) {
  std::string all = OverviewHelp();
  for (const CommandInfo& info : AllCommands()) {
    all += NounHelp(info.noun);
    std::vector<std::string> words = {std::string(info.noun)};
    if (!info.verb.empty()) words.emplace_back(info.verb);
    words.push_back("--help");
    all += RunEyrie(words).out;
  }
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);) {
    // Examples are to be copied, and stay whole.
    if (line.rfind("  eyrie ", 0) == 0) continue;
    EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST(RunnerTest, GlobalFlagsStandAnywhere) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"-o", "json", "version", "--client"},
           {"version", "-o", "json", "--client"},
           {"--output=json", "version", "--client"},
           {"--server", "127.0.0.1:1", "version", "--client", "-o=json"},
       }) {
    const Result result = RunEyrie(words);
    EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
    EXPECT_THAT(result.out, StartsWith("{\"client\":{\"version\":\""));
  }
  EXPECT_THAT(RunEyrie({"--version"}).out, StartsWith("client:"));
}

TEST(RunnerTest, ReadsTheConfigurationFile) {
  const std::string path = WriteFile("cli.yaml", "output: json\n");
  EXPECT_THAT(RunEyrie({"--config", path, "version", "--client"}).out,
              StartsWith("{"));
  EXPECT_THAT(
      RunEyrie({"--config", path, "version", "--client", "-o", "table"}).out,
      StartsWith("client:"));
  const Result missing = RunEyrie({"version", "--config", "/nonexistent.yaml"});
  EXPECT_EQ(missing.code, ExitCode::kUsage);
  EXPECT_THAT(missing.err, HasSubstr("/nonexistent.yaml"));
}

TEST(RunnerTest, AnUnreachableServerIsExitCodeThree) {
  const Result result =
      RunEyrie({"incidents", "list", "--server", "unix:/nonexistent.sock"});
  EXPECT_EQ(result.code, ExitCode::kUnreachable);
  EXPECT_THAT(
      result.err,
      StartsWith("eyrie: server unreachable at unix:/nonexistent.sock"));
  EXPECT_THAT(result.err, HasSubstr("is eyrie-server running there"));
  EXPECT_THAT(result.out, IsEmpty());
}

TEST(RunnerTest, VersionTellsItsOwnWithoutAServer) {
  const Result result =
      RunEyrie({"version", "--server", "unix:/nonexistent.sock"});
  EXPECT_EQ(result.code, ExitCode::kUnreachable);
  EXPECT_THAT(result.out, StartsWith("client:"));
}

constexpr char kGoodRule[] =
    "- rule: Good\n"
    "  desc: d\n"
    "  condition: evt.type = execve and proc.name = cat\n"
    "  output: ran %proc.name\n"
    "  priority: NOTICE\n";

TEST(RunnerTest, RulesCheckCountsRules) {
  const std::string path = WriteFile("good.yaml", kGoodRule);
  const Result result = RunEyrie({"rules", "check", path});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.out << result.err;
  EXPECT_EQ(result.out, "1 rule, 0 errors, 0 warnings\n");
}

TEST(RunnerTest, RulesCheckShowsMistakesWithTheirPlace) {
  const std::string path = WriteFile(
      "bad.yaml", std::string(kGoodRule) +
                      "- rule: Bad\n"
                      "  desc: d\n"
                      "  condition: evt.type = execve and proc.nam = cat\n"
                      "  output: ran\n"
                      "  priority: NOTICE\n");
  const Result result = RunEyrie({"rules", "check", path});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_THAT(result.out, HasSubstr(path + ":8:"));
  EXPECT_THAT(result.out, HasSubstr("error: "));
  EXPECT_THAT(result.out, HasSubstr("^~"));
  EXPECT_THAT(result.out, EndsWith("2 rules, 1 error, 0 warnings\n"));
  EXPECT_THAT(result.err, IsEmpty());

  const Result json = RunEyrie({"rules", "check", path, "-o", "json"});
  EXPECT_EQ(json.code, ExitCode::kFailed);
  EXPECT_THAT(json.out, StartsWith("{\"severity\":\"ERROR_SEVERITY\""));
  EXPECT_THAT(json.out, HasSubstr("\"line\":8"));
  EXPECT_EQ(json.err, "2 rules, 1 error, 0 warnings\n");
}

TEST(RunnerTest, RulesCheckFailsOnMissingFiles) {
  const Result result = RunEyrie({"rules", "check", "/nonexistent.yaml"});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_THAT(result.err, HasSubstr("/nonexistent.yaml"));
}

TEST(RunnerTest, CompletionNamesEveryCommand) {
  const Result result = RunEyrie({"completion", "bash"});
  EXPECT_EQ(result.code, ExitCode::kDone);
  for (const CommandInfo& info : AllCommands()) {
    EXPECT_THAT(result.out, HasSubstr(std::string(info.noun)));
    EXPECT_THAT(result.out, HasSubstr(std::string(info.verb)));
  }
  EXPECT_THAT(result.out, HasSubstr("'incidents list') words='"));
  EXPECT_THAT(result.out, HasSubstr("--since"));
}

}  // namespace
}  // namespace eyrie::cli
