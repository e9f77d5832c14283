// SPDX-License-Identifier: Apache-2.0
//
// Tests of flags from a YAML file.

#include "common/yaml_config.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/flag_set.h"
#include "common/testing/status_matchers.h"

namespace eyrie {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class YamlConfigTest : public ::testing::Test {
 protected:
  YamlConfigTest() : flags_("prog", "Does things.") {
    flags_.Add("listen", "Where to listen.", &listen_);
    flags_.Add("insecure", "No TLS.", &is_insecure_);
    flags_.Add("threads", "How many.", &threads_, 1, 64);
    flags_.Add("timeout", "How long.", &timeout_);
    flags_.Add("rules", "Rule file or folder.", &rules_);
  }

  absl::Status Apply(absl::string_view yaml) {
    return ApplyYamlConfig("c.yaml", yaml, &flags_);
  }

  absl::Status ParseWithConfig(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "prog");
    std::vector<const char*> words;
    for (const std::string& word : arguments) words.push_back(word.c_str());
    return ParseFlagsAndConfig(static_cast<int>(words.size()), words.data(),
                               &flags_);
  }

  static std::string WriteFile(const std::string& name,
                               const std::string& content) {
    const std::string path = ::testing::TempDir() + "/" + name;
    std::ofstream(path) << content;
    return path;
  }

  std::string listen_ = "127.0.0.1:7443";
  bool is_insecure_ = false;
  int threads_ = 4;
  absl::Duration timeout_ = absl::Seconds(5);
  std::vector<std::string> rules_ = {"default.yaml"};
  FlagSet flags_;
};

TEST_F(YamlConfigTest, SetsFlagsOfEveryKind) {
  EXPECT_THAT(Apply("# comment\n"
                    "listen: '[::1]:0'\n"
                    "insecure: true\n"
                    "threads: 8\n"
                    "timeout: 1m\n"
                    "rules: [a.yaml, b]\n"),
              IsOk());
  EXPECT_EQ(listen_, "[::1]:0");
  EXPECT_TRUE(is_insecure_);
  EXPECT_EQ(threads_, 8);
  EXPECT_EQ(timeout_, absl::Minutes(1));
  EXPECT_THAT(rules_, ElementsAre("a.yaml", "b"));
}

TEST_F(YamlConfigTest, RepeatedFlagTakesOneValueOrNone) {
  EXPECT_THAT(Apply("rules: only.yaml"), IsOk());
  EXPECT_THAT(rules_, ElementsAre("only.yaml"));
  EXPECT_THAT(Apply("rules: []"), IsOk());
  EXPECT_THAT(rules_, IsEmpty());
}

TEST_F(YamlConfigTest, EmptyFileChangesNothing) {
  EXPECT_THAT(Apply(""), IsOk());
  EXPECT_THAT(Apply("# only a comment\n"), IsOk());
  EXPECT_EQ(listen_, "127.0.0.1:7443");
}

TEST_F(YamlConfigTest, SaysWhatIsWrongAndWhere) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\nlisen: x\n",
       "c.yaml:2: unknown key \"lisen\"; did you mean \"listen\"?"},
      {"zzzzzzzzzzz: x\n", "c.yaml:1: unknown key \"zzzzzzzzzzz\""},
      {"help: true\n", "c.yaml:1: \"help\" is for the command line only"},
      {"listen: a:1\nlisten: b:1\n", "c.yaml:2: key \"listen\" is there twice"},
      {"threads: x\n",
       "c.yaml:1: key \"threads\": \"x\" is not a whole number"},
      {"threads: 65\n",
       "c.yaml:1: key \"threads\": \"65\" is not between 1 and 64"},
      {"threads: [1]\n", "c.yaml:1: key \"threads\" takes one value"},
      {"listen:\n", "c.yaml:1: key \"listen\" takes one value"},
      {"listen: {a: b}\n", "c.yaml:1: key \"listen\" takes one value"},
      {"rules: {a: b}\n", "c.yaml:1: key \"rules\" takes a list of values"},
      {"rules:\n  - a\n  - [b]\n",
       "c.yaml:3: key \"rules\" takes plain values"},
      {"? [a]\n: b\n", "c.yaml:1: a key is the name of a flag"},
      {"- a\n", "c.yaml:1: a configuration is a mapping of flags"},
      {"just text", "c.yaml:1: a configuration is a mapping of flags"},
      {"listen: a:1\n---\nlisten: b:1\n",
       "c.yaml:3: a configuration is one YAML document"},
  };
  for (const auto& [yaml, message] : cases) {
    EXPECT_THAT(Apply(yaml),
                StatusIs(absl::StatusCode::kInvalidArgument, message))
        << yaml;
  }
  EXPECT_THAT(
      Apply("listen: [a\n"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("c.yaml:")));
}

TEST_F(YamlConfigTest, CollectsAllMistakes) {
  EXPECT_THAT(Apply("lisen: x\nthreads: many\nrules: {}\n"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "c.yaml:1: unknown key \"lisen\"; did you mean "
                       "\"listen\"?\n"
                       "c.yaml:2: key \"threads\": \"many\" is not a whole "
                       "number\n"
                       "c.yaml:3: key \"rules\" takes a list of values"));
}

TEST_F(YamlConfigTest, RejectsFilesBeyondTheLimit) {
  std::string yaml = "listen: a:1\n#";
  yaml.resize(kMaxConfigBytes, 'x');
  EXPECT_THAT(Apply(yaml), IsOk());
  yaml += 'x';
  EXPECT_THAT(Apply(yaml), StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("at most 1048576 bytes")));
}

TEST_F(YamlConfigTest, CommandLineWins) {
  const std::string path = WriteFile(
      "wins.yaml", "listen: file:1\nthreads: 8\nrules: [from_file]\n");
  EXPECT_THAT(ParseWithConfig({"--listen", "line:1", "--config", path,
                               "--rules", "from_line"}),
              IsOk());
  EXPECT_EQ(listen_, "line:1");
  EXPECT_EQ(threads_, 8);
  EXPECT_THAT(rules_, ElementsAre("from_line"));
}

TEST_F(YamlConfigTest, ReportsAFileThatCannotBeRead) {
  EXPECT_THAT(ParseWithConfig({"--config", "/nonexistent/c.yaml"}),
              StatusIs(absl::StatusCode::kNotFound,
                       HasSubstr("reading /nonexistent/c.yaml")));
}

TEST_F(YamlConfigTest, ReportsAFolder) {
  EXPECT_THAT(
      ParseWithConfig({"--config", ::testing::TempDir()}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is a folder")));
}

TEST_F(YamlConfigTest, HelpReadsNoFile) {
  EXPECT_THAT(ParseWithConfig({"--config", "/nonexistent", "--help"}), IsOk());
  EXPECT_TRUE(flags_.help_requested());
}

}  // namespace
}  // namespace eyrie
