// SPDX-License-Identifier: Apache-2.0
//
// Tests of commands against a server made for them.

#include <signal.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "eyrie/v1/event_service.grpc.pb.h"
#include "eyrie/v1/incident_service.grpc.pb.h"
#include "eyrie/v1/rule_service.grpc.pb.h"
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
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Incidents 0, 1, 2…, the even ones warnings, the odd ones errors.
v1::Incident MakeIncident(int number) {
  v1::Incident incident;
  incident.set_id(absl::StrFormat("%032x", number));
  incident.set_rule(absl::StrCat("Rule ", number));
  incident.set_priority(number % 2 == 0 ? v1::WARNING : v1::ERROR);
  incident.set_state(v1::Incident::OPEN);
  incident.set_count(number + 1);
  incident.set_node("node1");
  incident.set_container_id("host");
  incident.mutable_last_seen()->set_seconds(1'700'000'000 - number);
  return incident;
}

class FakeIncidentService : public v1::IncidentService::Service {
 public:
  explicit FakeIncidentService(int count) : count_(count) {}

  grpc::Status ListIncidents(grpc::ServerContext*,
                             const v1::ListIncidentsRequest* request,
                             v1::ListIncidentsResponse* response) override {
    absl::MutexLock lock(&mutex_);
    lists_.push_back(*request);
    int next =
        request->page_token().empty() ? 0 : std::stoi(request->page_token());
    // Sends fewer than asked for, as a server may.
    const int end = std::min<int>(
        {count_, next + static_cast<int>(request->page_size()), next + 40});
    for (; next < end; ++next) *response->add_incidents() = MakeIncident(next);
    if (next < count_) response->set_next_page_token(absl::StrCat(next));
    return grpc::Status::OK;
  }

  grpc::Status GetIncident(grpc::ServerContext*,
                           const v1::GetIncidentRequest* request,
                           v1::Incident* response) override {
    if (request->id() != "000000") {
      return grpc::Status(grpc::StatusCode::NOT_FOUND,
                          absl::StrCat("no incident has id ", request->id()));
    }
    *response = MakeIncident(0);
    return grpc::Status::OK;
  }

  grpc::Status UpdateIncident(grpc::ServerContext*,
                              const v1::UpdateIncidentRequest* request,
                              v1::Incident* response) override {
    absl::MutexLock lock(&mutex_);
    updates_.push_back(*request);
    if (request->id() == "bad") {
      return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION,
                          "it is resolved");
    }
    *response = MakeIncident(1);
    response->set_state(v1::Incident::ACKNOWLEDGED);
    return grpc::Status::OK;
  }

  // Sends a change, and breaks; after that, the rest from the token on.
  grpc::Status WatchIncidents(
      grpc::ServerContext*, const v1::WatchIncidentsRequest* request,
      grpc::ServerWriter<v1::WatchIncidentsResponse>* writer) override {
    {
      absl::MutexLock lock(&mutex_);
      tokens_.push_back(request->resume_token());
    }
    if (request->resume_token() == "too old") {
      return grpc::Status(grpc::StatusCode::OUT_OF_RANGE, "too old");
    }
    v1::WatchIncidentsResponse progress;
    progress.set_resume_token("start");
    writer->Write(progress);
    v1::WatchIncidentsResponse change;
    const bool is_first = request->resume_token().empty();
    *change.mutable_incident() = MakeIncident(is_first ? 0 : 1);
    change.set_resume_token(is_first ? "first" : "second");
    change.set_dropped(is_first ? 0 : 3);
    writer->Write(change);
    if (is_first) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "bye");
    // More than a connection holds: once it is written, the change was read.
    progress.set_resume_token(std::string(1 << 20, 't'));
    for (int i = 0; i < 32; ++i) writer->Write(progress);
    kill(getpid(), SIGINT);
    while (writer->Write(progress)) {
    }
    return grpc::Status::CANCELLED;
  }

  std::vector<v1::ListIncidentsRequest> lists() {
    absl::MutexLock lock(&mutex_);
    return lists_;
  }
  std::vector<v1::UpdateIncidentRequest> updates() {
    absl::MutexLock lock(&mutex_);
    return updates_;
  }
  std::vector<std::string> tokens() {
    absl::MutexLock lock(&mutex_);
    return tokens_;
  }

 private:
  const int count_;
  absl::Mutex mutex_;
  std::vector<v1::ListIncidentsRequest> lists_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::UpdateIncidentRequest> updates_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> tokens_ ABSL_GUARDED_BY(mutex_);
};

class FakeRuleService : public v1::RuleService::Service {
 public:
  grpc::Status ApplyRules(grpc::ServerContext*,
                          const v1::ApplyRulesRequest* request,
                          v1::ApplyRulesResponse* response) override {
    if (request->files().empty()) {
      response->set_applied(true);
      response->set_rule_count(24);
      return grpc::Status::OK;
    }
    v1::Diagnostic& diagnostic = *response->add_diagnostics();
    diagnostic.set_severity(v1::Diagnostic::ERROR_SEVERITY);
    diagnostic.set_code("unknown-field");
    diagnostic.set_file("a.yaml");
    diagnostic.set_line(3);
    diagnostic.set_column(7);
    diagnostic.set_message("no field is called proc.nam");
    diagnostic.set_hint("did you mean proc.name?");
    diagnostic.set_excerpt("  proc.nam = x\n  ^~~~~~~~\n");
    return grpc::Status::OK;
  }

  // Never answers in time.
  grpc::Status GetRule(grpc::ServerContext*, const v1::GetRuleRequest*,
                       v1::Rule*) override {
    released_.WaitForNotification();
    return grpc::Status::CANCELLED;
  }
  void Release() { released_.Notify(); }

  grpc::Status ListRules(grpc::ServerContext*, const v1::ListRulesRequest*,
                         v1::ListRulesResponse*) override {
    return grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not for you");
  }

 private:
  absl::Notification released_;
};

class FakeEventService : public v1::EventService::Service {
 public:
  grpc::Status WatchEvents(
      grpc::ServerContext*, const v1::WatchEventsRequest* request,
      grpc::ServerWriter<v1::WatchEventsResponse>* writer) override {
    if (request->filter() == "bad") {
      return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT,
                          "1:1: error: unknown macro bad");
    }
    for (int i = 0; i < 5; ++i) {
      v1::WatchEventsResponse response;
      v1::Event& event = *response.mutable_event();
      event.set_node("node1");
      event.mutable_time()->set_seconds(1'700'000'000 + i);
      event.set_type("openat");
      event.set_comm("cat");
      event.mutable_process()->mutable_key()->set_pid(42);
      (*event.mutable_arguments())["name"] = "/etc/my file";
      (*event.mutable_arguments())["fd"] = "3";
      if (!writer->Write(response)) break;
    }
    return grpc::Status::OK;
  }

  // Takes everything but "bad", and the first time nothing.
  grpc::Status Ingest(grpc::ServerContext*, const v1::IngestRequest* request,
                      v1::IngestResponse* response) override {
    absl::MutexLock lock(&mutex_);
    ingests_.push_back(*request);
    if (ingests_.size() == 1) {
      return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too fast");
    }
    for (const std::string& document : request->documents()) {
      if (document == "\"bad\"]") {
        return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no event");
      }
    }
    response->set_events(request->documents_size());
    response->set_detections(1);
    return grpc::Status::OK;
  }
  std::vector<v1::IngestRequest> ingests() {
    absl::MutexLock lock(&mutex_);
    return ingests_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<v1::IngestRequest> ingests_ ABSL_GUARDED_BY(mutex_);
};

struct Result {
  ExitCode code;
  std::string out;
  std::string err;
};

class OnlineTest : public ::testing::Test {
 protected:
  OnlineTest() : incidents_(250) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&incidents_);
    builder.RegisterService(&rules_);
    builder.RegisterService(&events_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
  }
  ~OnlineTest() override {
    rules_.Release();
    server_->Shutdown();
  }

  Result Run(std::vector<std::string> words) {
    words.insert(words.begin(), {"--server", address_});
    std::ostringstream out;
    std::ostringstream err;
    const SimulatedClock clock(absl::FromUnixSeconds(1'700'000'000));
    Environment environment;
    environment.out = &out;
    environment.err = &err;
    environment.clock = &clock;
    const ExitCode code = RunCommandLine(words, environment);
    return {code, out.str(), err.str()};
  }

  FakeIncidentService incidents_;
  FakeRuleService rules_;
  FakeEventService events_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

size_t CountLines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

TEST_F(OnlineTest, ListsIncidentsInATable) {
  const Result result = Run({"incidents", "list", "--limit", "2"});
  EXPECT_EQ(result.code, ExitCode::kDone);
  EXPECT_EQ(
      result.out,
      "ID            LAST SEEN            PRIORITY  STATE  COUNT  RULE    "
      "NODE   CONTAINER\n"
      "000000000000  2023-11-14 22:13:20  Warning   open       1  Rule 0  "
      "node1  host\n"
      "000000000000  2023-11-14 22:13:19  Error     open       2  Rule 1  "
      "node1  host\n");
  EXPECT_EQ(result.err, "there are more incidents; use --limit\n");
}

TEST_F(OnlineTest, ListsOneHundredIncidentsOverPagesByDefault) {
  const Result result = Run({"incidents", "list", "-o", "json"});
  EXPECT_EQ(result.code, ExitCode::kDone);
  EXPECT_EQ(CountLines(result.out), 100u);
  EXPECT_THAT(result.out, HasSubstr("\"rule\":\"Rule 99\""));
  EXPECT_EQ(result.err, "there are more incidents; use --limit\n");
  std::vector<uint32_t> sizes;
  for (const auto& request : incidents_.lists()) {
    sizes.push_back(request.page_size());
  }
  EXPECT_THAT(sizes, ElementsAre(100, 60, 20));
}

TEST_F(OnlineTest, ListsAllIncidentsWithLimitZero) {
  const Result result =
      Run({"incidents", "list", "-o", "json", "--limit", "0"});
  EXPECT_EQ(CountLines(result.out), 250u);
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(OnlineTest, ListsExactlyAsManyAsThereAreWithoutANote) {
  const Result result =
      Run({"incidents", "list", "-o", "json", "--limit", "250"});
  EXPECT_EQ(CountLines(result.out), 250u);
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(OnlineTest, SendsTheFilter) {
  Run({"incidents", "list", "--since", "1h", "--rule", "R", "--priority",
       ">=error", "--node", "n", "--container", "host", "--state",
       "open,resolved", "--tag", "t", "--limit", "1"});
  ASSERT_FALSE(incidents_.lists().empty());
  const v1::IncidentFilter filter = incidents_.lists()[0].filter();
  EXPECT_EQ(filter.since().seconds(), 1'700'000'000 - 3600);
  EXPECT_EQ(filter.rule(), "R");
  EXPECT_EQ(filter.min_priority(), v1::ERROR);
  EXPECT_EQ(filter.node(), "n");
  EXPECT_EQ(filter.container_id(), "host");
  EXPECT_THAT(filter.states(),
              ElementsAre(v1::Incident::OPEN, v1::Incident::RESOLVED));
  EXPECT_EQ(filter.tag(), "t");
}

TEST_F(OnlineTest, ListsOnlyTheExactPriorityUpToTheLimit) {
  const Result result = Run({"incidents", "list", "-o", "json", "--priority",
                             "warning", "--limit", "30"});
  EXPECT_EQ(CountLines(result.out), 30u);
  EXPECT_THAT(result.out, HasSubstr("\"rule\":\"Rule 58\""));
  EXPECT_THAT(result.out, Not(HasSubstr("\"ERROR\"")));
  EXPECT_EQ(result.err, "there are more incidents; use --limit\n");
}

TEST_F(OnlineTest, TellsAFailureOfTheServerInOneSentence) {
  const Result result = Run({"incidents", "get", "123456"});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_EQ(result.err, "eyrie: no incident has id 123456\n");
}

TEST_F(OnlineTest, AServerThatDoesNotAnswerIsUnreachable) {
  const Result result = Run({"rules", "get", "R", "--timeout", "50ms"});
  EXPECT_EQ(result.code, ExitCode::kUnreachable);
  EXPECT_THAT(result.err, HasSubstr("did not answer within 50ms"));
}

TEST_F(OnlineTest, ARefusalIsExitCodeThree) {
  const Result result = Run({"rules", "list"});
  EXPECT_EQ(result.code, ExitCode::kUnreachable);
  EXPECT_THAT(result.err, HasSubstr("refuses: not for you"));
}

TEST_F(OnlineTest, AServiceThatIsMissingIsExplained) {
  const Result result = Run({"nodes", "list"});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_THAT(result.err, HasSubstr("does not know this request"));
}

TEST_F(OnlineTest, ChangesSeveralIncidentsAndGoesOnAfterAFailure) {
  const Result result = Run({"incidents", "ack", "000001", "bad", "000002",
                             "--note", "n", "--author", "a"});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_EQ(result.out,
            "000000000000  acknowledged  Rule 1\n"
            "000000000000  acknowledged  Rule 1\n");
  EXPECT_EQ(result.err, "eyrie: bad: it is resolved\n");
  const auto updates = incidents_.updates();
  ASSERT_EQ(updates.size(), 3u);
  EXPECT_EQ(updates[2].id(), "000002");
  EXPECT_EQ(updates[2].action(), v1::UpdateIncidentRequest::ACKNOWLEDGE);
  EXPECT_EQ(updates[2].note(), "n");
  EXPECT_EQ(updates[2].author(), "a");
}

TEST_F(OnlineTest, AddsNotesAndAssigns) {
  EXPECT_EQ(Run({"incidents", "note", "000001", "a note"}).code,
            ExitCode::kDone);
  EXPECT_EQ(Run({"incidents", "assign", "000001", "alice"}).code,
            ExitCode::kDone);
  const auto updates = incidents_.updates();
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[0].action(), v1::UpdateIncidentRequest::ADD_NOTE);
  EXPECT_EQ(updates[0].note(), "a note");
  EXPECT_EQ(updates[1].action(), v1::UpdateIncidentRequest::ASSIGN);
  EXPECT_EQ(updates[1].assignee(), "alice");
}

TEST_F(OnlineTest, AWatchResumesAfterABreakAndEndsOnCtrlC) {
  const Result result = Run({"incidents", "watch"});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  EXPECT_THAT(incidents_.tokens(), ElementsAre("", "first"));
  EXPECT_EQ(CountLines(result.out), 2u) << result.out;
  EXPECT_THAT(result.out, HasSubstr("Rule 0"));
  EXPECT_THAT(result.out, HasSubstr("Rule 1"));
  EXPECT_EQ(result.err,
            "connection lost; trying again until Ctrl-C\n"
            "connected again\n"
            "3 changes were missed: this watch was too slow\n");
}

TEST_F(OnlineTest, WatchesEventsUpToTheLimit) {
  const Result result = Run({"events", "watch", "--limit", "2"});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  EXPECT_EQ(result.out,
            "2023-11-14 22:13:20.000 node1 openat cat[42] fd=3 "
            "name='/etc/my file'\n"
            "2023-11-14 22:13:21.000 node1 openat cat[42] fd=3 "
            "name='/etc/my file'\n");
}

TEST_F(OnlineTest, IngestsFilesAndComesAgainWhenToldTo) {
  const std::string path = ::testing::TempDir() + "/audit.jsonl";
  std::ofstream(path) << "{\"a\":1}\n\n{\"a\":2}\n";
  const Result result =
      Run({"events", "ingest", "--source", "k8s_audit", path, path});
  EXPECT_EQ(result.code, ExitCode::kDone) << result.err;
  EXPECT_EQ(result.out, "4 events judged, 0 known already, 1 detections\n");
  const auto requests = events_.ingests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[1].source(), "k8s_audit");
  ASSERT_EQ(requests[1].documents_size(), 4);
  EXPECT_EQ(requests[1].documents(1), "{\"a\":2}");
}

TEST_F(OnlineTest, IngestUnpacksFiles) {
  const std::string path = ::testing::TempDir() + "/audit.jsonl.gz";
  const gzFile file = gzopen(path.c_str(), "wb");
  gzputs(file, "{\"a\":1}\n{\"a\":2}\n");
  gzclose(file);
  EXPECT_EQ(Run({"events", "ingest", "--source", "x", path}).out,
            "2 events judged, 0 known already, 1 detections\n");
  // The end is missing.
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 12);
  const Result result = Run({"events", "ingest", "--source", "x", path});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_THAT(result.err, HasSubstr(path));
}

TEST_F(OnlineTest, IngestNamesWhatIsNoEventAndSendsTheRest) {
  const std::string path = ::testing::TempDir() + "/bad.jsonl";
  std::ofstream(path) << "{\"a\":1}\n\"bad\"]\n{\"a\":2}\n";
  const Result result = Run({"events", "ingest", "--source", "x", path});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_EQ(result.out, "2 events judged, 0 known already, 2 detections\n");
  EXPECT_EQ(result.err, path + ":2: no event\n1 document left out\n");
}

TEST_F(OnlineTest, IngestWantsASourceAndFiles) {
  EXPECT_EQ(Run({"events", "ingest", "file"}).code, ExitCode::kUsage);
  EXPECT_EQ(Run({"events", "ingest", "--source", "x"}).code, ExitCode::kUsage);
  const Result result =
      Run({"events", "ingest", "--source", "x", "/nonexistent"});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_THAT(result.err, HasSubstr("/nonexistent"));
}

TEST_F(OnlineTest, AFilterThatIsWrongFails) {
  const Result result = Run({"events", "watch", "--filter", "bad"});
  EXPECT_EQ(result.code, ExitCode::kFailed);
  EXPECT_EQ(result.err, "eyrie: 1:1: error: unknown macro bad\n");
}

TEST_F(OnlineTest, AppliesRules) {
  const Result reload = Run({"rules", "apply"});
  EXPECT_EQ(reload.code, ExitCode::kDone);
  EXPECT_EQ(reload.out, "24 rules loaded\n");

  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string path =
      absl::StrCat(folder == nullptr ? "." : folder, "/a.yaml");
  std::ofstream(path) << "- macro: m\n  condition: proc.nam = x\n";
  const Result refused = Run({"rules", "apply", path});
  EXPECT_EQ(refused.code, ExitCode::kFailed);
  EXPECT_EQ(refused.out,
            "a.yaml:3:7: error: no field is called proc.nam [unknown-field]\n"
            "  proc.nam = x\n"
            "  ^~~~~~~~\n"
            "  hint: did you mean proc.name?\n"
            "not applied: the rules in force stay as they were\n");
}

}  // namespace
}  // namespace eyrie::cli
