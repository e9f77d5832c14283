// SPDX-License-Identifier: Apache-2.0

#include "server/detect/detector.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/types/span.h"

#include "common/testing/status_matchers.h"
#include "proto/testing/record_builder.h"
#include "rules/check/value.h"
#include "rules/fields/domain_table.h"
#include "rules/fields/pod_facts.h"
#include "server/testing/temp_store.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::RecordBuilder;

constexpr char kRules[] = R"(
- rule: Secret opened
  desc: test
  condition: evt.type = openat and fd.name = /etc/secret
  output: secret opened by %proc.name (%proc.cmdline) of %proc.pname
  priority: WARNING
  tags: [a, b]
- rule: Any open
  desc: test
  condition: evt.type = openat
  output: open of %fd.name
  priority: DEBUG
)";

class DetectorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    rules::Diagnostics diagnostics;
    const absl::Status status = rules_.Apply(
        {std::make_shared<const rules::SourceFile>("test.yaml", kRules)},
        /*validate_only=*/false, diagnostics, nullptr);
    ASSERT_OK(status) << diagnostics.ToString();
  }

  static std::string Open(const std::string& path) {
    return RecordBuilder("openat")
        .Process(100, 5'000'000'000, 2)
        .Comm("cat")
        .Result(3)
        .Set("name", path)
        .Set("realpath", path)
        .Build();
  }

  // The record was made in a control group that the batch names.
  static std::string OpenInContainer(const std::string& path) {
    return RecordBuilder("openat")
        .Process(100, 5'000'000'000, 2)
        .CgroupId(78)
        .Set("name", path)
        .Build();
  }

  static void AddContainer(v1::EventBatch* batch) {
    v1::Cgroup* const cgroup = batch->add_cgroups();
    cgroup->set_id(78);
    cgroup->set_container_id(std::string(64, 'c'));
    v1::Container* const container = batch->add_containers();
    container->set_id(cgroup->container_id());
    container->set_metadata(v1::Container::COMPLETE);
    container->set_name("web");
    container->set_image("nginx:1");
    container->set_pod_uid("u1");
    (*container->mutable_annotations())["large"] = "annotation";
  }

  static v1::EventBatch Batch(const std::vector<std::string>& records) {
    v1::EventBatch batch;
    batch.set_run_id(7);
    batch.set_sequence(9);
    batch.set_clock_offset_ns(1'600'000'000'000'000'000);
    for (const std::string& record : records) {
      batch.mutable_records()->append(record);
    }
    batch.set_record_count(static_cast<uint32_t>(records.size()));
    v1::User* root = batch.add_users();
    root->set_name("toor");
    v1::Process* shell = batch.add_processes();
    shell->mutable_key()->set_pid(50);
    shell->mutable_key()->set_exec_id(1);
    shell->mutable_key()->set_start_time_ns(1);
    shell->set_comm("bash");
    v1::Process* cat = batch.add_processes();
    cat->mutable_key()->set_pid(100);
    cat->mutable_key()->set_exec_id(2);
    cat->mutable_key()->set_start_time_ns(5'000'000'000);
    *cat->mutable_parent() = shell->key();
    cat->set_ppid(50);
    cat->set_comm("cat");
    cat->set_exe("cat");
    cat->set_args(std::string("/etc/secret\0", 12));
    return batch;
  }

  const std::unique_ptr<Store> store_ = testing::OpenTempStore();
  RuleStore rules_{store_.get(), {}};
  EventHub hub_;
  Detector detector_{&rules_, &hub_};
};

TEST_F(DetectorTest, MakesACompleteDetection) {
  const Verdict verdict = detector_.Judge("n1", Batch({Open("/etc/secret")}));
  EXPECT_EQ(verdict.records, 1u);
  EXPECT_EQ(verdict.malformed, "");
  ASSERT_EQ(verdict.detections.size(), 2u);
  const v1::Detection& detection = verdict.detections[0];
  EXPECT_EQ(detection.rule(), "Secret opened");
  EXPECT_EQ(detection.priority(), v1::WARNING);
  EXPECT_EQ(detection.output(),
            "secret opened by cat (cat /etc/secret) of bash");
  EXPECT_EQ(detection.output_fields().fields().at("proc.pname").string_value(),
            "bash");
  EXPECT_EQ(detection.source(), "syscall");
  EXPECT_EQ(detection.tags_size(), 2);
  EXPECT_EQ(detection.node(), "n1");
  EXPECT_EQ(detection.run_id(), 7u);
  EXPECT_EQ(detection.sequence(), 9u);
  EXPECT_EQ(detection.time().seconds(), 1'600'000'002);
  EXPECT_EQ(detection.id().size(), 32u);
  EXPECT_EQ(detection.event().type(), "openat");
  EXPECT_EQ(detection.event().arguments().at("name"), "/etc/secret");
  EXPECT_EQ(detection.event().ancestors_size(), 1);
  EXPECT_NE(detection.id(), verdict.detections[1].id());
}

TEST_F(DetectorTest, TellsTheContainerAndItsWorkload) {
  v1::EventBatch batch = Batch({OpenInContainer("/a"), Open("/b")});
  AddContainer(&batch);
  const Verdict verdict = detector_.Judge("n1", batch);
  ASSERT_EQ(verdict.detections.size(), 2u);
  const v1::Detection& detection = verdict.detections[0];
  EXPECT_EQ(detection.container_id(), "cccccccccccc");
  EXPECT_EQ(detection.workload().container(), "web");
  EXPECT_EQ(detection.workload().image(), "nginx:1");
  EXPECT_EQ(detection.workload().name(), "");
  EXPECT_EQ(detection.event().cgroup().id(), 78u);
  EXPECT_EQ(detection.event().container().name(), "web");
  EXPECT_TRUE(detection.event().container().annotations().empty());
  // There is no API that could have told.
  EXPECT_EQ(detection.missing_metadata_size(), 0);
  EXPECT_FALSE(verdict.detections[1].has_workload());
  EXPECT_FALSE(verdict.detections[1].event().has_container());
}

class OnePod : public rules::PodTable {
 public:
  const rules::PodFacts* FindPod(absl::string_view uid) const override {
    return uid == "u1" ? &pod_ : nullptr;
  }
  bool IsExpected(absl::string_view uid) const override { return false; }

 private:
  const rules::PodFacts pod_ = {
      .pod = {"web-1", "u1", {}},
      .deployment = std::make_shared<const rules::K8sObject>(
          rules::K8sObject{"web", "d1", {}})};
};

TEST_F(DetectorTest, AsksForPodsOnceABatch) {
  int asked = 0;
  Detector detector(&rules_, &hub_, /*linker=*/nullptr, [&asked] {
    ++asked;
    return std::make_shared<const OnePod>();
  });
  v1::EventBatch batch = Batch({OpenInContainer("/a"), OpenInContainer("/b")});
  AddContainer(&batch);
  const Verdict verdict = detector.Judge("n1", batch);
  ASSERT_EQ(verdict.detections.size(), 2u);
  EXPECT_EQ(asked, 1);
  for (const v1::Detection& detection : verdict.detections) {
    EXPECT_EQ(detection.workload().kind(), "Deployment");
    EXPECT_EQ(detection.workload().name(), "web");
  }
}

// 10.0.0.1 is api.example.
class OneDomain : public rules::DomainTable {
 public:
  absl::Span<const std::string> NamesOf(
      const rules::IpAddress& ip) const override {
    if (ip.bytes[0] != 10) return {};
    return names_;
  }
  bool is_complete() const override { return true; }

 private:
  const std::vector<std::string> names_ = {"api.example"};
};

TEST_F(DetectorTest, AsksForDomainsOnceABatch) {
  rules::Diagnostics diagnostics;
  ASSERT_OK(rules_.Apply(
      {std::make_shared<const rules::SourceFile>(
          "domains.yaml",
          "- rule: API\n  desc: d\n"
          "  condition: evt.type = connect and fd.sip.name = api.example\n"
          "  output: to %fd.sip.name\n  priority: INFO\n")},
      false, diagnostics, nullptr));
  const auto connect = [](const char* address) {
    return RecordBuilder("connect")
        .Result(0)
        .Set("fd", 3)
        .SetAddress("addr", address)
        .Build();
  };
  const v1::EventBatch batch =
      Batch({connect("10.0.0.1:443"), connect("1.2.3.4:443"),
             connect("[::ffff:10.0.0.1]:443")});
  EXPECT_TRUE(detector_.Judge("n1", batch).detections.empty());
  int asked = 0;
  detector_.SetDomains([&asked] {
    ++asked;
    return std::make_shared<const OneDomain>();
  });
  const Verdict verdict = detector_.Judge("n1", batch);
  EXPECT_EQ(asked, 1);
  ASSERT_EQ(verdict.detections.size(), 2u);
  EXPECT_EQ(verdict.detections[0].output(), "to api.example");
  EXPECT_EQ(verdict.detections[1].record_index(), 2u);
}

TEST_F(DetectorTest, GivesTheSameIdsWhenABatchIsJudgedAgain) {
  const v1::EventBatch batch = Batch({Open("/a"), Open("/b")});
  const Verdict first = detector_.Judge("n1", batch);
  const Verdict second = detector_.Judge("n1", batch);
  ASSERT_EQ(first.detections.size(), 2u);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(first.detections[i].id(), second.detections[i].id());
  }
  EXPECT_NE(first.detections[0].id(), first.detections[1].id());
  EXPECT_NE(first.detections[0].id(),
            detector_.Judge("n2", batch).detections[0].id());
}

TEST_F(DetectorTest, JudgesUpToAMalformedRecord) {
  std::string broken = Open("/b");
  broken[0] = 3;  // Not a size.
  const Verdict verdict =
      detector_.Judge("n1", Batch({Open("/a"), broken, Open("/c")}));
  EXPECT_EQ(verdict.records, 1u);
  EXPECT_NE(verdict.malformed, "");
  EXPECT_EQ(verdict.detections.size(), 1u);
  EXPECT_EQ(detector_.stats().malformed_batches, 1u);
}

TEST_F(DetectorTest, CountsUnknownEventsAndGoesOn) {
  const std::string unknown = RecordBuilder::UnknownEvent(4000).Build();
  const Verdict verdict = detector_.Judge("n1", Batch({unknown, Open("/a")}));
  EXPECT_EQ(verdict.records, 2u);
  ASSERT_EQ(verdict.detections.size(), 1u);
  EXPECT_EQ(verdict.detections[0].record_index(), 1u);
  EXPECT_EQ(detector_.stats().unknown_types, 1u);
}

TEST_F(DetectorTest, NeverJudgesSnapshots) {
  const Verdict verdict =
      detector_.Judge("n1", Batch({RecordBuilder("task").Build()}));
  EXPECT_EQ(verdict.records, 1u);
  EXPECT_TRUE(verdict.detections.empty());
}

TEST_F(DetectorTest, BoundsDetectionsOfABatch) {
  const size_t count = Detector::kMaxDetectionsPerBatch + 5;
  const Verdict verdict =
      detector_.Judge("n1", Batch(std::vector<std::string>(count, Open("/a"))));
  EXPECT_EQ(verdict.detections.size(), Detector::kMaxDetectionsPerBatch);
  EXPECT_EQ(detector_.stats().detections_dropped, 5u);
  EXPECT_EQ(verdict.records, count);
}

TEST_F(DetectorTest, ReloadedRulesJudgeTheNextBatch) {
  rules::Diagnostics diagnostics;
  ASSERT_OK(rules_.Apply(
      {std::make_shared<const rules::SourceFile>(
          "other.yaml",
          "- rule: Nothing\n  desc: d\n  condition: evt.type = connect\n"
          "  output: o\n  priority: INFO\n")},
      false, diagnostics, nullptr));
  EXPECT_TRUE(detector_.Judge("n1", Batch({Open("/a")})).detections.empty());
}

TEST_F(DetectorTest, HandsEventsToWatchers) {
  rules::Diagnostics diagnostics;
  auto filter = rules::LoadCondition(
      "evt.type = openat and fd.name startswith /w", diagnostics);
  ASSERT_NE(filter, nullptr) << diagnostics.ToString();
  auto watcher = std::make_shared<EventWatcher>(filter, "n1");
  ASSERT_OK(hub_.Add(watcher));
  detector_.Judge("n1", Batch({Open("/a"), Open("/w1")}));
  detector_.Judge("n2", Batch({Open("/w2")}));
  uint64_t dropped = 0;
  const auto event = watcher->Next(absl::InfinitePast(), &dropped);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->arguments().at("name"), "/w1");
  // With it the event can be judged again.
  EXPECT_EQ(event->record(), Open("/w1"));
  ASSERT_EQ(event->users_size(), 1);
  EXPECT_EQ(event->users(0).name(), "toor");
  EXPECT_EQ(watcher->Next(absl::InfinitePast(), &dropped), nullptr);
}

TEST_F(DetectorTest, SlowWatcherLosesTheOldestAndIsTold) {
  auto watcher = std::make_shared<EventWatcher>(nullptr, "");
  ASSERT_OK(hub_.Add(watcher));
  std::vector<std::string> records;
  for (size_t i = 0; i < EventWatcher::kMaxQueue + 3; ++i) {
    records.push_back(Open(absl::StrCat("/", i)));
  }
  detector_.Judge("n1", Batch(records));
  uint64_t dropped = 0;
  const auto event = watcher->Next(absl::InfinitePast(), &dropped);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->arguments().at("name"), "/3");
  EXPECT_EQ(dropped, 3u);
}

TEST(EventHubTest, RefusesTooManyWatchersAndTakesThemAgainAfterOneLeft) {
  EventHub hub;
  std::vector<std::shared_ptr<EventWatcher>> watchers;
  for (size_t i = 0; i < EventHub::kMaxWatchers; ++i) {
    watchers.push_back(std::make_shared<EventWatcher>(nullptr, ""));
    ASSERT_OK(hub.Add(watchers.back()));
  }
  auto extra = std::make_shared<EventWatcher>(nullptr, "");
  EXPECT_EQ(hub.Add(extra).code(), absl::StatusCode::kResourceExhausted);
  hub.Remove(watchers[0].get());
  EXPECT_OK(hub.Add(extra));
}

}  // namespace
}  // namespace eyrie::server
