// SPDX-License-Identifier: Apache-2.0
//
// Tests of the commands that show nodes, containers and workloads, against a
// server made for them.

#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "eyrie/v1/incident_service.grpc.pb.h"
#include "eyrie/v1/node_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"

#include "clients/cli/runner.h"
#include "common/clock.h"

namespace eyrie::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kNow = 1'700'000'000;

// Two containers, a page each.
class FakeNodeService : public v1::NodeService::Service {
 public:
  grpc::Status ListContainers(grpc::ServerContext*,
                              const v1::ListContainersRequest* request,
                              v1::ListContainersResponse* response) override {
    last_ = *request;
    auto* const item = response->add_items();
    item->set_node("n1");
    v1::Container& container = *item->mutable_container();
    if (request->page_token().empty()) {
      container.set_id(std::string(64, 'a'));
      container.set_name("nginx");
      container.set_image("nginx:1");
      container.set_pod_namespace("shop");
      container.set_pod_name("web-1");
      container.set_runtime("containerd");
      container.set_start_time_ns((kNow - 90) * uint64_t{1'000'000'000});
      response->set_next_page_token("more");
    } else {
      container.set_id("ctr-\x1b[2J");
    }
    return grpc::Status::OK;
  }

  grpc::Status GetNode(grpc::ServerContext*, const v1::GetNodeRequest* request,
                       v1::Node* response) override {
    response->set_name(request->name());
    response->set_containers(12);
    v1::ContainerRuntime* runtime = response->add_runtimes();
    runtime->set_name("containerd");
    runtime->set_version("1.6.20");
    runtime->set_socket("/run/containerd/containerd.sock");
    runtime->set_state(v1::ContainerRuntime::CONNECTED);
    runtime->set_containers(12);
    runtime = response->add_runtimes();
    runtime->set_name("docker");
    runtime->set_socket("/run/docker.sock");
    runtime->set_state(v1::ContainerRuntime::FAILING);
    runtime->set_error("does not answer");
    return grpc::Status::OK;
  }

  const v1::ListContainersRequest& last() const { return last_; }

 private:
  v1::ListContainersRequest last_;
};

// One incident of a Deployment.
class FakeIncidentService : public v1::IncidentService::Service {
 public:
  grpc::Status ListIncidents(grpc::ServerContext*,
                             const v1::ListIncidentsRequest* request,
                             v1::ListIncidentsResponse*) override {
    filter_ = request->filter();
    return grpc::Status::OK;
  }

  grpc::Status GetIncident(grpc::ServerContext*, const v1::GetIncidentRequest*,
                           v1::Incident* response) override {
    response->set_id(std::string(32, '1'));
    response->set_container_id("aaaaaaaaaaaa");
    response->set_has_missing_metadata(true);
    v1::Workload& workload = *response->mutable_workload();
    workload.set_namespace_("shop");
    if (has_owner_) {
      workload.set_kind("Deployment");
      workload.set_name("web");
    }
    workload.set_pod("web-1");
    workload.set_container("nginx");
    workload.set_image("nginx:1");
    (*workload.mutable_labels())["tier"] = "front";
    (*workload.mutable_labels())["app"] = "web";
    v1::LinkedProcess& process = *response->add_linked_processes();
    process.set_node("n1");
    process.mutable_time()->set_seconds(kNow);
    process.mutable_key()->set_pid(42);
    process.set_container_id(std::string(64, 'a'));
    process.set_command_line("sh -c \x1b[2J");
    process.set_user("root");
    return grpc::Status::OK;
  }

  grpc::Status ListDetections(grpc::ServerContext*,
                              const v1::ListDetectionsRequest*,
                              v1::ListDetectionsResponse* response) override {
    response->add_detections()->add_missing_metadata("kubernetes");
    response->add_detections()->add_missing_metadata("container");
    return grpc::Status::OK;
  }

  const v1::IncidentFilter& filter() const { return filter_; }
  void LoseOwner() { has_owner_ = false; }

 private:
  v1::IncidentFilter filter_;
  bool has_owner_ = true;
};

struct Result {
  ExitCode code;
  std::string out;
  std::string err;
};

class InventoryTest : public ::testing::Test {
 protected:
  InventoryTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&nodes_);
    builder.RegisterService(&incidents_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
  }
  ~InventoryTest() override { server_->Shutdown(); }

  Result Run(std::vector<std::string> words) {
    words.insert(words.begin(), {"--server", address_});
    std::ostringstream out;
    std::ostringstream err;
    const SimulatedClock clock(absl::FromUnixSeconds(kNow));
    Environment environment;
    environment.out = &out;
    environment.err = &err;
    environment.clock = &clock;
    const ExitCode code = RunCommandLine(words, environment);
    return {code, out.str(), err.str()};
  }

  FakeNodeService nodes_;
  FakeIncidentService incidents_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(InventoryTest, ListsContainersInATable) {
  const Result result = Run({"containers", "list"});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  EXPECT_EQ(
      result.out,
      "NODE  ID            NAME   IMAGE    NAMESPACE  POD    RUNTIME     "
      "AGE\n"
      "n1    aaaaaaaaaaaa  nginx  nginx:1  shop       web-1  containerd  "
      "90s\n"
      "n1    ctr-\\x1b[2J   -      -        -          -      -           "
      "-\n");
}

TEST_F(InventoryTest, AsksForWhatTheFlagsSay) {
  const Result result =
      Run({"containers", "list", "--node", "n1", "--namespace", "shop", "--pod",
           "web-1", "--image", "nginx", "--label", "app=web", "--label",
           "tier=x", "--id", "aa", "--all", "-o", "json"});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  EXPECT_EQ(nodes_.last().node(), "n1");
  EXPECT_EQ(nodes_.last().namespace_(), "shop");
  EXPECT_EQ(nodes_.last().pod(), "web-1");
  EXPECT_EQ(nodes_.last().image(), "nginx");
  EXPECT_THAT(nodes_.last().labels(), ElementsAre("app=web", "tier=x"));
  EXPECT_EQ(nodes_.last().id(), "aa");
  EXPECT_TRUE(nodes_.last().include_sandboxes());
  EXPECT_EQ(nodes_.last().page_token(), "more");
  EXPECT_THAT(result.out, HasSubstr("\"podNamespace\":\"shop\""));
  Run({"containers", "list"});
  EXPECT_FALSE(nodes_.last().include_sandboxes());
}

TEST_F(InventoryTest, RefusesLabelsThatAreNone) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"containers", "list"},
        {"incidents", "list"},
        {"detections", "list"}}) {
    std::vector<std::string> command = words;
    command.insert(command.end(), {"--label", "app"});
    const Result result = Run(command);
    EXPECT_EQ(result.code, ExitCode::kUsage) << words[0];
    EXPECT_THAT(result.err,
                HasSubstr("flag --label: \"app\" is not written as key=value"));
  }
}

TEST_F(InventoryTest, SendsTheFilterOfWorkloads) {
  const Result result =
      Run({"incidents", "list", "--namespace", "shop", "--workload",
           "deployment/web", "--image", "nginx", "--label", "app=web",
           "--label", "a=b", "--source", "k8s_audit"});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  EXPECT_EQ(incidents_.filter().namespace_(), "shop");
  EXPECT_EQ(incidents_.filter().workload(), "deployment/web");
  EXPECT_EQ(incidents_.filter().image(), "nginx");
  EXPECT_THAT(incidents_.filter().labels(), ElementsAre("app=web", "a=b"));
  EXPECT_EQ(incidents_.filter().source(), "k8s_audit");
}

TEST_F(InventoryTest, ShowsWhoseAffairAnIncidentIs) {
  Result result = Run({"incidents", "get", "111111"});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  for (const char* line : {
           "container:       aaaaaaaaaaaa\n",
           "workload:        Deployment shop/web\n",
           "pod:             web-1\n",
           "container name:  nginx\n",
           "image:           nginx:1\n",
           "labels:          app=web, tier=front\n",
           "metadata:        judged before all was known of: container, "
           "kubernetes\n",
           "\nstarted processes\n"
           "  2023-11-14 22:13:20.000  n1  aaaaaaaaaaaa  pid 42  root  sh -c "
           "\\x1b[2J\n",
       }) {
    EXPECT_THAT(result.out, HasSubstr(line));
  }
  EXPECT_THAT(result.out, Not(HasSubstr("namespace:")));
  incidents_.LoseOwner();
  result = Run({"incidents", "get", "111111"});
  EXPECT_THAT(result.out, HasSubstr("namespace:       shop\n"));
  EXPECT_THAT(result.out, Not(HasSubstr("workload:")));
}

TEST_F(InventoryTest, ShowsTheRuntimesOfANode) {
  const Result result = Run({"nodes", "get", "n1"});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  EXPECT_THAT(result.out, HasSubstr("containers:     12\n"));
  EXPECT_THAT(result.out,
              HasSubstr("runtime:        containerd 1.6.20, connected, 12 "
                        "containers, /run/containerd/containerd.sock\n"));
  EXPECT_THAT(result.out, HasSubstr("runtime:        docker, failing, "
                                    "/run/docker.sock, does not answer\n"));
}

}  // namespace
}  // namespace eyrie::cli
