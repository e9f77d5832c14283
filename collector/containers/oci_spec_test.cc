// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/oci_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

KnownContainer Read(const std::string& text) {
  const absl::StatusOr<nlohmann::json> document = ParseJsonText(text);
  EXPECT_OK(document);
  KnownContainer known;
  if (document.ok()) ReadOciSpec(JsonValue(&*document), &known);
  return known;
}

TEST(OciSpecTest, ReadsAnOrdinaryContainer) {
  const KnownContainer known = Read(R"({
    "process": {"user": {"uid": 1000}, "env": ["PATH=/bin", "SECRET=a=b", "X"],
      "capabilities": {"effective": ["CAP_KILL", "CAP_CHOWN", "CAP_KILL"]}},
    "mounts": [
      {"destination": "/proc", "type": "proc", "source": "proc"},
      {"destination": "/data", "type": "bind", "source": "/srv/data",
       "options": ["rbind", "ro", "rslave", "Z"]},
      {"destination": "/rw", "type": "bind", "source": "/srv/rw"}],
    "linux": {"cgroupsPath": "/default/c1",
      "maskedPaths": ["/proc/kcore"],
      "namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "mount"}]},
    "annotations": {"team": "a"}})");
  const v1::Container& container = known.container;
  EXPECT_EQ(container.user(), "1000");
  EXPECT_THAT(container.env_names(), ElementsAre("PATH", "SECRET", "X"));
  EXPECT_THAT(container.capabilities(), ElementsAre("CAP_CHOWN", "CAP_KILL"));
  ASSERT_THAT(container.mounts(), SizeIs(2));
  EXPECT_EQ(container.mounts(0).source(), "/srv/data");
  EXPECT_EQ(container.mounts(0).destination(), "/data");
  EXPECT_EQ(container.mounts(0).mode(), "Z");
  EXPECT_EQ(container.mounts(0).propagation(), "rslave");
  EXPECT_FALSE(container.mounts(0).is_writable());
  EXPECT_TRUE(container.mounts(1).is_writable());
  EXPECT_FALSE(container.host_pid());
  EXPECT_FALSE(container.host_ipc());
  EXPECT_TRUE(container.host_network());
  EXPECT_FALSE(container.privileged());
  EXPECT_EQ(container.annotations().at("team"), "a");
  EXPECT_EQ(known.cgroup_path, "/default/c1");
}

TEST(OciSpecTest, AllCapabilitiesAndNothingMaskedIsPrivileged) {
  std::string capabilities;
  for (int i = 0; i < 38; ++i) {
    absl::StrAppend(&capabilities, i == 0 ? "" : ",", "\"CAP_", 10 + i, "\"");
  }
  const std::string process = absl::StrCat(
      R"("process": {"capabilities": {"effective": [)", capabilities, "]}}");
  EXPECT_TRUE(Read(absl::StrCat("{", process, R"(, "linux": {}})"))
                  .container.privileged());
  EXPECT_FALSE(
      Read(absl::StrCat("{", process,
                        R"(, "linux": {"maskedPaths": ["/proc/kcore"]}})"))
          .container.privileged());
}

TEST(OciSpecTest, SaysNothingWhereNothingIsSaid) {
  const KnownContainer known = Read("{}");
  EXPECT_FALSE(known.container.has_privileged());
  EXPECT_FALSE(known.container.has_host_network());
  EXPECT_EQ(known.container.user(), "");
  EXPECT_EQ(known.cgroup_path, "");
}

TEST(OciSpecTest, UnderstandsPathsOfSystemdsDriver) {
  EXPECT_EQ(CgroupPathOfSpec("/kubepods/pod1/c"), "/kubepods/pod1/c");
  EXPECT_EQ(CgroupPathOfSpec("system.slice:docker:c"),
            "/system.slice/docker-c.scope");
  EXPECT_EQ(CgroupPathOfSpec("a-b-c.slice:cri-containerd:x"),
            "/a.slice/a-b.slice/a-b-c.slice/cri-containerd-x.scope");
  EXPECT_EQ(CgroupPathOfSpec("relative/path"), "");
  EXPECT_EQ(CgroupPathOfSpec(""), "");
}

}  // namespace
}  // namespace eyrie::collector
