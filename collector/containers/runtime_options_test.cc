// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/runtime_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using eyrie::testing::IsOkAndHolds;
using eyrie::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RuntimeOptionsTest, ReadsNameAndSocket) {
  EXPECT_THAT(ParseRuntimeSocket("docker=/run/d.sock"),
              IsOkAndHolds(RuntimeSocket{RuntimeKind::kDocker, "/run/d.sock"}));
  EXPECT_THAT(ParseRuntimeSocket("cri-o=unix:///run/c=d.sock"),
              IsOkAndHolds(RuntimeSocket{RuntimeKind::kCrio, "/run/c=d.sock"}));
}

TEST(RuntimeOptionsTest, SaysWhatIsWrong) {
  const struct {
    std::string text;
    std::string message;
  } cases[] = {
      {"docker", "NAME=SOCKET"},
      {"docker=", "NAME=SOCKET"},
      {"docker=d.sock", "absolute path"},
      {"rkt=/x", "no runtime \"rkt\"; there are containerd, cri-o, docker"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(
        ParseRuntimeSocket(c.text),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.message)))
        << c.text;
  }
}

TEST(RuntimeOptionsTest, SocketsThatAreGivenReplaceTheDefaults) {
  EXPECT_THAT(
      ChooseRuntimeSockets("auto", {}, "/host/"),
      IsOkAndHolds(Contains(RuntimeSocket{
          RuntimeKind::kContainerd, "/host/run/containerd/containerd.sock"})));
  EXPECT_THAT(
      ChooseRuntimeSockets("auto", {"podman=/p"}, "/"),
      IsOkAndHolds(ElementsAre(RuntimeSocket{RuntimeKind::kPodman, "/p"})));
  EXPECT_THAT(ChooseRuntimeSockets("none", {"podman=/p"}, "/"),
              IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(ChooseRuntimeSockets("some", {}, "/"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("--container-runtimes")));
  EXPECT_THAT(
      ChooseRuntimeSockets("auto", std::vector<std::string>(17, "podman=/p"),
                           "/"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 16")));
}

}  // namespace
}  // namespace eyrie::collector
