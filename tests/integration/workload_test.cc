// SPDX-License-Identifier: Apache-2.0
//
// A node tells a real server of its containers and of events in them; the CLI
// finds both by what runs there.

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "eyrie/v1/collector_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "proto/testing/record_builder.h"
#include "tests/testing/cluster.h"

namespace eyrie::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kRules[] = R"yaml(
- rule: Open in the shop
  desc: of the workload test
  condition: >
    evt.type = openat and k8s.ns.name = shop and
    container.image.repository = docker.io/library/nginx
  output: "%fd.name in %container.name of %k8s.pod.name"
  priority: WARNING
- rule: Open on the host
  desc: of the workload test
  condition: evt.type = openat and container.id = host
  output: "%fd.name"
  priority: INFO
)yaml";

const std::string kId(64, 'c');
constexpr uint64_t kCgroup = 78;

v1::Container Nginx() {
  v1::Container container;
  container.set_id(kId);
  container.set_metadata(v1::Container::COMPLETE);
  container.set_runtime("containerd");
  container.set_name("nginx");
  container.set_image("docker.io/library/nginx:1.25");
  container.set_image_repository("docker.io/library/nginx");
  container.set_pod_name("web-1");
  container.set_pod_namespace("shop");
  container.set_pod_uid("u1");
  (*container.mutable_pod_labels())["app"] = "web";
  return container;
}

// An open in the container, and one on the host.
v1::EventBatch Batch() {
  v1::EventBatch batch;
  batch.set_run_id(7);
  batch.set_sequence(1);
  batch.set_record_count(2);
  batch.set_clock_offset_ns(1'700'000'000'000'000'000);
  for (const uint64_t cgroup : {kCgroup, uint64_t{1}}) {
    batch.mutable_records()->append(RecordBuilder("openat")
                                        .CgroupId(cgroup)
                                        .Set("name", absl::StrCat("/", cgroup))
                                        .Build());
    batch.add_cgroups()->set_id(cgroup);
  }
  batch.mutable_cgroups(0)->set_container_id(kId);
  *batch.add_containers() = Nginx();
  return batch;
}

// Sends all of it, and returns when it is durable.
void SendFrom(const std::string& address) {
  const auto stub = v1::CollectorService::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  const auto stream = stub->Connect(&context);
  v1::ConnectRequest request;
  request.mutable_hello()->set_node("n1");
  request.mutable_hello()->set_run_id(7);
  ASSERT_TRUE(stream->Write(request));
  v1::ContainerInventory& inventory = *request.mutable_inventory();
  inventory.set_is_snapshot(true);
  *inventory.add_containers() = Nginx();
  v1::ContainerRuntime& runtime = *inventory.add_runtimes();
  runtime.set_name("containerd");
  runtime.set_state(v1::ContainerRuntime::CONNECTED);
  ASSERT_TRUE(stream->Write(request));
  *request.mutable_events() = Batch();
  ASSERT_TRUE(stream->Write(request));
  v1::ConnectResponse response;
  do {
    ASSERT_TRUE(stream->Read(&response)) << stream->Finish().error_message();
  } while (response.events_ack().sequence() != 1);
  stream->WritesDone();
  stream->Finish();
}

class WorkloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ + "/rules.yaml") << kRules;
    cluster_ = std::make_unique<Cluster>(ClusterOptions{
        .rules = {directory_ + "/rules.yaml"}, .directory = directory_});
    ASSERT_OK(cluster_->StartServer());
    SendFrom(cluster_->server_address());
  }

  std::string Cli(std::vector<std::string> words) {
    const auto result = cluster_->Cli(std::move(words));
    EXPECT_OK(result.status());
    EXPECT_EQ(result->exit_code, 0) << result->err;
    return result->out;
  }

  // Lines of a list as JSON.
  size_t Count(std::vector<std::string> words) {
    words.insert(words.end(), {"-o", "json"});
    const std::string out = Cli(std::move(words));
    const std::vector<std::string> lines =
        absl::StrSplit(out, '\n', absl::SkipEmpty());
    return lines.size();
  }

  const std::string directory_ = ::testing::TempDir() + "/workload";
  std::unique_ptr<Cluster> cluster_;
};

TEST_F(WorkloadTest, ListsContainersOfTheNode) {
  EXPECT_THAT(Cli({"containers", "list"}),
              HasSubstr("n1    cccccccccccc  nginx"));
  EXPECT_EQ(Count({"containers", "list", "--label", "app=web"}), 1u);
  EXPECT_EQ(Count({"containers", "list", "--namespace", "test"}), 0u);
  EXPECT_THAT(Cli({"nodes", "get", "n1"}),
              HasSubstr("containerd, connected, 0 containers\n"));
}

TEST_F(WorkloadTest, FindsWhatHappenedByWhatRunsThere) {
  EXPECT_EQ(Count({"incidents", "list"}), 2u);
  for (const std::vector<std::string>& filter :
       {std::vector<std::string>{"--namespace", "shop"},
        {"--image", "docker.io/library/nginx"},
        {"--label", "app=web"},
        {"--namespace", "shop", "--label", "app=web", "--source", "syscall"}}) {
    for (const char* noun : {"incidents", "detections"}) {
      std::vector<std::string> words = {noun, "list"};
      words.insert(words.end(), filter.begin(), filter.end());
      EXPECT_EQ(Count(words), 1u) << noun << " " << filter[0];
      EXPECT_THAT(Cli(words), HasSubstr("Open in the shop"));
    }
  }
  EXPECT_EQ(Count({"incidents", "list", "--namespace", "test"}), 0u);
  EXPECT_EQ(Count({"incidents", "list", "--source", "k8s_audit"}), 0u);
  EXPECT_EQ(Count({"incidents", "list", "--workload", "web"}), 0u);
  EXPECT_THAT(Cli({"detections", "list", "--namespace", "shop"}),
              HasSubstr("/78 in nginx of web-1"));
}

}  // namespace
}  // namespace eyrie::testing
