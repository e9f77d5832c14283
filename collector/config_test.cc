// SPDX-License-Identifier: Apache-2.0

#include "collector/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

absl::Status Parse(std::vector<const char*> words, CollectorCommandLine* line) {
  words.insert(words.begin(), "eyrie-collector");
  return ParseCollectorCommandLine(static_cast<int>(words.size()), words.data(),
                                   line);
}

TEST(ConfigTest, HasDefaults) {
  CollectorCommandLine line;
  EXPECT_OK(Parse({}, &line));
  EXPECT_EQ(line.options.server, "127.0.0.1:7443");
  EXPECT_EQ(line.options.http_listen, "127.0.0.1:7481");
  EXPECT_EQ(line.options.spool_bytes, 64 << 20);
  EXPECT_EQ(line.options.reader_nice, -10);
  EXPECT_EQ(line.options.process_table_size, 65'536);
  EXPECT_EQ(line.options.shutdown_timeout, absl::Seconds(5));
  EXPECT_EQ(line.options.replay_speed, 0);
  EXPECT_FALSE(line.options.insecure);
}

TEST(ConfigTest, ReadsFlags) {
  CollectorCommandLine line;
  EXPECT_OK(Parse({"--server=unix:/run/e",
                   "--node",
                   "n1",
                   "--label",
                   "a=b",
                   "--label",
                   "c=d=e",
                   "--replay",
                   "in",
                   "--replay-speed",
                   "2.5",
                   "--record",
                   "out",
                   "--record-compress",
                   "--event-ring-bytes",
                   "4096",
                   "--reader-nice",
                   "-20",
                   "--data-bytes",
                   "1000",
                   "--check-paths",
                   "--report-self",
                   "--env-name",
                   "LD_*",
                   "--env-name",
                   "PATH",
                   "--container-runtime",
                   "docker=/run/d.sock",
                   "--container-runtime=containerd=/run/c.sock",
                   "--container-wait=500ms"},
                  &line));
  EXPECT_EQ(line.options.server, "unix:/run/e");
  EXPECT_EQ(line.options.node, "n1");
  EXPECT_EQ(line.options.labels,
            (std::map<std::string, std::string>{{"a", "b"}, {"c", "d=e"}}));
  EXPECT_EQ(line.options.replay, "in");
  EXPECT_EQ(line.options.replay_speed, 2.5);
  EXPECT_TRUE(line.options.record_compress);
  EXPECT_EQ(line.options.event_ring_bytes, 4096);
  EXPECT_EQ(line.options.reader_nice, -20);
  EXPECT_EQ(line.options.data_bytes, 1000);
  EXPECT_TRUE(line.options.check_paths);
  EXPECT_TRUE(line.options.report_self);
  EXPECT_EQ(line.options.env_names, (std::vector<std::string>{"LD_*", "PATH"}));
  EXPECT_EQ(line.options.container_runtime,
            (std::vector<std::string>{"docker=/run/d.sock",
                                      "containerd=/run/c.sock"}));
  EXPECT_EQ(line.options.container_wait, absl::Milliseconds(500));
}

TEST(ConfigTest, TellsWhatIsWrong) {
  const std::string long_node(254, 'n');
  struct Case {
    std::vector<const char*> words;
    const char* message;
  };
  const std::vector<Case> cases = {
      {{"--server", "nowhere"}, "nowhere"},
      {{"--label", "a"}, "--label wants KEY=VALUE, not \"a\""},
      {{"--label", "=a"}, "--label wants KEY=VALUE, not \"=a\""},
      {{"--node", long_node.c_str()}, "--node takes at most 253 bytes"},
      {{"--event-ring-bytes", "5000"},
       "--event-ring-bytes must be a power of two"},
      {{"--lifecycle-ring-bytes", "4095"}, "lifecycle-ring-bytes"},
      {{"--spool-bytes", "2097151"}, "spool-bytes"},
      {{"--data-bytes", "4096"}, "data-bytes"},
      {{"--reader-nice", "-21"}, "reader-nice"},
      {{"--reader-nice", "20"}, "reader-nice"},
      {{"--process-table-size", "1023"}, "process-table-size"},
      {{"--replay-speed", "-1"}, "--replay-speed wants a number from 0"},
      {{"--replay-speed", "nan"}, "--replay-speed wants a number from 0"},
      {{"--replay-speed", "fast"}, "not \"fast\""},
      {{"--shutdown-timeout", "-1s"}, "--shutdown-timeout"},
      {{"--record", "f", "--replay", "f"}, "name the same file"},
      {{"--host-root", ""}, "--host-root"},
      {{"--container-runtime", "rkt=/run/r.sock"}, "--container-runtime"},
      {{"--container-runtime", "docker=d.sock"}, "--container-runtime"},
      {{"--container-runtimes", "some"}, "--container-runtimes"},
      {{"--container-wait", "31s"}, "--container-wait takes 0 to 30s"},
      {{"--container-wait", "-1s"}, "--container-wait takes 0 to 30s"},
      {{"--no-such-flag"}, "no-such-flag"},
  };
  for (const Case& test : cases) {
    CollectorCommandLine line;
    EXPECT_THAT(
        Parse(test.words, &line),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.message)))
        << absl::StrJoin(test.words, " ");
  }
}

TEST(ConfigTest, EveryFlagHasAKeyInTheFile) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/c.yaml");
  std::ofstream(path) << "server: example.org:1\n"
                         "node: from-file\n"
                         "label: [a=b, c=d]\n"
                         "spool-bytes: 2097152\n";
  CollectorCommandLine line;
  EXPECT_OK(Parse({"--config", path.c_str(), "--node", "from-line"}, &line));
  EXPECT_EQ(line.options.server, "example.org:1");
  EXPECT_EQ(line.options.node, "from-line");
  EXPECT_EQ(line.options.labels.size(), 2);
  EXPECT_EQ(line.options.spool_bytes, 2 << 20);
}

TEST(ConfigTest, HelpAndVersionAskForNothingElse) {
  CollectorCommandLine line;
  EXPECT_OK(Parse({"--help", "--server", "nowhere"}, &line));
  EXPECT_TRUE(line.show_help);
  EXPECT_THAT(line.help_text, HasSubstr("--replay-speed"));
  EXPECT_THAT(line.help_text, HasSubstr("Examples:\n"));
  line = {};
  EXPECT_OK(Parse({"--version"}, &line));
  EXPECT_TRUE(line.show_version);
}

}  // namespace
}  // namespace eyrie::collector
