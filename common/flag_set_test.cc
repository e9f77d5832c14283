// SPDX-License-Identifier: Apache-2.0
//
// Tests of FlagSet.

#include "common/flag_set.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace eyrie {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A program with a flag of every kind.
class FlagSetTest : public ::testing::Test {
 protected:
  FlagSetTest() : flags_("prog", "Does things.") {
    flags_.Add("listen", "Where to listen.", &listen_);
    flags_.Add("insecure", "No TLS.", &is_insecure_);
    flags_.Add("threads", "How many.", &threads_, 1, 64);
    flags_.Add("max-bytes", "How much.", &max_bytes_);
    flags_.Add("timeout", "How long.", &timeout_);
    flags_.Add("rules", "Rule file or folder.", &rules_);
    flags_.AddShort('l', "listen");
  }

  absl::Status Parse(std::vector<const char*> words) {
    words.insert(words.begin(), "prog");
    return flags_.Parse(static_cast<int>(words.size()), words.data());
  }

  std::string listen_ = "127.0.0.1:7443";
  bool is_insecure_ = false;
  int threads_ = 4;
  int64_t max_bytes_ = 1 << 20;
  absl::Duration timeout_ = absl::Seconds(5);
  std::vector<std::string> rules_ = {"default.yaml"};
  FlagSet flags_;
};

TEST_F(FlagSetTest, KeepsDefaultsThatAreNotGiven) {
  EXPECT_THAT(Parse({}), IsOk());
  EXPECT_EQ(listen_, "127.0.0.1:7443");
  EXPECT_FALSE(is_insecure_);
  EXPECT_THAT(rules_, ElementsAre("default.yaml"));
  EXPECT_FALSE(flags_.IsSet("listen"));
  EXPECT_FALSE(flags_.help_requested());
}

TEST_F(FlagSetTest, TakesValuesAsNextWordOrAfterEquals) {
  EXPECT_THAT(
      Parse({"--listen", "[::1]:0", "--threads=8", "--max-bytes", "9000000000",
             "--timeout=1m30s", "--insecure", "--rules", "a", "--rules=b"}),
      IsOk());
  EXPECT_EQ(listen_, "[::1]:0");
  EXPECT_EQ(threads_, 8);
  EXPECT_EQ(max_bytes_, 9000000000);
  EXPECT_EQ(timeout_, absl::Seconds(90));
  EXPECT_TRUE(is_insecure_);
  EXPECT_THAT(rules_, ElementsAre("a", "b"));
  EXPECT_TRUE(flags_.IsSet("listen"));
}

TEST_F(FlagSetTest, BoolTakesNoWordOfItsOwn) {
  EXPECT_THAT(Parse({"--insecure", "false"}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Parse({"--insecure=false"}), IsOk());
  EXPECT_FALSE(is_insecure_);
  EXPECT_THAT(Parse({"--insecure=true"}), IsOk());
  EXPECT_TRUE(is_insecure_);
}

TEST_F(FlagSetTest, LastValueWins) {
  EXPECT_THAT(Parse({"--listen", "a:1", "--listen", "b:2"}), IsOk());
  EXPECT_EQ(listen_, "b:2");
}

TEST_F(FlagSetTest, TakesEmptyValuesAndValuesWithEquals) {
  EXPECT_THAT(Parse({"--listen=", "--rules=a=b"}), IsOk());
  EXPECT_EQ(listen_, "");
  EXPECT_THAT(rules_, ElementsAre("a=b"));
}

TEST_F(FlagSetTest, ShortFlagsStandForLongOnes) {
  EXPECT_THAT(Parse({"-l", "a:1"}), IsOk());
  EXPECT_EQ(listen_, "a:1");
  EXPECT_THAT(Parse({"-l=b:1"}), IsOk());
  EXPECT_EQ(listen_, "b:1");
}

TEST_F(FlagSetTest, SaysWhatIsWrong) {
  const std::vector<std::pair<std::vector<const char*>, std::string>> cases = {
      {{"--lisen", "x"},
       "unknown flag --lisen; did you mean \"listen\"?; see --help"},
      {{"--zzzzzzzzz"}, "unknown flag --zzzzzzzzz; see --help"},
      {{"-x"}, "unknown flag -x; see --help"},
      {{"-lvalue"}, "unknown flag -lvalue; write -l VALUE"},
      {{"--listen"}, "flag --listen needs a value"},
      {{"word"}, "unexpected word \"word\": flags start with --"},
      {{"--", "--listen"}, "unexpected word \"--listen\": flags start with --"},
      {{"--threads", "many"}, "flag --threads: \"many\" is not a whole number"},
      {{"--threads", "1.5"}, "flag --threads: \"1.5\" is not a whole number"},
      {{"--threads", "0"}, "flag --threads: \"0\" is not between 1 and 64"},
      {{"--threads", "65"}, "flag --threads: \"65\" is not between 1 and 64"},
      {{"--threads", "99999999999"},
       "flag --threads: \"99999999999\" is not a whole number"},
      {{"--timeout", "5"},
       "flag --timeout: \"5\" is not a duration such as 500ms or 1h30m"},
      {{"--insecure=yes"},
       "flag --insecure: \"yes\" is neither true nor false"},
  };
  for (const auto& [words, message] : cases) {
    EXPECT_THAT(Parse(words),
                StatusIs(absl::StatusCode::kInvalidArgument, message));
  }
}

TEST_F(FlagSetTest, CollectsPositionalWords) {
  std::vector<std::string> words;
  flags_.AddPositional("FILE...", &words);
  EXPECT_THAT(Parse({"a", "--threads", "2", "-", "--", "--listen", "b"}),
              IsOk());
  EXPECT_THAT(words, ElementsAre("a", "-", "--listen", "b"));
  EXPECT_EQ(threads_, 2);
}

TEST_F(FlagSetTest, HelpShowsEveryFlagWithItsDefault) {
  EXPECT_THAT(Parse({"--help"}), IsOk());
  EXPECT_TRUE(flags_.help_requested());
  EXPECT_EQ(flags_.Help(),
            "usage: prog [flags]\n"
            "\n"
            "Does things.\n"
            "\n"
            "flags:\n"
            "  --help\n"
            "      Prints this and exits.\n"
            "  --insecure\n"
            "      No TLS.\n"
            "  -l, --listen TEXT\n"
            "      Where to listen. (default: 127.0.0.1:7443)\n"
            "  --max-bytes N\n"
            "      How much. (default: 1048576)\n"
            "  --rules TEXT\n"
            "      Rule file or folder. May be given several times. (default: "
            "default.yaml)\n"
            "  --threads N\n"
            "      How many. (default: 4)\n"
            "  --timeout DURATION\n"
            "      How long. (default: 5s)\n");
}

TEST_F(FlagSetTest, HelpIsWrappedAtEightyColumns) {
  std::string value;
  std::string words;
  for (int i = 0; i < 40; ++i) words += "word ";
  flags_.Add("long", words + std::string(100, 'x'), &value);
  const std::string help = flags_.Help();
  size_t start = 0;
  for (size_t end; (end = help.find('\n', start)) != std::string::npos;
       start = end + 1) {
    const std::string line = help.substr(start, end - start);
    EXPECT_TRUE(line.size() <= 80 || line.find('x') == 6) << line;
  }
}

TEST_F(FlagSetTest, SetValuesReplacesLists) {
  EXPECT_THAT(flags_.SetValues("rules", {"x", "y"}), IsOk());
  EXPECT_THAT(rules_, ElementsAre("x", "y"));
  EXPECT_THAT(flags_.SetValues("rules", {}), IsOk());
  EXPECT_THAT(rules_, IsEmpty());
  EXPECT_THAT(flags_.SetValues("threads", {"x"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "\"x\" is not a whole number"));
}

TEST_F(FlagSetTest, RefusesToAddAFlagTwice) {
  EXPECT_DEATH(flags_.Add("listen", "Again.", &listen_),
               "--listen was added twice");
}

}  // namespace
}  // namespace eyrie
