// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/session.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"

#include "common/testing/status_matchers.h"
#include "proto/testing/record_builder.h"
#include "server/detect/event_hub.h"
#include "server/incidents/watch_hub.h"
#include "server/rules/rule_store.h"
#include "server/testing/temp_store.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::RecordBuilder;

// Remembers what the session said.
class FakeOutput : public SessionOutput {
 public:
  void SendWelcome(v1::Welcome welcome) override {
    absl::MutexLock lock(&mutex_);
    welcome_ = std::move(welcome);
  }
  void SendAck(uint64_t sequence) override {
    absl::MutexLock lock(&mutex_);
    acks_.push_back(sequence);
  }
  void SendConfig(v1::CollectorConfig config) override {
    absl::MutexLock lock(&mutex_);
    configs_.push_back(std::move(config));
  }
  void ReadNext() override {
    absl::MutexLock lock(&mutex_);
    ++reads_;
  }
  void Fail(const absl::Status& status) override {
    absl::MutexLock lock(&mutex_);
    if (!failure_) failure_ = status;
  }

  // Waits until the last ack is `sequence`.
  bool WaitForAck(uint64_t sequence) {
    absl::MutexLock lock(&mutex_);
    const auto acked = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return !acks_.empty() && acks_.back() >= sequence;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&acked), absl::Seconds(20));
  }
  std::optional<v1::Welcome> welcome() {
    absl::MutexLock lock(&mutex_);
    return welcome_;
  }
  std::vector<v1::CollectorConfig> configs() {
    absl::MutexLock lock(&mutex_);
    return configs_;
  }
  std::optional<absl::Status> failure() {
    absl::MutexLock lock(&mutex_);
    return failure_;
  }
  int reads() {
    absl::MutexLock lock(&mutex_);
    return reads_;
  }

 private:
  absl::Mutex mutex_;
  std::optional<v1::Welcome> welcome_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint64_t> acks_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::CollectorConfig> configs_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> failure_ ABSL_GUARDED_BY(mutex_);
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
};

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() {
    rules::Diagnostics diagnostics;
    const absl::Status status = rules_.Apply(
        {std::make_shared<const rules::SourceFile>(
            "test.yaml",
            "- rule: Open\n  desc: d\n  condition: evt.type = openat\n"
            "  output: open of %fd.name\n  priority: INFO\n")},
        false, diagnostics, nullptr);
    EXPECT_OK(status) << diagnostics.ToString();
    deps_ = {store_.get(), &detector_, writer_.get(), &nodes_,
             pool_.get(),  &stats_,    Clock::Real()};
  }
  // Work under way ends before what it uses.
  void TearDown() override {
    pool_ = nullptr;
    writer_ = nullptr;
  }

  std::shared_ptr<Session> NewSession(FakeOutput* output, uint64_t stream = 1) {
    return std::make_shared<Session>(deps_, output, "peer", stream);
  }
  static v1::ConnectRequest Hello(uint64_t run_id = 7) {
    v1::ConnectRequest request;
    request.mutable_hello()->set_node("n1");
    request.mutable_hello()->set_run_id(run_id);
    return request;
  }
  static v1::ConnectRequest Batch(uint64_t sequence, uint64_t run_id = 7) {
    v1::ConnectRequest request;
    v1::EventBatch* batch = request.mutable_events();
    batch->set_run_id(run_id);
    batch->set_sequence(sequence);
    batch->set_records(RecordBuilder("openat").Set("name", "/x").Build());
    batch->set_record_count(1);
    return request;
  }
  size_t StoredDetections() {
    auto page = store_->ListDetections(v1::IncidentFilter(), "", 1000, "");
    EXPECT_OK(page.status());
    return page.ok() ? page->items.size() : 0;
  }

  const std::unique_ptr<Store> store_ = testing::OpenTempStore();
  RuleStore rules_{store_.get(), {}};
  EventHub event_hub_;
  WatchHub watch_hub_{1};
  Detector detector_{&rules_, &event_hub_};
  NodeRegistry nodes_{store_.get(), Clock::Real()};
  std::unique_ptr<IncidentWriter> writer_ = std::make_unique<IncidentWriter>(
      store_.get(), &watch_hub_, Clock::Real(), IncidentWriterOptions());
  std::unique_ptr<WorkPool> pool_ = std::make_unique<WorkPool>(2);
  IngestStats stats_;
  SessionDeps deps_;
};

TEST_F(SessionTest, AcknowledgesWhatIsStored) {
  FakeOutput output;
  auto session = NewSession(&output);
  session->OnRequest(Hello());
  ASSERT_TRUE(output.welcome().has_value());
  EXPECT_EQ(output.welcome()->acked_sequence(), 0u);
  session->OnRequest(Batch(1));
  session->OnRequest(Batch(2));
  ASSERT_TRUE(output.WaitForAck(2));
  EXPECT_EQ(StoredDetections(), 2u);
  EXPECT_EQ(*store_->AckedSequence("n1", 7), 2u);
  session->Detach();
}

TEST_F(SessionTest, ResentBatchIsAcknowledgedButNotStoredTwice) {
  FakeOutput first_output;
  auto first = NewSession(&first_output, 1);
  first->OnRequest(Hello());
  first->OnRequest(Batch(1));
  ASSERT_TRUE(first_output.WaitForAck(1));
  first->Detach();

  FakeOutput output;
  auto session = NewSession(&output, 2);
  session->OnRequest(Hello());
  EXPECT_EQ(output.welcome()->acked_sequence(), 1u);
  session->OnRequest(Batch(1));
  ASSERT_TRUE(output.WaitForAck(1));
  session->OnRequest(Batch(2));
  ASSERT_TRUE(output.WaitForAck(2));
  EXPECT_EQ(StoredDetections(), 2u);
  EXPECT_EQ(stats_.duplicate_batches, 1u);
  session->Detach();
}

TEST_F(SessionTest, AnotherRunStartsAnew) {
  FakeOutput output;
  auto session = NewSession(&output);
  session->OnRequest(Hello(7));
  session->OnRequest(Batch(1, 7));
  ASSERT_TRUE(output.WaitForAck(1));
  session->Detach();
  FakeOutput again;
  auto other = NewSession(&again, 2);
  other->OnRequest(Hello(8));
  EXPECT_EQ(again.welcome()->acked_sequence(), 0u);
  other->OnRequest(Batch(1, 8));
  ASSERT_TRUE(again.WaitForAck(1));
  EXPECT_EQ(StoredDetections(), 2u);
  other->Detach();
}

TEST_F(SessionTest, RefusesWhatBreaksTheProtocol) {
  const struct {
    const char* name;
    std::vector<v1::ConnectRequest> requests;
    absl::StatusCode code;
  } cases[] = {
      {"batch first", {Batch(1)}, absl::StatusCode::kFailedPrecondition},
      {"second hello",
       {Hello(), Hello()},
       absl::StatusCode::kFailedPrecondition},
      {"no run id", {Hello(0)}, absl::StatusCode::kInvalidArgument},
      {"foreign run",
       {Hello(7), Batch(1, 8)},
       absl::StatusCode::kInvalidArgument},
  };
  for (const auto& test : cases) {
    FakeOutput output;
    auto session = NewSession(&output);
    for (const v1::ConnectRequest& request : test.requests) {
      session->OnRequest(request);
    }
    ASSERT_TRUE(output.failure().has_value()) << test.name;
    EXPECT_EQ(output.failure()->code(), test.code) << test.name;
    session->Detach();
  }
  FakeOutput output;
  auto session = NewSession(&output);
  v1::ConnectRequest hello = Hello();
  hello.mutable_hello()->set_node(std::string(254, 'n'));
  session->OnRequest(hello);
  EXPECT_EQ(output.failure()->code(), absl::StatusCode::kInvalidArgument);
  session->Detach();
}

TEST_F(SessionTest, SendsEachConfigurationOnce) {
  FakeOutput output;
  auto session = NewSession(&output);
  session->SendConfig({"openat"}, 1);
  EXPECT_TRUE(output.configs().empty()) << "before the hello";
  session->OnRequest(Hello());
  session->SendConfig({"openat"}, 2);
  session->SendConfig({"openat"}, 3);
  session->SendConfig({"connect", "openat"}, 4);
  ASSERT_EQ(output.configs().size(), 2u);
  EXPECT_EQ(output.configs()[1].version(), 4u);
  EXPECT_EQ(output.configs()[1].event_types_size(), 2);
  session->Detach();
}

TEST_F(SessionTest, StopsReadingWhileTooMuchIsUnderWay) {
  // A rule set's worth of work cannot finish while the pool is held.
  absl::Notification hold;
  for (int i = 0; i < 2; ++i) {
    pool_->Schedule([&hold] { hold.WaitForNotification(); });
  }
  FakeOutput output;
  auto session = NewSession(&output);
  session->OnRequest(Hello());
  for (uint64_t i = 1; i <= Session::kMaxPending; ++i) {
    session->OnRequest(Batch(i));
  }
  // The hello and all batches but the last asked for more.
  EXPECT_EQ(output.reads(), static_cast<int>(Session::kMaxPending));
  hold.Notify();
  ASSERT_TRUE(output.WaitForAck(Session::kMaxPending));
  EXPECT_EQ(output.reads(), static_cast<int>(Session::kMaxPending) + 1);
  session->Detach();
}

TEST_F(SessionTest, HeartbeatLossesBecomeACoverageGapOnce) {
  FakeOutput output;
  auto session = NewSession(&output);
  session->OnRequest(Hello());
  v1::ConnectRequest request;
  v1::LossReport* loss = request.mutable_heartbeat()->add_losses();
  loss->set_reason(v1::LossReport::REASON_EVENT_RING_FULL);
  loss->set_event_type("openat");
  loss->set_count(5);
  session->OnRequest(request);
  session->OnRequest(request);
  loss->set_count(8);
  session->OnRequest(request);
  auto gaps = store_->ListCoverageGaps(absl::InfinitePast(), "n1", 10, "");
  ASSERT_OK(gaps.status());
  uint64_t lost = 0;
  for (const v1::CoverageGap& gap : gaps->items) {
    for (const v1::LossReport& report : gap.losses()) lost += report.count();
  }
  EXPECT_EQ(lost, 8u);
  session->Detach();
}

TEST_F(SessionTest, MalformedRecordsAreAcknowledgedAndRecordedAsAGap) {
  FakeOutput output;
  auto session = NewSession(&output);
  session->OnRequest(Hello());
  v1::ConnectRequest request = Batch(1);
  request.mutable_events()->set_records("nonsense");
  session->OnRequest(request);
  ASSERT_TRUE(output.WaitForAck(1));
  auto gaps = store_->ListCoverageGaps(absl::InfinitePast(), "n1", 10, "");
  ASSERT_OK(gaps.status());
  ASSERT_EQ(gaps->items.size(), 1u);
  EXPECT_EQ(gaps->items[0].losses(0).reason(),
            v1::LossReport::REASON_MALFORMED);
  session->Detach();
}

TEST_F(SessionTest, TakesTheContainersOfTheNode) {
  FakeOutput output;
  auto session = NewSession(&output);
  v1::ConnectRequest request;
  v1::ContainerInventory* const inventory = request.mutable_inventory();
  inventory->set_is_snapshot(true);
  inventory->add_containers()->set_id("c1");
  v1::ContainerRuntime* const runtime = inventory->add_runtimes();
  runtime->set_name("containerd");
  runtime->set_state(v1::ContainerRuntime::CONNECTED);
  // Nobody has said yet whose they are.
  session->OnRequest(request);
  EXPECT_EQ(nodes_.containers().count(), 0u);
  session->OnRequest(Hello());
  session->OnRequest(request);
  EXPECT_EQ(nodes_.Get("n1")->containers(), 1u);
  ASSERT_EQ(nodes_.Get("n1")->runtimes_size(), 1);
  EXPECT_EQ(nodes_.Get("n1")->runtimes(0).name(), "containerd");
  session->Detach();
}

TEST_F(SessionTest, InventoryFollowsTheStream) {
  FakeOutput output;
  auto session = NewSession(&output);
  session->OnRequest(Hello());
  EXPECT_EQ(nodes_.Get("n1")->state(), v1::Node::CONNECTED);
  session->OnRequest(Batch(1));
  ASSERT_TRUE(output.WaitForAck(1));
  session->Detach();
  const auto node = nodes_.Get("n1");
  ASSERT_OK(node.status());
  EXPECT_EQ(node->state(), v1::Node::DISCONNECTED);
  EXPECT_EQ(node->events(), 1u);
  EXPECT_EQ(node->detections(), 1u);
  // It is there after a restart of the server.
  NodeRegistry reloaded(store_.get(), Clock::Real());
  ASSERT_OK(reloaded.Load());
  EXPECT_OK(reloaded.Get("n1").status());
  EXPECT_EQ(reloaded.connected(), 0u);
}

}  // namespace
}  // namespace eyrie::server
