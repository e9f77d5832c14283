// SPDX-License-Identifier: Apache-2.0
//
// Audit events come into a whole server by HTTP and gRPC, and out as incidents.
//
// The recorded events and the published rules are no part of this repository:
// EYRIE_SHARED_DIR names the folder that has data/rules and data/k8s_audit.

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <httplib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eyrie/v1/event_service.grpc.pb.h"
#include "eyrie/v1/incident_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "common/address.h"
#include "common/testing/certificates.h"
#include "common/testing/status_matchers.h"
#include "server/config.h"
#include "server/server.h"

namespace eyrie::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using Counts = std::map<std::string, int>;

constexpr char kToken[] = "0123456789abcdef0123456789abcdef";
constexpr char kRules[] = R"yaml(
- rule: Command run in a pod
  desc: of the test
  condition: ka.target.subresource = exec and ka.response.code = 101
  output: "%ka.user.name ran %ka.uri.param[command]"
  priority: NOTICE
  source: k8s_audit
- rule: Login
  desc: of the test
  condition: okta.evt.type = user.session.start
  output: "%okta.actor.alternateid"
  priority: NOTICE
  source: okta
)yaml";

std::string SharedDirectory() {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  return shared == nullptr ? "" : shared;
}

// A request to run something in a pod.
Json ExecEvent(const std::string& id) {
  return {{"auditID", id},
          {"stage", "ResponseStarted"},
          {"stageTimestamp", "2026-01-02T03:04:05.000001Z"},
          {"requestReceivedTimestamp", "2026-01-02T03:04:05Z"},
          {"verb", "create"},
          {"requestURI", "/exec?command=sh"},
          {"user", {{"username", "eve"}}},
          {"objectRef",
           {{"resource", "pods"},
            {"subresource", "exec"},
            {"namespace", "shop"},
            {"name", "web-1"}}},
          {"responseStatus", {{"code", 101}}}};
}

std::string ListOf(const std::vector<Json>& events) {
  return Json({{"kind", "EventList"},
               {"apiVersion", "audit.k8s.io/v1"},
               {"items", events}})
      .dump();
}

class AuditIngestTest : public ::testing::Test {
 protected:
  AuditIngestTest() {
    directory_ = absl::StrCat(
        ::testing::TempDir(), "/audit_ingest_",
        ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    config_.data_dir = directory_ + "/data";
    config_.listen = "127.0.0.1:0";
    config_.http_listen = "127.0.0.1:0";
    config_.rules = {Write("rules.yaml", kRules)};
  }

  std::string Write(const std::string& name, const std::string& content) {
    const std::string path = absl::StrCat(directory_, "/", name);
    WriteFileAtomically(path, content);
    return path;
  }

  void Start() {
    server_ = nullptr;
    auto server = server::Server::Create(config_);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(server_->grpc_address(),
                                   grpc::InsecureChannelCredentials());
  }

  int http_port() const { return ParseAddress(server_->http_address())->port; }

  httplib::Result Post(const std::string& path, const std::string& body,
                       const httplib::Headers& headers = {}) {
    httplib::Client client("127.0.0.1", http_port());
    return client.Post(path.c_str(), headers, body, "application/json");
  }

  v1::ListIncidentsResponse Incidents() {
    grpc::ClientContext context;
    v1::ListIncidentsRequest request;
    request.set_page_size(1000);
    v1::ListIncidentsResponse response;
    const grpc::Status status =
        v1::IncidentService::NewStub(channel_)->ListIncidents(&context, request,
                                                              &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  Counts DetectionsByRule() {
    Counts counts;
    const v1::ListIncidentsResponse incidents = Incidents();
    for (const v1::Incident& incident : incidents.incidents()) {
      counts[incident.rule()] += static_cast<int>(incident.count());
    }
    return counts;
  }

  std::string directory_;
  server::ServerConfig config_;
  std::unique_ptr<server::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// What the published rules find in an event, by few lines that know nothing of
// the engine.
std::set<std::string> WhatFires(const Json& event) {
  const auto text = [&event](const char* pointer) -> std::string {
    const Json::json_pointer at(pointer);
    return event.contains(at) && event[at].is_string() ? event[at] : "";
  };
  const std::string verb = event["verb"];
  const std::string resource = text("/objectRef/resource");
  const std::string subresource = text("/objectRef/subresource");
  const int code = event.value("/responseStatus/code"_json_pointer, 0);
  const bool is_done = event["stage"] == "ResponseComplete";
  const bool is_created = is_done && verb == "create" && subresource.empty() &&
                          code >= 200 && code < 300;
  std::set<std::string> fired;
  if (event["stage"] == "ResponseStarted" && resource == "pods" &&
      (subresource == "exec" || subresource == "attach")) {
    fired.insert("Attach/Exec Pod");
  }
  if (is_created && resource == "pods") {
    const Json& spec = event["/requestObject/spec"_json_pointer];
    if (spec.value("hostNetwork", false))
      fired.insert("Create HostNetwork Pod");
    if (spec.value("hostPID", false)) fired.insert("Create HostPid Pod");
    for (const Json& container : spec["containers"]) {
      if (container.value("/securityContext/privileged"_json_pointer, false)) {
        fired.insert("Create Privileged Pod");
      }
    }
  }
  if (is_created && resource == "clusterrolebindings") {
    fired.insert("K8s ClusterRoleBinding Created");
    if (text("/requestObject/roleRef/name") == "cluster-admin") {
      fired.insert("Attach to cluster-admin Role");
    }
  }
  return fired;
}

TEST_F(AuditIngestTest, RecordedEventsFireTheirRulesAndNoOthers) {
  const std::string shared = SharedDirectory();
  const std::string recording =
      shared + "/data/k8s_audit/audit-batches-full.jsonl";
  if (!std::filesystem::exists(recording)) {
    std::cout << "EYRIE_NO_SHARED: " << recording << "\n";
    GTEST_SKIP();
  }
  config_.rules = {shared + "/data/rules/falco_rules.yaml",
                   shared + "/data/rules/k8s_audit_rules.yaml"};
  Start();
  Counts simple;  // of the rules that WhatFires() knows
  std::set<std::string> occurrences;
  for (int round = 0; round < 2; ++round) {
    std::ifstream file(recording);
    int events = 0;
    for (std::string line; std::getline(file, line);) {
      const Json body = Json::parse(line)["body"];
      const auto response = Post("/k8s-audit", body.dump());
      ASSERT_TRUE(response);
      ASSERT_EQ(response->status, 200) << response->body;
      const Json answer = Json::parse(response->body);
      EXPECT_EQ(answer[round == 0 ? "events" : "duplicates"],
                body["items"].size());
      events += static_cast<int>(body["items"].size());
      if (round > 0) continue;
      for (const Json& event : body["items"]) {
        for (const std::string& rule : WhatFires(event)) {
          const std::string id = event["auditID"];
          if (occurrences.insert(rule + id).second) ++simple[rule];
        }
      }
    }
    EXPECT_EQ(events, 455);
    // Also counted by a program of its own, over the same events.
    EXPECT_EQ(DetectionsByRule(),
              (Counts{{"Attach to cluster-admin Role", 1},
                      {"Attach/Exec Pod", 3},
                      {"Create Disallowed Namespace", 1},
                      {"Create HostNetwork Pod", 1},
                      {"Create HostPid Pod", 1},
                      {"Create Privileged Pod", 1},
                      {"Disallowed K8s User", 1},
                      {"K8s ClusterRoleBinding Created", 1},
                      {"K8s ConfigMap Created", 5},
                      {"K8s Deployment Created", 1},
                      {"K8s Namespace Created", 1},
                      {"K8s Secret Created", 1},
                      {"K8s Secret Get Successfully", 1},
                      {"K8s Serviceaccount Created", 6},
                      {"Service Account Created in Kube Namespace", 2}}))
        << "round " << round;
  }
  const Counts found = DetectionsByRule();
  for (const auto& [rule, count] : simple) {
    EXPECT_EQ(found.count(rule) ? found.at(rule) : 0, count) << rule;
  }
  EXPECT_EQ(simple.size(), 6u);
}

TEST_F(AuditIngestTest, TheSampleOfAnExecIsOneIncident) {
  const std::string sample =
      SharedDirectory() + "/data/k8s_audit/sample-exec-eventlist.json";
  if (!std::filesystem::exists(sample)) {
    std::cout << "EYRIE_NO_SHARED: " << sample << "\n";
    GTEST_SKIP();
  }
  config_.rules = {"rules/library"};
  Start();
  std::ifstream file(sample);
  const auto response =
      Post("/k8s-audit", std::string(std::istreambuf_iterator<char>(file), {}));
  ASSERT_TRUE(response);
  EXPECT_EQ(Json::parse(response->body)["events"], 2);
  const v1::ListIncidentsResponse incidents = Incidents();
  ASSERT_EQ(incidents.incidents_size(), 1);
  EXPECT_EQ(incidents.incidents(0).rule(), "Command run in a pod");
  EXPECT_EQ(incidents.incidents(0).count(), 1u);
  EXPECT_THAT(incidents.incidents(0).summary(), HasSubstr("user=admin"));
  EXPECT_THAT(incidents.incidents(0).summary(), HasSubstr("source="));
}

TEST_F(AuditIngestTest, TakesOtherSourcesAndLinesByEveryDoor) {
  Start();
  const std::string logins =
      R"({"uuid": "1", "eventType": "user.session.start"})"
      "\n"
      R"({"uuid": "2", "eventType": "user.session.start"})";
  EXPECT_EQ(Post("/events/okta", logins)->status, 200);
  EXPECT_EQ(Post("/events/nothing", "{}")->status, 404);
  EXPECT_EQ(Post("/events/k8s_audit", ListOf({ExecEvent("a")}))->status, 200);

  v1::IngestRequest request;
  request.set_source("okta");
  request.add_documents(R"({"uuid": "2", "eventType": "user.session.start"})");
  request.add_documents(R"({"uuid": "3", "eventType": "user.session.start"})");
  v1::IngestResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(v1::EventService::NewStub(channel_)
                  ->Ingest(&context, request, &response)
                  .ok());
  EXPECT_EQ(response.events(), 1u);
  EXPECT_EQ(response.duplicates(), 1u);
  request.add_documents("7");
  grpc::ClientContext again;
  const grpc::Status status =
      v1::EventService::NewStub(channel_)->Ingest(&again, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("document 2"));
  EXPECT_EQ(DetectionsByRule(),
            (Counts{{"Login", 3}, {"Command run in a pod", 1}}));
}

TEST_F(AuditIngestTest, RefusesWhatItMust) {
  config_.http_max_body = 64 << 10;
  config_.ingest_max_rate = 1;
  config_.ingest_token_file = Write("token", kToken);
  Start();
  const httplib::Headers token = {
      {"Authorization", absl::StrCat("Bearer ", kToken)}};
  auto response = Post("/k8s-audit", ListOf({ExecEvent("a")}));
  EXPECT_EQ(response->status, 401);
  EXPECT_EQ(response->get_header_value("WWW-Authenticate"), "Bearer");
  response = Post("/k8s-audit", ListOf({ExecEvent("a")}),
                  {{"Authorization", "Bearer wrong"}});
  EXPECT_EQ(response->status, 401);
  response = Post("/k8s-audit", ListOf({ExecEvent("a"), 7}), token);
  EXPECT_EQ(response->status, 400);
  EXPECT_EQ(response->body, "event 1: an event is an object\n");
  EXPECT_EQ(
      Post("/k8s-audit", std::string(config_.http_max_body + 1, ' '), token)
          ->status,
      413);
  std::vector<Json> many;
  for (int i = 0; i < 10; ++i) many.push_back(ExecEvent(absl::StrCat(i)));
  // The mistake above has cost the only token of this second.
  do {
    response = Post("/k8s-audit", ListOf(many), token);
  } while (response->status == 429);
  EXPECT_EQ(response->status, 200);
  response = Post("/k8s-audit", ListOf({ExecEvent("a")}), token);
  EXPECT_EQ(response->status, 429);
  EXPECT_GE(std::stoi(response->get_header_value("Retry-After")), 1);
  httplib::Client client("127.0.0.1", http_port());
  const std::string page = client.Get("/metrics")->body;
  for (const char* line :
       {"eyrie_server_json_refusals_total{reason=\"unauthorized\"} 2\n",
        "eyrie_server_json_refusals_total{reason=\"malformed\"} 1\n",
        "eyrie_server_json_refusals_total{reason=\"too_large\"} 1\n",
        "eyrie_server_json_events_total{source=\"k8s_audit\"} 10\n"}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
}

TEST_F(AuditIngestTest, OverTlsTakesClientCertificates) {
  const CertificateAuthority authority;
  const Certificate own = authority.Issue();
  const Certificate theirs = authority.Issue();
  config_.http_tls_cert = Write("cert.pem", own.cert);
  config_.http_tls_key = Write("key.pem", own.key);
  config_.http_tls_client_ca = Write("ca.pem", authority.cert());
  Start();
  const auto post = [&](const std::string& cert, const std::string& key) {
    httplib::SSLClient client("localhost", http_port(), cert, key);
    client.set_ca_cert_path(config_.http_tls_client_ca.c_str());
    client.enable_server_certificate_verification(true);
    const auto response =
        client.Post("/k8s-audit", ListOf({ExecEvent("a")}), "application/json");
    return response ? response->status : 0;
  };
  EXPECT_EQ(post("", ""), 401);
  EXPECT_EQ(
      post(Write("theirs.pem", theirs.cert), Write("theirs.key", theirs.key)),
      200);
  EXPECT_EQ(DetectionsByRule(), (Counts{{"Command run in a pod", 1}}));
}

}  // namespace
}  // namespace eyrie::testing
