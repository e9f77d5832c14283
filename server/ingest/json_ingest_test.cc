// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/json_ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"

#include "common/metrics.h"
#include "common/testing/status_matchers.h"
#include "rules/fields/testing/event_builder.h"
#include "server/incidents/forwarding_store.h"
#include "server/incidents/watch_hub.h"
#include "server/storage/store.h"
#include "server/testing/temp_store.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kRules[] = R"(
- rule: Command run in a pod
  desc: test
  condition: ka.target.subresource = exec and ka.response.code = 101
  output: "%ka.user.name ran %ka.uri.param[command] via %evt.hostname"
  priority: NOTICE
  source: k8s_audit
- rule: Login failed
  desc: test
  condition: okta.evt.type = user.session.start
  output: "%okta.actor.alternateid"
  priority: NOTICE
  source: okta
)";

// An event of a request to run something, at `stage`.
std::string Exec(const std::string& id, const std::string& stage,
                 const std::string& user = "eve") {
  return absl::StrCat(
      R"({"kind": "Event", "auditID": ")", id, R"(", "stage": ")", stage,
      R"(", "stageTimestamp": "2026-01-02T03:04:06Z",
      "requestReceivedTimestamp": "2026-01-02T03:04:05Z",
      "verb": "create", "requestURI": "/x/exec?command=sh",
      "user": {"username": ")",
      user,
      R"("}, "responseStatus": {"code": 101}, "objectRef": {"resource": "pods",
      "subresource": "exec", "namespace": "shop", "name": "web-1"}})");
}

std::string List(const std::vector<std::string>& events) {
  std::string list = R"({"kind": "EventList", "items": [)";
  for (size_t i = 0; i < events.size(); ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ",", events[i]);
  }
  return list + "]}";
}

class JsonIngestTest : public ::testing::Test {
 protected:
  JsonIngestTest() { options_.node = "centre"; }

  void SetUp() override {
    rules::Diagnostics diagnostics;
    ASSERT_OK(rules_.Apply(
        {std::make_shared<const rules::SourceFile>("test.yaml", kRules)},
        /*validate_only=*/false, diagnostics, nullptr))
        << diagnostics.ToString();
    Restart();
  }

  // As a restart of the server does, with what the store has.
  void Restart() {
    const JsonIngestDeps deps = {&rules_, &writer_, &linker_, &ingest_metrics_,
                                 &clock_};
    ingest_ = std::make_unique<JsonIngest>(deps, options_);
  }

  absl::StatusOr<IngestResult> Ingest(const std::vector<std::string>& documents,
                                      const std::string& source = "k8s_audit") {
    return ingest_->Ingest(source, std::vector<absl::string_view>(
                                       documents.begin(), documents.end()));
  }

  std::vector<v1::Incident> Incidents() {
    return store_->ListIncidents({}, 100, "")->items;
  }

  const std::unique_ptr<Store> store_ = testing::OpenTempStore();
  RuleStore rules_{store_.get(), {}};
  SimulatedClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  WatchHub hub_{1};
  IncidentWriter writer_{store_.get(), &hub_, &clock_, {}};
  ExecLinker linker_{&clock_, {}};
  MetricRegistry metrics_;
  JsonIngestMetrics ingest_metrics_{&metrics_};
  JsonIngestOptions options_;
  std::unique_ptr<JsonIngest> ingest_;
};

TEST_F(JsonIngestTest, MakesACompleteDetection) {
  ASSERT_OK_AND_ASSIGN(const IngestResult result,
                       Ingest({Exec("a", "ResponseStarted")}));
  EXPECT_EQ(result.events, 1u);
  EXPECT_EQ(result.duplicates, 0u);
  EXPECT_EQ(result.detections, 1u);
  const auto page = store_->ListDetections({}, "", 10, "");
  ASSERT_EQ(page->items.size(), 1u);
  const v1::Detection& detection = page->items[0];
  EXPECT_EQ(detection.rule(), "Command run in a pod");
  EXPECT_EQ(detection.source(), "k8s_audit");
  EXPECT_EQ(detection.node(), "centre");
  EXPECT_EQ(detection.output(), "eve ran sh via centre");
  EXPECT_EQ(detection.time().seconds(), 1'767'323'046);
  EXPECT_EQ(
      detection.output_fields().fields().at("ka.user.name").string_value(),
      "eve");
  EXPECT_EQ(detection.workload().namespace_(), "shop");
  EXPECT_EQ(detection.workload().pod(), "web-1");
  EXPECT_EQ(detection.event().arguments().at("ka.target.name"), "web-1");
  EXPECT_TRUE(
      absl::StrContains(detection.event().document(), R"("auditID":"a")"));
}

TEST_F(JsonIngestTest, StagesOfARequestAreOneDetection) {
  const auto result = Ingest(
      {List({Exec("a", "ResponseStarted"), Exec("a", "ResponseComplete")})});
  EXPECT_EQ(result->events, 2u);
  ASSERT_EQ(Incidents().size(), 1u);
  EXPECT_EQ(Incidents()[0].count(), 1u);
}

TEST_F(JsonIngestTest, TheSameEventIsJudgedOnce) {
  const std::vector<std::string> documents = {Exec("a", "s"), Exec("b", "s"),
                                              Exec("a", "s")};
  EXPECT_EQ(Ingest(documents)->duplicates, 1u);
  const auto again = Ingest(documents);
  EXPECT_EQ(again->events, 0u);
  EXPECT_EQ(again->duplicates, 3u);
  EXPECT_EQ(again->detections, 0u);
  // Judged again after a restart, it makes no second detection.
  Restart();
  EXPECT_EQ(Ingest(documents)->events, 2u);
  ASSERT_EQ(Incidents().size(), 1u);
  EXPECT_EQ(Incidents()[0].count(), 2u);
}

TEST_F(JsonIngestTest, IncidentsAreByUserAndTarget) {
  ASSERT_OK(
      Ingest({Exec("a", "s"), Exec("b", "s"), Exec("c", "s", "kim")}).status());
  EXPECT_EQ(Incidents().size(), 2u);
}

TEST_F(JsonIngestTest, OtherSourcesHaveTheirIdentity) {
  const std::string login =
      R"({"uuid": "1", "eventType": "user.session.start",
          "actor": {"alternateId": "eve"}, "x": )";
  ASSERT_OK(Ingest({login + "1}"}, "okta").status());
  EXPECT_EQ(Ingest({login + "2}"}, "okta")->duplicates, 1u);
  EXPECT_EQ(Ingest({R"({"a": 1})", R"({"a":1})", R"({"a": 2})"}, "github")
                ->duplicates,
            1u);
  ASSERT_EQ(Incidents().size(), 1u);
  EXPECT_EQ(Incidents()[0].source(), "okta");
}

TEST_F(JsonIngestTest, AMistakeLeavesNothingBehind) {
  const std::string good = Exec("a", "s");
  const struct {
    std::vector<std::string> documents;
    std::string message;
  } cases[] = {
      {{good, "{"}, "document 1: no JSON: mistake at byte 2"},
      {{List({good, good, "7"})}, "event 2: an event is an object"},
      {{List({good, R"({"auditID": "x"})"})},
       "event 1: no event of k8s_audit: it has no text at /stage"},
      {{good, List({good, "{}"})}, "document 1, event 1: no event of"},
      {{R"({"kind": "Pod"})"}, "event 0: no event of k8s_audit"},
  };
  for (const auto& test : cases) {
    EXPECT_THAT(
        Ingest(test.documents),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.message)));
  }
  EXPECT_TRUE(Incidents().empty());
  EXPECT_EQ(Ingest({good})->events, 1u);
}

// What lies deep in the object of a request is the user's choice.
TEST_F(JsonIngestTest, DeepObjectsHideNothing) {
  std::string event = Exec("a", "s");
  event.insert(event.size() - 1,
               absl::StrCat(R"(, "requestObject": )", std::string(500, '['),
                            std::string(500, ']')));
  EXPECT_EQ(Ingest({event})->detections, 1u);
  EXPECT_THAT(metrics_.ToOpenMetrics(),
              HasSubstr("eyrie_server_json_values_cut_total 1\n"));
}

TEST_F(JsonIngestTest, KnowsItsSources) {
  EXPECT_THAT(Ingest({"{}"}, "nothing"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("k8s_audit")));
  EXPECT_THAT(Ingest({"{}"}, "syscall"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(JsonIngestTest, BoundsTheRate) {
  options_.max_events_per_second = 2;
  Restart();
  ASSERT_OK(
      Ingest({Exec("a", "s"), Exec("b", "s"), Exec("c", "s"), Exec("d", "s")})
          .status());
  EXPECT_THAT(Ingest({Exec("e", "s")}),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("--ingest-max-rate")));
  EXPECT_GE(ingest_->RetryDelay(), absl::Seconds(1));
  clock_.Advance(ingest_->RetryDelay());
  ASSERT_OK(Ingest({Exec("e", "s")}).status());
  EXPECT_THAT(
      metrics_.ToOpenMetrics(),
      HasSubstr("eyrie_server_json_refusals_total{reason=\"rate\"} 1\n"));
}

// An exec of "sh" in the pod that Exec() names, at the same time.
class EnteredPod : public rules::ContainerTable {
 public:
  EnteredPod() : builder_("execve") {
    container_.set_id(std::string(64, 'a'));
    container_.set_name("web");
    container_.set_pod_namespace("shop");
    container_.set_pod_name("web-1");
    builder_.Command({"sh"}).Ancestors({"runc"}).Container(container_.id());
  }
  const v1::Cgroup* FindCgroup(uint64_t) const override { return nullptr; }
  const v1::Container* FindContainer(absl::string_view) const override {
    return &container_;
  }
  rules::Event Event() {
    rules::Event event = builder_.Build();
    event.containers = this;
    event.clock_offset_ns = 1'767'323'045'500'000'000 -
                            static_cast<int64_t>(event.record.time_ns());
    return event;
  }

 private:
  v1::Container container_;
  rules::testing::EventBuilder builder_;
};

TEST_F(JsonIngestTest, AnIncidentShowsTheProcessThatCameBefore) {
  EnteredPod pod;
  EXPECT_TRUE(linker_.OnExec(pod.Event()).empty());
  ASSERT_OK(Ingest({List({Exec("a", "ResponseStarted"),
                          Exec("a", "ResponseComplete")})})
                .status());
  ASSERT_EQ(Incidents().size(), 1u);
  const v1::Incident incident = Incidents()[0];
  EXPECT_EQ(incident.count(), 1u);
  ASSERT_EQ(incident.linked_processes_size(), 1);
  EXPECT_EQ(incident.linked_processes(0).command_line(), "sh");
}

TEST_F(JsonIngestTest, AnIncidentShowsTheProcessThatComesLater) {
  ASSERT_OK(Ingest({Exec("a", "ResponseStarted")}).status());
  EnteredPod pod;
  JudgedBatch batch;
  batch.ack = AckMark{"n1", 1, 1};
  batch.links = linker_.OnExec(pod.Event());
  ASSERT_EQ(batch.links.size(), 1u);
  absl::Notification done;
  batch.done = [&](const absl::Status&) { done.Notify(); };
  writer_.Submit(std::move(batch));
  done.WaitForNotification();
  ASSERT_EQ(Incidents().size(), 1u);
  EXPECT_EQ(Incidents()[0].linked_processes_size(), 1);
}

// A store that can be made to refuse.
class BrokenStore : public testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  absl::Status WriteCommit(const Commit& commit) override {
    if (is_broken) return absl::UnavailableError("no space left on device");
    return ForwardingStore::WriteCommit(commit);
  }
  std::atomic<bool> is_broken{true};
};

TEST_F(JsonIngestTest, WhatCannotBeStoredIsRefusedAndNotDoubledLater) {
  BrokenStore store(store_.get());
  IncidentWriterOptions writer_options;
  writer_options.max_retry_delay = absl::Milliseconds(10);
  IncidentWriter writer(&store, &hub_, &clock_, writer_options);
  options_.timeout = absl::Milliseconds(50);
  JsonIngest ingest({&rules_, &writer, nullptr, &ingest_metrics_, &clock_},
                    options_);
  const std::string event = Exec("a", "s");
  EXPECT_THAT(ingest.Ingest("k8s_audit", {event}),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("in time")));
  EXPECT_THAT(
      ingest.Ingest("k8s_audit", {event}),
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("cannot be written")));
  EXPECT_TRUE(Incidents().empty());
  store.is_broken = false;
  absl::StatusOr<IngestResult> result;
  do {
    result = ingest.Ingest("k8s_audit", {event});
  } while (!result.ok());
  EXPECT_EQ(result->events, 1u);
  ASSERT_EQ(Incidents().size(), 1u);
  EXPECT_EQ(Incidents()[0].count(), 1u);
  EXPECT_THAT(metrics_.ToOpenMetrics(),
              HasSubstr("eyrie_server_json_refusals_total{reason=\"store\"} "));
}

TEST_F(JsonIngestTest, BoundsWhatIsUnderWay) {
  options_.max_under_way = 0;
  Restart();
  EXPECT_THAT(Ingest({Exec("a", "s")}),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("too many deliveries")));
  EXPECT_THAT(
      metrics_.ToOpenMetrics(),
      HasSubstr("eyrie_server_json_refusals_total{reason=\"busy\"} 1\n"));
}

TEST_F(JsonIngestTest, BoundsADelivery) {
  options_.max_delivery_bytes = 100;
  Restart();
  EXPECT_THAT(Ingest({std::string(60, ' '), std::string(60, ' ')}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("--http-max-body")));
}

TEST_F(JsonIngestTest, LongDocumentsAreLeftOut) {
  std::string event = Exec("a", "s");
  event.insert(
      event.size() - 1,
      absl::StrCat(R"(, "requestObject": ")",
                   std::string(JsonDetector::kMaxDocumentBytes, 'x'), "\""));
  ASSERT_OK(Ingest({event}).status());
  const auto page = store_->ListDetections({}, "", 10, "");
  EXPECT_EQ(page->items.at(0).event().document(), "");
  EXPECT_THAT(metrics_.ToOpenMetrics(),
              HasSubstr("eyrie_server_json_documents_left_out_total 1\n"));
}

}  // namespace
}  // namespace eyrie::server
