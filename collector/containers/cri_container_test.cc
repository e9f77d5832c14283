// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/cri_container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace eyrie::collector {
namespace {

namespace cri = runtimes::cri;

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(CriContainerTest, ReadsWhatCriOTells) {
  cri::ContainerStatusResponse response;
  cri::ContainerStatus* const status = response.mutable_status();
  status->set_id("c1");
  status->mutable_metadata()->set_name("web");
  status->set_created_at(5);
  status->set_started_at(6);
  status->mutable_image()->set_image("quay.io/team/web:2");
  status->set_image_ref(absl::StrCat("quay.io/team/web@sha256:9"));
  (*status->mutable_labels())["io.kubernetes.pod.name"] = "web-0";
  cri::Mount* const mount = status->add_mounts();
  mount->set_host_path("/srv");
  mount->set_container_path("/data");
  mount->set_selinux_relabel(true);
  mount->set_propagation(cri::PROPAGATION_BIDIRECTIONAL);
  (*response.mutable_info())["info"] = R"({"sandboxID": "s1", "pid": 42,
    "privileged": true, "runtimeSpec": {
      "mounts": [{"source": "/etc/resolv.conf", "destination": "/etc/r"}],
      "process": {"env": ["A=1"],
                  "capabilities": {"effective": ["CAP_KILL"]}}}})";
  KnownContainer known;
  EXPECT_EQ(ReadCriContainer(response, &known), "s1");
  const v1::Container& container = known.container;
  EXPECT_EQ(container.name(), "web");
  EXPECT_EQ(container.create_time_ns(), 5u);
  EXPECT_EQ(container.start_time_ns(), 6u);
  EXPECT_EQ(container.image_repository(), "quay.io/team/web");
  EXPECT_EQ(container.image_tag(), "2");
  EXPECT_EQ(container.image_digest(), "sha256:9");
  EXPECT_EQ(container.pod_name(), "web-0");
  EXPECT_EQ(container.pid(), 42u);
  EXPECT_TRUE(container.privileged());
  EXPECT_THAT(container.env_names(), ElementsAre("A"));
  ASSERT_THAT(container.mounts(), SizeIs(1));
  EXPECT_EQ(container.mounts(0).source(), "/srv");
  EXPECT_EQ(container.mounts(0).mode(), "Z");
  EXPECT_EQ(container.mounts(0).propagation(), "rshared");
}

TEST(CriContainerTest, InfoThatCannotBeReadIsLeftOut) {
  for (const char* const info : {"", "no json", "[]", R"({"pid": "x"})"}) {
    cri::ContainerStatusResponse response;
    response.mutable_status()->set_id("c1");
    response.mutable_status()->set_created_at(-1);
    (*response.mutable_info())["info"] = info;
    KnownContainer known;
    EXPECT_EQ(ReadCriContainer(response, &known), "") << info;
    EXPECT_EQ(known.container.id(), "c1") << info;
    EXPECT_EQ(known.container.create_time_ns(), 0u) << info;
    EXPECT_FALSE(known.container.has_privileged()) << info;
  }
}

TEST(CriContainerTest, ReadsThePod) {
  cri::PodSandboxStatusResponse response;
  cri::PodSandboxStatus* const status = response.mutable_status();
  status->set_id("s1");
  status->mutable_metadata()->set_name("web-0");
  status->mutable_metadata()->set_namespace_("shop");
  status->mutable_metadata()->set_uid("u");
  status->mutable_network()->set_ip("10.0.0.2");
  status->mutable_network()->add_additional_ips()->set_ip("fd00::2");
  status->mutable_linux()->mutable_namespaces()->mutable_options()->set_network(
      cri::NODE);
  (*status->mutable_labels())["app"] = "web";
  (*response.mutable_info())["info"] = R"({"cniResult": {"a": 1}})";
  v1::Container container;
  container.set_name("web");
  ReadCriPod(response, &container);
  EXPECT_EQ(container.pod_sandbox_id(), "s1");
  EXPECT_EQ(container.pod_name(), "web-0");
  EXPECT_EQ(container.pod_namespace(), "shop");
  EXPECT_EQ(container.pod_uid(), "u");
  EXPECT_EQ(container.pod_labels().at("app"), "web");
  EXPECT_THAT(container.ip_addresses(), ElementsAre("10.0.0.2", "fd00::2"));
  EXPECT_EQ(container.cni_json(), R"({"a":1})");
  EXPECT_TRUE(container.host_network());
  EXPECT_FALSE(container.host_pid());
}

TEST(CriContainerTest, SandboxIsAContainerToo) {
  cri::PodSandboxStatusResponse response;
  response.mutable_status()->set_id("s1");
  response.mutable_status()->mutable_metadata()->set_name("web-0");
  (*response.mutable_info())["info"] = R"({"pid": 7, "image": "pause:3"})";
  KnownContainer known;
  ReadCriSandbox(response, &known);
  EXPECT_EQ(known.container.id(), "s1");
  EXPECT_TRUE(known.container.is_sandbox());
  EXPECT_EQ(known.container.pod_sandbox_id(), "s1");
  EXPECT_EQ(known.container.image(), "pause:3");
  EXPECT_EQ(known.container.pid(), 7u);
}

}  // namespace
}  // namespace eyrie::collector
