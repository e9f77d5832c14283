// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/container_id.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace eyrie::rules {
namespace {

const std::string kId =
    "3ad7b26eb98a5ba1e3b0eb5d6d0b6a6d3a6b0ad2a4bb2bd4e7bbd5c07b3b1f00";
const std::string kOther(64, 'e');

TEST(ContainerIdTest, FindsTheIdInPathsOfRuntimes) {
  const std::string pod = "pod3f2a0b6e_8d1c_4f52_9a57_0c1d2e3f4a5b";
  const std::string cases[] = {
      absl::StrCat("/docker/", kId),
      absl::StrCat("/docker/", kId, "/"),
      absl::StrCat("/system.slice/docker-", kId, ".scope"),
      absl::StrCat("/system.slice/docker-", kId, ".scope/init.scope"),
      absl::StrCat("/kubepods/besteffort/", pod, "/", kId),
      absl::StrCat("/kubepods.slice/kubepods-burstable.slice/kubepods-", pod,
                   ".slice/cri-containerd-", kId, ".scope"),
      absl::StrCat("/kubepods.slice/kubepods-", pod, ".slice/crio-", kId,
                   ".scope"),
      absl::StrCat("/kubepods.slice/kubepods-", pod, ".slice/crio-", kId,
                   ".scope/container"),
      absl::StrCat("/system.slice/containerd.service/kubepods-", pod,
                   ".slice:cri-containerd:", kId),
      absl::StrCat("/k8s.io/", kId),
      absl::StrCat("/libpod_parent/libpod-", kId),
      absl::StrCat("/libpod_parent/", kOther, "/libpod-", kId),
      absl::StrCat("/machine.slice/libpod-", kId, ".scope"),
      absl::StrCat("/machine.slice/libpod-", kId, ".scope/container"),
      absl::StrCat("/user.slice/user-1000.slice/user@1000.service/user.slice/"
                   "libpod-",
                   kId, ".scope/container"),
      absl::StrCat("/actions_job/", kId),
      // Docker in docker: the inner one.
      absl::StrCat("/docker/", kOther, "/docker/", kId),
      kId,
  };
  for (const std::string& path : cases) {
    EXPECT_EQ(FullContainerId(path), kId) << path;
  }
}

TEST(ContainerIdTest, HostPathsHaveNone) {
  std::string upper = kId;
  upper[0] = 'A';
  const std::string cases[] = {
      "/",
      "",
      "/init.scope",
      "/user.slice/user-0.slice/session-1.scope",
      "/system.slice/docker.service",
      "/kubepods/besteffort/pod3f2a0b6e-8d1c-4f52-9a57-0c1d2e3f4a5b",
      absl::StrCat("/docker/", kId.substr(1)),
      absl::StrCat("/docker/", kId, "0"),
      absl::StrCat("/docker/x", kId),
      absl::StrCat("/docker/", upper),
      absl::StrCat("/machine.slice/libpod-conmon-", kId, ".scope"),
      absl::StrCat("/kubepods/pod1/crio-conmon-", kId),
      absl::StrCat("/libpod_parent/", kOther, "/libpod-conmon-", kId),
  };
  for (const std::string& path : cases) {
    EXPECT_EQ(FullContainerId(path), "") << path;
  }
}

}  // namespace
}  // namespace eyrie::rules
