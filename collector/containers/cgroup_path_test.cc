// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/cgroup_path.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace eyrie::collector {
namespace {

const std::string kId =
    "5f0c1e7b26d94a83bb1f7c0e2d6a9b4845f0c1e7b26d94a83bb1f7c0e2d6a9b4";
const std::string kOuter(64, 'a');

struct Case {
  std::string path;
  std::string id;
  std::string runtime;
  bool is_name = false;
};

TEST(CgroupPathTest, TellsContainerFromThePath) {
  const Case cases[] = {
      {absl::StrCat("/docker/", kId), kId, "docker"},
      {absl::StrCat("/system.slice/docker-", kId, ".scope"), kId, "docker"},
      {absl::StrCat("/kubepods.slice/kubepods-pod1.slice/cri-containerd-", kId,
                    ".scope"),
       kId, "containerd"},
      {absl::StrCat("/system.slice/containerd.service/kubepods-pod1.slice:"
                    "cri-containerd:",
                    kId),
       kId, "containerd"},
      {absl::StrCat("/k8s.io/", kId), kId, "containerd"},
      {absl::StrCat("/kubepods/besteffort/pod1/crio-", kId), kId, "cri-o"},
      {absl::StrCat("/machine.slice/libpod-", kId, ".scope/container"), kId,
       "podman"},
      {absl::StrCat("/libpod_parent/libpod-", kId), kId, "podman"},
      {absl::StrCat("/kubepods/burstable/pod1/", kId), kId, ""},
      {kId, kId, ""},
      {absl::StrCat("/docker/", kOuter, "/docker/", kId), kId, "docker"},
      {"/lxc/web", "web", "lxc", true},
      {"/lxc/web/system.slice/cron.service", "web", "lxc", true},
      {"/lxc.payload/web", "web", "lxc", true},
      {"/lxc.payload.web-1/init.scope", "web-1", "lxc", true},
      {"/lxc.payload.outer/lxc.payload.inner", "inner", "lxc", true},
      {"/machine.slice/machine-db.scope", "db", "systemd-nspawn", true},
      {"/machine.slice/machine-my\\x2ddb.scope/payload/init.scope", "my-db",
       "systemd-nspawn", true},
      {"/machine.slice/systemd-nspawn@db.service/payload", "db",
       "systemd-nspawn", true},
      // The innermost counts, of whichever kind.
      {absl::StrCat("/lxc.payload.ci/docker/", kId), kId, "docker"},
      {absl::StrCat("/docker/", kId, "/lxc/web"), "web", "lxc", true},
  };
  for (const Case& c : cases) {
    const CgroupOwner owner = ReadCgroupPath(c.path);
    EXPECT_EQ(owner.id, c.id) << c.path;
    EXPECT_EQ(std::string(owner.runtime), c.runtime) << c.path;
    EXPECT_EQ(owner.is_name, c.is_name) << c.path;
  }
}

TEST(CgroupPathTest, HostPathsNameNone) {
  const std::string cases[] = {
      "",
      "/",
      "/init.scope",
      "/user.slice/user-1000.slice/session-4.scope",
      "/system.slice/lxc.service",
      "/default/c2",
      "/lxc",
      "/lxc.monitor.web",
      "/lxc.monitor/web",
      "/machine.slice",
      "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/emulator",
      "/machine.slice/machine-db.scope/supervisor",
      "/machine.slice/systemd-nspawn@db.service/supervisor",
      "/other.slice/machine-db.scope",
      absl::StrCat("/machine.slice/libpod-conmon-", kId, ".scope"),
      absl::StrCat("/kubepods/pod1/crio-conmon-", kId),
  };
  for (const std::string& path : cases) {
    EXPECT_EQ(ReadCgroupPath(path).id, "") << path;
  }
}

TEST(CgroupPathTest, CandidateIsTheFirstTwoParts) {
  const struct {
    std::string path;
    std::string prefix;
    std::string id;
  } cases[] = {
      {"/default/c2", "/default/c2", "c2"},
      {"/default/c2/init.scope", "/default/c2", "c2"},
      {"/default", "", ""},
      {"/", "", ""},
      {"", "", ""},
      {"//c2", "", ""},
      {"/default/", "", ""},
      {"default/c2", "", ""},
      {"/system.slice/ssh.service", "", ""},
      {"/user.slice/user-0.slice", "", ""},
      {"/init.scope/x", "", ""},
      {"/app/x.service", "", ""},
  };
  for (const auto& c : cases) {
    const CgroupCandidate candidate = ReadCgroupCandidate(c.path);
    EXPECT_EQ(std::string(candidate.prefix), c.prefix) << c.path;
    EXPECT_EQ(std::string(candidate.id), c.id) << c.path;
  }
}

}  // namespace
}  // namespace eyrie::collector
