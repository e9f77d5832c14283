// SPDX-License-Identifier: Apache-2.0

#include "server/holdback/hold_back.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

#include "common/testing/status_matchers.h"
#include "proto/testing/record_builder.h"
#include "server/detect/batch_pods.h"
#include "server/detect/event_hub.h"
#include "server/incidents/watch_hub.h"
#include "server/rules/rule_store.h"
#include "server/testing/temp_store.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::RecordBuilder;

constexpr uint64_t kCgroup = 78;
constexpr char kRules[] =
    "- rule: Open in web\n"
    "  desc: d\n"
    "  condition: evt.type = openat and k8s.deployment.name = web\n"
    "  output: opened %fd.name in %k8s.deployment.name\n"
    "  priority: NOTICE\n"
    "- rule: Secret read\n"
    "  desc: d\n"
    "  condition: evt.type = openat and fd.name = /secret\n"
    "  output: opened %fd.name\n"
    "  priority: NOTICE\n";

// Pods that a test makes known.
class FakePods : public PodFinder {
 public:
  PodLookup FindPod(absl::string_view uid) override {
    absl::MutexLock lock(&mutex_);
    const auto it = pods_.find(uid);
    if (it == pods_.end()) return {};
    return {it->second, true};
  }
  bool IsPodExpected(absl::string_view uid) override {
    absl::MutexLock lock(&mutex_);
    return !uid.empty() && is_answering_ && !pods_.contains(uid);
  }

  void Put(const std::string& uid, const std::string& deployment) {
    auto facts = std::make_shared<rules::PodFacts>();
    facts->pod = {"pod-" + uid, uid, {}};
    facts->deployment = std::make_shared<const rules::K8sObject>(
        rules::K8sObject{deployment, "d-" + deployment, {}});
    absl::MutexLock lock(&mutex_);
    pods_[uid] = std::move(facts);
  }
  void SetAnswering(bool is_answering) {
    absl::MutexLock lock(&mutex_);
    is_answering_ = is_answering;
  }

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const rules::PodFacts>> pods_
      ABSL_GUARDED_BY(mutex_);
  bool is_answering_ ABSL_GUARDED_BY(mutex_) = true;
};

class HoldBackTest : public ::testing::Test {
 protected:
  HoldBackTest() {
    rules::Diagnostics diagnostics;
    size_t count = 0;
    EXPECT_OK(rules_.Apply(
        {std::make_shared<const rules::SourceFile>("rules.yaml", kRules)},
        /*validate_only=*/false, diagnostics, &count))
        << diagnostics.ToString();
    options_.wait = absl::Minutes(10);
  }
  ~HoldBackTest() override { Stop(); }

  void Start() {
    hold_back_ = std::make_unique<HoldBack>(&pods_, options_);
    detector_ = std::make_unique<Detector>(
        &rules_, &hub_, /*linker=*/nullptr,
        [this] { return std::make_shared<const BatchPods>(&pods_); });
    detector_->SetPodWait(hold_back_.get());
    IncidentWriterOptions options;
    options.on_held = [this](std::vector<HeldRecord> held) {
      hold_back_->Add(std::move(held));
    };
    writer_ = std::make_unique<IncidentWriter>(store_.get(), &watch_hub_,
                                               Clock::Real(), options);
    ASSERT_OK(hold_back_->Start(
        {&pods_, detector_.get(), writer_.get(), &nodes_, store_.get()}));
  }
  // As a server does; what waits stays in the store.
  void Stop() {
    if (hold_back_ == nullptr) return;
    hold_back_->Stop();
    writer_ = nullptr;
    hold_back_ = nullptr;
  }

  // A batch of one open in a container of each pod; an empty uid is the host.
  static v1::EventBatch Batch(uint64_t sequence,
                              const std::vector<std::string>& pods,
                              const std::string& path = "/file") {
    v1::EventBatch batch;
    batch.set_run_id(7);
    batch.set_sequence(sequence);
    v1::Process* const process = batch.add_processes();
    process->mutable_key()->set_pid(100);
    process->mutable_key()->set_exec_id(2);
    process->mutable_key()->set_start_time_ns(5'000'000'000);
    process->set_comm("cat");
    for (size_t i = 0; i < pods.size(); ++i) {
      const uint64_t cgroup = kCgroup + i;
      batch.mutable_records()->append(RecordBuilder("openat")
                                          .Process(100, 5'000'000'000, 2)
                                          .CgroupId(cgroup)
                                          .Set("name", path)
                                          .Build());
      v1::Cgroup* const named = batch.add_cgroups();
      named->set_id(cgroup);
      if (pods[i].empty()) continue;
      named->set_container_id(absl::StrCat("c", pods[i], std::string(60, '0')));
      v1::Container* const container = batch.add_containers();
      container->set_id(named->container_id());
      container->set_metadata(v1::Container::COMPLETE);
      container->set_pod_uid(pods[i]);
    }
    batch.set_record_count(static_cast<uint32_t>(pods.size()));
    return batch;
  }

  // Judges and submits as a session does. Returns how many records wait.
  size_t Send(const v1::EventBatch& batch) {
    Verdict verdict = detector_->Judge("n1", batch);
    const size_t held = verdict.held.size();
    JudgedBatch judged;
    judged.ack = {"n1", batch.run_id(), batch.sequence()};
    judged.detections = std::move(verdict.detections);
    judged.held = std::move(verdict.held);
    writer_->Submit(std::move(judged));
    return held;
  }

  bool Await(const std::function<bool()>& condition) {
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (!condition()) {
      if (absl::Now() > deadline) return false;
      absl::SleepFor(absl::Milliseconds(2));
    }
    return true;
  }
  std::vector<v1::Detection> Detections() {
    return store_->ListDetections({}, "", 1000, "")->items;
  }
  bool AwaitDetections(size_t count) {
    return Await([&] { return Detections().size() == count; });
  }
  size_t Held() { return store_->ListHeld()->size(); }

  std::unique_ptr<Store> store_ = testing::OpenTempStore();
  RuleStore rules_{store_.get(), {}};
  EventHub hub_;
  WatchHub watch_hub_{1};
  NodeRegistry nodes_{store_.get(), Clock::Real()};
  FakePods pods_;
  HoldBackOptions options_;
  std::unique_ptr<HoldBack> hold_back_;
  std::unique_ptr<Detector> detector_;
  std::unique_ptr<IncidentWriter> writer_;
};

TEST_F(HoldBackTest, ARecordWaitsUntilItsPodIsKnown) {
  Start();
  // The second is of the host and does not match; the third waits, too.
  EXPECT_EQ(Send(Batch(1, {"a", "", "b"})), 2u);
  ASSERT_TRUE(Await([&] { return Held() == 2; }));
  EXPECT_EQ(hold_back_->budget().records(), 2u);
  EXPECT_EQ(*store_->AckedSequence("n1", 7), 1u);
  pods_.Put("b", "web");
  hold_back_->OnPodsChanged();
  ASSERT_TRUE(AwaitDetections(1));
  EXPECT_TRUE(Await([&] { return Held() == 1; }));
  const v1::Detection detection = Detections()[0];
  EXPECT_EQ(detection.output(), "opened /file in web");
  EXPECT_EQ(detection.record_index(), 2u);
  EXPECT_EQ(detection.sequence(), 1u);
  EXPECT_EQ(detection.missing_metadata_size(), 0);
  EXPECT_EQ(detection.workload().name(), "web");
  EXPECT_EQ(detection.event().process().comm(), "cat");
  // It gives what it would have given at once.
  EXPECT_EQ(
      detector_->Judge("n1", Batch(1, {"b", "b", "b"})).detections[2].id(),
      detection.id());
  pods_.Put("a", "other");
  hold_back_->OnPodsChanged();
  EXPECT_TRUE(Await([&] { return Held() == 0; }));
  EXPECT_EQ(Detections().size(), 1u);
  EXPECT_TRUE(Await([&] { return hold_back_->budget().records() == 0; }));
  EXPECT_EQ(hold_back_->budget().bytes(), 0u);
  EXPECT_EQ(hold_back_->stats().known, 2u);
  EXPECT_EQ(hold_back_->stats().late, 0u);
}

TEST_F(HoldBackTest, WhatNoRuleCanMatchDoesNotWait) {
  Start();
  v1::EventBatch batch = Batch(1, {"a"});
  batch.set_records(RecordBuilder("close")
                        .Process(100, 5'000'000'000, 2)
                        .CgroupId(kCgroup)
                        .Build());
  EXPECT_EQ(Send(batch), 0u);
  EXPECT_EQ(Send(Batch(2, {""})), 0u);
  pods_.Put("known", "web");
  EXPECT_EQ(Send(Batch(3, {"known"})), 0u);
  EXPECT_TRUE(AwaitDetections(1));
}

TEST_F(HoldBackTest, AWatcherSeesEachEventOnce) {
  Start();
  const auto watcher = std::make_shared<EventWatcher>(nullptr, "");
  ASSERT_OK(hub_.Add(watcher));
  v1::EventBatch batch = Batch(1, {"a"}, "/secret");
  batch.mutable_records()->append(RecordBuilder("close")
                                      .Process(100, 5'000'000'000, 2)
                                      .CgroupId(kCgroup)
                                      .Build());
  EXPECT_EQ(Send(batch), 1u);
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  uint64_t dropped = 0;
  EXPECT_EQ(watcher->Next(deadline, &dropped)->type(), "close");
  pods_.Put("a", "web");
  hold_back_->OnPodsChanged();
  EXPECT_EQ(watcher->Next(deadline, &dropped)->type(), "openat");
  EXPECT_EQ(watcher->Next(absl::Now(), &dropped), nullptr);
  EXPECT_EQ(detector_->stats().records, 2u);
}

TEST_F(HoldBackTest, WhenTimeIsUpItIsJudgedByWhatIsKnownAndMarked) {
  options_.wait = absl::Milliseconds(20);
  Start();
  EXPECT_EQ(Send(Batch(1, {"a"}, "/secret")), 1u);
  ASSERT_TRUE(AwaitDetections(1));
  const v1::Detection detection = Detections()[0];
  EXPECT_EQ(detection.rule(), "Secret read");
  ASSERT_EQ(detection.missing_metadata_size(), 1);
  EXPECT_EQ(detection.missing_metadata(0), "kubernetes");
  EXPECT_EQ(hold_back_->stats().late, 1u);
  // That pod is not waited for again soon; another is.
  EXPECT_EQ(Send(Batch(2, {"a"}, "/secret")), 0u);
  EXPECT_EQ(Send(Batch(3, {"b"}, "/secret")), 1u);
  EXPECT_TRUE(AwaitDetections(3));
}

TEST_F(HoldBackTest, NobodyWaitsForAnApiThatDoesNotAnswer) {
  Start();
  EXPECT_EQ(Send(Batch(1, {"a"}, "/secret")), 1u);
  pods_.SetAnswering(false);
  hold_back_->OnPodsChanged();
  EXPECT_TRUE(AwaitDetections(1));
  EXPECT_EQ(Send(Batch(2, {"b"}, "/secret")), 0u);
  ASSERT_TRUE(AwaitDetections(2));
  EXPECT_EQ(Detections()[0].missing_metadata_size(), 1);
}

TEST_F(HoldBackTest, BeyondTheLimitRecordsAreJudgedAtOnceAndMarked) {
  options_.limits.max_records = 2;
  Start();
  EXPECT_EQ(Send(Batch(1, {"a", "b", "c"}, "/secret")), 2u);
  ASSERT_TRUE(AwaitDetections(1));
  EXPECT_EQ(Detections()[0].record_index(), 2u);
  EXPECT_EQ(Detections()[0].missing_metadata_size(), 1);
  EXPECT_EQ(hold_back_->budget().refused(), 1u);
  Stop();
  options_.limits = {.max_records = 100, .max_bytes = 10};
  Start();
  EXPECT_EQ(Send(Batch(2, {"d"}, "/secret")), 0u);
  EXPECT_TRUE(AwaitDetections(2));
}

TEST_F(HoldBackTest, ARestartGoesOnWithWhatWaited) {
  Start();
  EXPECT_EQ(Send(Batch(1, {"a", "b"}, "/secret")), 2u);
  ASSERT_TRUE(Await([&] { return Held() == 2; }));
  Stop();
  EXPECT_EQ(Detections().size(), 0u);
  pods_.Put("a", "web");
  Start();
  EXPECT_EQ(hold_back_->stats().loaded, 2u);
  ASSERT_TRUE(AwaitDetections(2));
  EXPECT_TRUE(Await([&] { return Held() == 1; }));
  for (const v1::Detection& detection : Detections()) {
    EXPECT_EQ(detection.record_index(), 0u);
    EXPECT_EQ(detection.workload().name(), "web");
  }
  // A batch that comes again is not held again.
  Send(Batch(1, {"a", "b"}, "/secret"));
  pods_.Put("b", "web");
  hold_back_->OnPodsChanged();
  EXPECT_TRUE(AwaitDetections(4));
  EXPECT_TRUE(Await([&] { return Held() == 0; }));
  EXPECT_TRUE(Await([&] { return hold_back_->budget().records() == 0; }));
}

TEST_F(HoldBackTest, ADamagedRecordIsCountedAndGone) {
  Commit commit;
  commit.held = {{{"n1", 7, 1, 0}, "no batch"}};
  ASSERT_OK(store_->WriteCommit(commit));
  Start();
  EXPECT_TRUE(Await([&] { return Held() == 0; }));
  EXPECT_EQ(hold_back_->stats().damaged, 1u);
}

TEST_F(HoldBackTest, WithoutWaitingNothingIsHeld) {
  options_.wait = absl::ZeroDuration();
  Start();
  EXPECT_EQ(Send(Batch(1, {"a"}, "/secret")), 0u);
  EXPECT_TRUE(AwaitDetections(1));
}

}  // namespace
}  // namespace eyrie::server
