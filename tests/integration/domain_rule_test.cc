// SPDX-License-Identifier: Apache-2.0
//
// A container connects to what a rule knows by its domain name; a whole server,
// beside a Kubernetes API that the test plays, finds it.
//
// The published rules are no part of this repository: EYRIE_SHARED_DIR names
// the folder that has data/rules.

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <httplib.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eyrie/v1/incident_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/address.h"
#include "common/testing/certificates.h"
#include "common/testing/status_matchers.h"
#include "proto/testing/record_builder.h"
#include "server/config.h"
#include "server/kubernetes/testing/fake_api_server.h"
#include "server/server.h"
#include "tests/testing/fake_collector.h"

namespace eyrie::testing {
namespace {

using server::testing::FakeApiServer;
using server::testing::MakeObject;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr absl::Duration kPatience = absl::Seconds(20);
constexpr char kOfficialRule[] = "Contact K8S API Server From Container";
constexpr char kApi[] = "10.96.0.1:443";
constexpr char kOther[] = "10.96.0.7:443";
const std::string kContainer(64, 'c');

std::string RuleText(const std::string& condition) {
  return absl::StrCat(
      "- rule: Named\n  desc: of the test\n  condition: evt.type = connect "
      "and ",
      condition, "\n  output: to %fd.sip.name\n  priority: NOTICE\n");
}

// A process in a container connects to each of the addresses.
v1::EventBatch Connects(const std::vector<std::string>& addresses) {
  v1::EventBatch batch;
  batch.set_clock_offset_ns(absl::ToUnixNanos(absl::Now()));
  for (const std::string& address : addresses) {
    // An IPv6 socket that talks IPv4 does so at both ends.
    const char* const local =
        address[0] == '[' ? "[::ffff:10.1.0.5]:40000" : "10.1.0.5:40000";
    batch.mutable_records()->append(RecordBuilder("connect")
                                        .Process(1000)
                                        .CgroupId(78)
                                        .Result(0)
                                        .Set("fd", 3)
                                        .SetAddress("addr", address)
                                        .SetAddress("local", local)
                                        .SetAddress("remote", address)
                                        .Set("protocol", 6)
                                        .Set("socket_type", 1)
                                        .Build());
  }
  batch.set_record_count(static_cast<uint32_t>(addresses.size()));
  v1::Process* const process = batch.add_processes();
  process->mutable_key()->set_pid(1000);
  process->mutable_key()->set_exec_id(1);
  process->mutable_key()->set_start_time_ns(1'000'000'000);
  process->set_comm("curl");
  v1::Cgroup* const cgroup = batch.add_cgroups();
  cgroup->set_id(78);
  cgroup->set_container_id(kContainer);
  v1::Container* const container = batch.add_containers();
  container->set_id(kContainer);
  container->set_metadata(v1::Container::COMPLETE);
  container->set_image("docker.io/library/curl:1");
  container->set_image_repository("docker.io/library/curl");
  container->set_pod_uid("p1");
  container->set_pod_namespace("shop");
  return batch;
}

class DomainRuleTest : public ::testing::Test {
 protected:
  DomainRuleTest() {
    directory_ = absl::StrCat(
        ::testing::TempDir(), "/domain_rule_",
        ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    api_.Put("/api/v1/services",
             MakeObject({.uid = "s1",
                         .name = "kubernetes",
                         .namespace_name = "default",
                         .more = R"(, "spec": {"clusterIP": "10.96.0.1",
                                    "clusterIPs": ["10.96.0.1"]})"}));
    config_.data_dir = directory_ + "/data";
    config_.listen = "127.0.0.1:0";
    config_.http_listen = "127.0.0.1:0";
    config_.kubernetes_wait = absl::ZeroDuration();
    config_.kubeconfig =
        Write("kubeconfig",
              absl::StrCat("current-context: c\n"
                           "contexts: [{name: c, context: {cluster: k}}]\n"
                           "clusters: [{name: k, cluster: {server: \"",
                           api_.url(), "\"}}]\n"));
  }

  std::string Write(const std::string& name, const std::string& content) {
    const std::string path = absl::StrCat(directory_, "/", name);
    WriteFileAtomically(path, content);
    return path;
  }

  void Start() {
    auto server = server::Server::Create(config_);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
  }

  std::string Metrics() {
    httplib::Client client("127.0.0.1",
                           ParseAddress(server_->http_address())->port);
    const auto response = client.Get("/metrics");
    return response ? response->body : "";
  }
  // Waits until so many names have an address.
  void AwaitNames(int count) {
    const std::string line = absl::StrCat(
        "eyrie_server_domain_names{state=\"resolved\"} ", count, "\n");
    const absl::Time deadline = absl::Now() + kPatience;
    while (!absl::StrContains(Metrics(), line)) {
      ASSERT_LT(absl::Now(), deadline) << Metrics();
      absl::SleepFor(absl::Milliseconds(10));
    }
  }

  void Deliver(const std::vector<std::string>& addresses) {
    collector_.Add(Connects(addresses));
    ASSERT_OK(collector_.Deliver(server_->grpc_address(), kPatience));
  }

  // "COUNT x RULE: SUMMARY" of each incident.
  std::vector<std::string> Incidents() {
    grpc::ClientContext context;
    v1::ListIncidentsRequest request;
    request.set_page_size(100);
    v1::ListIncidentsResponse response;
    const grpc::Status status =
        v1::IncidentService::NewStub(
            grpc::CreateChannel(server_->grpc_address(),
                                grpc::InsecureChannelCredentials()))
            ->ListIncidents(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> texts;
    for (const v1::Incident& incident : response.incidents()) {
      texts.push_back(absl::StrCat(incident.count(), " x ", incident.rule(),
                                   ": ", incident.summary()));
    }
    return texts;
  }

  std::string directory_;
  FakeApiServer api_;
  server::ServerConfig config_;
  std::unique_ptr<server::Server> server_;
  FakeCollector collector_{"n1", 7};
};

TEST_F(DomainRuleTest, TheOfficialRuleFindsWhoContactsTheApiServer) {
  const char* const shared = std::getenv("EYRIE_SHARED_DIR");
  const std::string rules = absl::StrCat(shared == nullptr ? "" : shared,
                                         "/data/rules/falco_rules.yaml");
  if (!std::filesystem::exists(rules)) {
    std::cout << "EYRIE_NO_SHARED: " << rules << "\n";
    GTEST_SKIP();
  }
  config_.rules = {rules};
  Start();
  AwaitNames(1);
  Deliver({kApi, kOther, "[::ffff:10.96.0.1]:443"});
  const std::vector<std::string> incidents = Incidents();
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_THAT(incidents[0], HasSubstr(absl::StrCat("2 x ", kOfficialRule)));
  EXPECT_THAT(incidents[0], HasSubstr("10.1.0.5:40000->10.96.0.1:443"));
}

TEST_F(DomainRuleTest, ReloadedRulesHaveTheirNamesResolved) {
  config_.rules = {Write("rules.yaml", RuleText("fd.sip.name = localhost"))};
  Start();
  AwaitNames(1);
  Deliver({kApi});
  EXPECT_THAT(Incidents(), IsEmpty());
  Write("rules.yaml",
        RuleText("fd.sip.name in (localhost, kubernetes.default.svc)"));
  server_->ReloadRules();
  AwaitNames(2);
  Deliver({kApi, kOther});
  EXPECT_THAT(Incidents(), ElementsAre("1 x Named: to kubernetes.default.svc"));
}

TEST_F(DomainRuleTest, AnAddressWithoutANameDiffersFromAll) {
  config_.rules = {
      Write("rules.yaml", RuleText("fd.sip.name != kubernetes.default.svc"))};
  Start();
  AwaitNames(1);
  Deliver({kApi, kOther});
  EXPECT_THAT(Incidents(), ElementsAre("1 x Named: to <NA>"));
}

TEST_F(DomainRuleTest, NamesThatAreNotResolvedDecideNothing) {
  config_.resolve_names = false;
  config_.rules = {Write(
      "rules.yaml",
      absl::StrCat(RuleText("not fd.sip.name = kubernetes.default.svc"),
                   "- rule: Any\n  desc: d\n  condition: evt.type = connect\n"
                   "  output: to %fd.sip.name\n  priority: NOTICE\n"))};
  Start();
  Deliver({kApi, kOther});
  EXPECT_THAT(Incidents(), ElementsAre("2 x Any: to <NA>"));
  EXPECT_THAT(Metrics(), ::testing::Not(HasSubstr("eyrie_server_domain")));
}

}  // namespace
}  // namespace eyrie::testing
