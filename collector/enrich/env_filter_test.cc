// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/env_filter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/testing/status_matchers.h"
#include "proto/testing/record_builder.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::RecordBuilder;

std::string Strings(const std::vector<std::string>& strings) {
  std::string joined;
  for (const std::string& text : strings) joined += text + '\0';
  return joined;
}

std::string Kept(std::vector<std::string> names, std::string environment) {
  EnvFilter(std::move(names)).Apply(&environment);
  return environment;
}

const std::vector<std::string> kEnvironment = {
    "PATH=/bin", "SECRET=x=y", "LD_PRELOAD=/l.so", "LD_AUDIT=", "noequals"};

TEST(EnvFilterTest, KeepsTheNamesItIsGiven) {
  const std::string all = Strings(kEnvironment);
  EXPECT_EQ(Kept({"*"}, all), all);
  EXPECT_EQ(Kept({"PATH"}, all), Strings({"PATH=/bin"}));
  EXPECT_EQ(Kept({"PAT", "PATHS", "SECRET=x"}, all), "");
  EXPECT_EQ(Kept({"LD_*", "noequals"}, all),
            Strings({"LD_PRELOAD=/l.so", "LD_AUDIT=", "noequals"}));
  EXPECT_EQ(Kept({""}, all), "") << "an empty name is none";
  EXPECT_EQ(Kept({""}, Strings({"=x", ""})), "");
  EXPECT_EQ(Kept({}, all), "");
  EXPECT_EQ(Kept({"A"}, ""), "");
}

TEST(EnvFilterTest, LastVariableMayLackItsEnd) {
  EXPECT_EQ(Kept({"B"}, Strings({"A=1"}) + "B=2"), "B=2");
  EXPECT_EQ(Kept({"A"}, Strings({"A=1"}) + "B=2"), Strings({"A=1"}));
}

TEST(EnvFilterTest, SecretLeavesTheRecord) {
  const EnvFilter filter({"LD_*"});
  for (const char* type : {"execve", "execveat", "task"}) {
    const std::string bytes = RecordBuilder(type)
                                  .Set("exe", "/bin/x")
                                  .SetStrings("env", kEnvironment)
                                  .Build();
    std::string buffer;
    const RecordView record =
        filter.Apply(RecordView::Trusted(bytes.data()), &buffer);
    EXPECT_EQ(record.raw().find("SECRET"), absl::string_view::npos) << type;
    ASSERT_OK(RecordView::Check(record.raw()));
    EXPECT_EQ(record.bytes(SlotOf(&eyrie_execve_args::env)),
              Strings({"LD_PRELOAD=/l.so", "LD_AUDIT="}));
    EXPECT_EQ(record.bytes(SlotOf(&eyrie_execve_args::exe)), "/bin/x");
    EXPECT_EQ(record.size(), bytes.size());
  }
}

TEST(EnvFilterTest, OtherRecordsAreNotCopied) {
  const EnvFilter filter({"LD_*"});
  const std::string open = RecordBuilder("openat").Set("name", "x").Build();
  const std::string bare = RecordBuilder("execve").Set("exe", "/x").Build();
  for (const std::string& bytes : {open, bare}) {
    std::string buffer;
    const RecordView record =
        filter.Apply(RecordView::Trusted(bytes.data()), &buffer);
    EXPECT_EQ(record.raw().data(), bytes.data());
  }
}

}  // namespace
}  // namespace eyrie::collector
