// SPDX-License-Identifier: Apache-2.0

#include "server/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/testing/status_matchers.h"

namespace eyrie::server {
namespace {

absl::Status Parse(std::vector<const char*> arguments,
                   ServerCommandLine* line) {
  arguments.insert(arguments.begin(), "eyrie-server");
  return ParseServerCommandLine(static_cast<int>(arguments.size()),
                                arguments.data(), line);
}

TEST(ServerConfigTest, ReadsFlags) {
  ServerCommandLine line;
  ASSERT_OK(Parse({"--listen", "0.0.0.0:1", "--rules", "a", "--rules=b",
                   "--retention-age", "48h", "--compat", "--source-file", "s"},
                  &line));
  EXPECT_EQ(line.config.source_files, std::vector<std::string>{"s"});
  EXPECT_TRUE(line.config.compat);
  EXPECT_EQ(line.config.listen, "0.0.0.0:1");
  EXPECT_EQ(line.config.rules, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(line.config.retention_age, absl::Hours(48));
}

TEST(ServerConfigTest, ReadsFlagsOfKubernetes) {
  ServerCommandLine line;
  ASSERT_OK(Parse({"--kubernetes", "on", "--kubeconfig", "f", "--kube-context",
                   "c", "--kubernetes-wait", "500ms"},
                  &line));
  EXPECT_EQ(line.config.kubernetes, "on");
  EXPECT_EQ(line.config.kubeconfig, "f");
  EXPECT_EQ(line.config.kube_context, "c");
  EXPECT_EQ(line.config.kubernetes_wait, absl::Milliseconds(500));
}

TEST(ServerConfigTest, ResolvesNamesUnlessToldNotTo) {
  ServerCommandLine line;
  ASSERT_OK(Parse({}, &line));
  EXPECT_TRUE(line.config.resolve_names);
  ASSERT_OK(Parse({"--resolve-names=false"}, &line));
  EXPECT_FALSE(line.config.resolve_names);
  const std::string path = ::testing::TempDir() + "/names.yaml";
  std::ofstream(path) << "resolve-names: false\n";
  ServerCommandLine from_file;
  ASSERT_OK(Parse({"--config", path.c_str()}, &from_file));
  EXPECT_FALSE(from_file.config.resolve_names);
}

TEST(ServerConfigTest, CommandLineWinsOverFile) {
  const std::string path = ::testing::TempDir() + "/server.yaml";
  std::ofstream(path) << "listen: 127.0.0.1:5\ndata-dir: /var/lib/x\n"
                      << "compat: true\n";
  ServerCommandLine line;
  ASSERT_OK(
      Parse({"--config", path.c_str(), "--listen", "127.0.0.1:6"}, &line));
  EXPECT_EQ(line.config.listen, "127.0.0.1:6");
  EXPECT_EQ(line.config.data_dir, "/var/lib/x");
  EXPECT_TRUE(line.config.compat);
}

TEST(ServerConfigTest, RefusesWhatCannotBeMeant) {
  const struct {
    std::vector<const char*> arguments;
    const char* message;
  } cases[] = {
      {{"--heartbeat-interval", "1ms"}, "--heartbeat-interval"},
      {{"--retention-age", "0s"}, "--retention-age"},
      {{"--retention-interval", "1ms"}, "--retention-interval"},
      {{"--http-tls-cert", "x"}, "--http-tls-key"},
      {{"--kubernetes", "maybe"}, "auto, on or off, not \"maybe\""},
      {{"--kube-context", "x"}, "--kube-context needs --kubeconfig"},
      {{"--kubernetes-wait", "61s"}, "--kubernetes-wait is between 0s and 1m"},
      {{"--kubernetes-wait", "-1s"}, "--kubernetes-wait"},
      {{"--http-tls-client-ca", "x"}, "needs --http-tls-cert"},
      {{"--http-listen", "0.0.0.0:1", "--ingest-token-file", "x"},
       "in plain text"},
      {{"--http-max-body", "1"}, "--http-max-body"},
      {{"--ingest-max-rate", "-1"}, "--ingest-max-rate"},
      {{"--no-such-flag"}, "no-such-flag"},
  };
  for (const auto& test : cases) {
    ServerCommandLine line;
    const absl::Status status = Parse(test.arguments, &line);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument)
        << test.message;
    EXPECT_NE(std::string(status.message()).find(test.message),
              std::string::npos)
        << status;
  }
}

TEST(ServerConfigTest, TakesEventsFromThisMachineOrOverTls) {
  for (const std::vector<const char*>& arguments :
       std::vector<std::vector<const char*>>{
           {"--ingest-token-file", "x"},
           {"--http-listen", "0.0.0.0:1"},
           {"--http-listen", "0.0.0.0:1", "--ingest-token-file", "x",
            "--http-tls-cert", "c", "--http-tls-key", "k"},
           {"--http-listen", "0.0.0.0:1", "--http-tls-client-ca", "x",
            "--http-tls-cert", "c", "--http-tls-key", "k"},
       }) {
    ServerCommandLine line;
    EXPECT_OK(Parse(arguments, &line));
  }
}

TEST(ServerConfigTest, HelpNamesEveryFlagAndTwoExamples) {
  ServerCommandLine line;
  ASSERT_OK(Parse({"--help"}, &line));
  EXPECT_TRUE(line.show_help);
  for (const char* text :
       {"--rules", "--tls-ca", "--retention-bytes", "--backup-dir",
        "--kubeconfig", "Examples:", "SIGHUP"}) {
    EXPECT_NE(line.help_text.find(text), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace eyrie::server
