// SPDX-License-Identifier: Apache-2.0
//
// The whole collector, without root: from a played source to a played server.

#include "collector/collector.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eyrie/v1/collector_service.pb.h"

#include "collector/source/fake_event_source.h"
#include "common/testing/status_matchers.h"
#include "proto/event_catalog.h"
#include "proto/record_view.h"
#include "proto/testing/record_builder.h"
#include "tests/testing/fake_server.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::FakeServer;
using ::eyrie::testing::RecordBuilder;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

class CollectorTest : public ::testing::Test {
 protected:
  CollectorTest() {
    options_.server = server_.address();
    options_.node = "n1";
    options_.labels = {{"zone", "a"}};
    options_.http_listen = "127.0.0.1:0";
    options_.shutdown_timeout = FakeServer::kPatience;
  }
  ~CollectorTest() override {
    if (thread_.joinable()) Stop().IgnoreError();
  }

  // Starts a collector of a new source, or one that replays.
  void Start() {
    std::unique_ptr<FakeEventSource> source;
    if (options_.replay.empty()) source = std::make_unique<FakeEventSource>();
    source_ = source.get();
    auto collector = Collector::Create(options_, std::move(source), nullptr);
    ASSERT_OK(collector);
    collector_ = *std::move(collector);
    thread_ = std::thread([this] { result_ = collector_->Run(); });
  }
  // Stops it and returns what Run() returned.
  absl::Status Stop() {
    collector_->Stop();
    return Join();
  }
  absl::Status Join() {
    thread_.join();
    return result_;
  }
  // Opens of files /first to /last.
  void PushOpens(int first, int last) {
    std::vector<std::string> records;
    for (int i = first; i <= last; ++i) {
      records.push_back(
          RecordBuilder("openat").Set("name", absl::StrCat("/", i)).Build());
    }
    source_->Push(std::move(records));
  }
  // Names of the files opened in all batches, in the order of their arrival.
  std::vector<std::string> OpenedFiles() const {
    std::vector<std::string> names;
    for (const v1::EventBatch& batch : server_.batches()) {
      absl::string_view rest = batch.records();
      while (!rest.empty()) {
        const auto record = RecordView::Check(rest);
        EXPECT_OK(record);
        if (record->type() == EYRIE_EVENT_openat) {
          names.emplace_back(record->bytes(SlotOf(&eyrie_openat_args::name)));
        }
        rest.remove_prefix(record->size());
      }
    }
    return names;
  }
  bool AwaitOpens(size_t count) const {
    return server_.Await(
        [this, count] { return OpenedFiles().size() >= count; });
  }
  static std::vector<std::string> Files(int first, int last) {
    std::vector<std::string> names;
    for (int i = first; i <= last; ++i) names.push_back(absl::StrCat("/", i));
    return names;
  }
  std::string Get(const std::string& path) const {
    httplib::Client client("http://" + collector_->http_address());
    const auto response = client.Get(path.c_str());
    return response ? absl::StrCat(response->status, " ", response->body)
                    : "no answer";
  }

  FakeServer server_;
  CollectorOptions options_;
  FakeEventSource* source_ = nullptr;
  std::unique_ptr<Collector> collector_;
  std::thread thread_;
  absl::Status result_;
};

TEST_F(CollectorTest, IntroducesItselfAndSendsEvents) {
  Start();
  PushOpens(1, 3);
  ASSERT_TRUE(AwaitOpens(3));
  const v1::Hello hello = server_.hellos()[0];
  EXPECT_EQ(hello.node(), "n1");
  EXPECT_EQ(hello.labels().at("zone"), "a");
  EXPECT_EQ(hello.boot_id().size(), 36);
  EXPECT_NE(hello.run_id(), 0);
  EXPECT_NE(hello.collector_version(), "");
  EXPECT_NE(hello.kernel_release(), "");
  EXPECT_NE(hello.architecture(), "");
  EXPECT_EQ(hello.event_catalog_hash(), EventCatalogHash());
  EXPECT_EQ(hello.sensor(), "fake");
  EXPECT_GE(hello.cpus(), 1);
  EXPECT_EQ(OpenedFiles(), Files(1, 3));
  EXPECT_EQ(server_.batches()[0].run_id(), hello.run_id());
  // The record's time is of this boot: it makes a time of this year or later.
  EXPECT_GT(server_.batches()[0].clock_offset_ns(), 0);
  EXPECT_OK(Stop());
  EXPECT_EQ(collector_->unacked_batches(), 0);
}

TEST_F(CollectorTest, FollowsTheServersConfiguration) {
  Start();
  ASSERT_TRUE(server_.AwaitHeartbeats(1));
  server_.SendConfig(3, {"openat"});
  ASSERT_TRUE(server_.AwaitConfigAcks(1));
  EXPECT_EQ(server_.config_acks()[0].version(), 3);
  EXPECT_EQ(server_.config_acks()[0].code(), 0);
  EXPECT_EQ(source_->event_types(), std::vector<uint16_t>{EYRIE_EVENT_openat});
  server_.SendConfig(4, {"openat", "teleport"});
  ASSERT_TRUE(server_.AwaitConfigAcks(2));
  EXPECT_EQ(server_.config_acks()[1].version(), 4);
  EXPECT_EQ(server_.config_acks()[1].code(),
            static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(server_.config_acks()[1].message(), HasSubstr("\"teleport\""));
  EXPECT_EQ(source_->event_types(), std::vector<uint16_t>{EYRIE_EVENT_openat});

  source_->Push({RecordBuilder("connect").Build()});
  PushOpens(1, 1);
  ASSERT_TRUE(AwaitOpens(1));
  for (const v1::EventBatch& batch : server_.batches()) {
    EXPECT_EQ(batch.record_count(), 1) << "no connect";
  }
}

TEST_F(CollectorTest, NothingIsLostWhileTheServerIsAway) {
  Start();
  PushOpens(1, 10);
  ASSERT_TRUE(AwaitOpens(10));
  server_.Stop();
  PushOpens(11, 20);
  server_.Start();
  PushOpens(21, 30);
  ASSERT_TRUE(server_.Await([this] {
    const std::vector<std::string> files = OpenedFiles();
    return !files.empty() && files.back() == "/30";
  }));
  EXPECT_OK(Stop());
  // In order; the batch on its way at the stop may have come twice.
  std::vector<std::string> files = OpenedFiles();
  files.erase(std::unique(files.begin(), files.end()), files.end());
  EXPECT_EQ(files, Files(1, 30));
}

TEST_F(CollectorTest, ShutdownFlushesWhatWasCollected) {
  Start();
  ASSERT_TRUE(server_.AwaitHeartbeats(1));
  PushOpens(1, 1000);
  source_->End();
  EXPECT_OK(Join());
  EXPECT_EQ(OpenedFiles(), Files(1, 1000));
  EXPECT_EQ(collector_->unacked_batches(), 0);
  EXPECT_EQ(server_.heartbeats().back().events(), 1000);
}

TEST_F(CollectorTest, ShutdownWithoutServerEndsAtItsTimeout) {
  server_.Stop();
  options_.shutdown_timeout = absl::Milliseconds(50);
  Start();
  PushOpens(1, 1);
  source_->End();
  EXPECT_OK(Join());
  EXPECT_EQ(collector_->unacked_batches(), 1);
}

TEST_F(CollectorTest, FailureOfTheSourceEndsIt) {
  Start();
  PushOpens(1, 2);
  source_->End(absl::InternalError("the ring broke"));
  EXPECT_THAT(Join(), StatusIs(absl::StatusCode::kInternal, "the ring broke"));
  EXPECT_EQ(OpenedFiles(), Files(1, 2)) << "what was collected is sent";
}

TEST_F(CollectorTest, HeartbeatsReportLosses) {
  server_.SetHeartbeatInterval(absl::Milliseconds(100));
  Start();
  source_->SetLosses(
      {{SourceLoss::Reason::kEventRingFull, EYRIE_EVENT_openat, 17},
       {SourceLoss::Reason::kScratchBusy, 0, 2}});
  PushOpens(1, 5);
  ASSERT_TRUE(server_.Await([this] {
    const auto heartbeats = server_.heartbeats();
    return !heartbeats.empty() && heartbeats.back().losses_size() == 2 &&
           heartbeats.back().events() == 5;
  }));
  const v1::Heartbeat heartbeat = server_.heartbeats().back();
  EXPECT_EQ(heartbeat.losses(0).reason(),
            v1::LossReport::REASON_EVENT_RING_FULL);
  EXPECT_EQ(heartbeat.losses(0).event_type(), "openat");
  EXPECT_EQ(heartbeat.losses(0).count(), 17);
  EXPECT_EQ(heartbeat.losses(1).event_type(), "");
  EXPECT_GT(heartbeat.time().seconds(), 1'700'000'000);
  EXPECT_EQ(heartbeat.processes(), 1);
}

TEST_F(CollectorTest, FullSpoolIsCountedByType) {
  server_.SetAutoAck(false);
  server_.SetHeartbeatInterval(absl::Milliseconds(100));
  options_.spool_bytes = 2 << 20;
  Start();
  const std::string record =
      RecordBuilder("openat").Set("name", std::string(4000, 'x')).Build();
  const std::vector<std::string> records(1000, record);  // 4 MB
  source_->Push(records);
  ASSERT_TRUE(server_.Await([this] {
    const auto heartbeats = server_.heartbeats();
    return !heartbeats.empty() && heartbeats.back().losses_size() > 0;
  }));
  const v1::Heartbeat heartbeat = server_.heartbeats().back();
  EXPECT_EQ(heartbeat.losses(0).reason(), v1::LossReport::REASON_SPOOL_FULL);
  EXPECT_EQ(heartbeat.losses(0).event_type(), "openat");
  EXPECT_LE(heartbeat.spool_bytes(), 2 << 20);
  server_.SetAutoAck(true);
  server_.BreakStreams();
  EXPECT_OK(Stop());
  // Sent and lost are all there were.
  const v1::Heartbeat last = server_.heartbeats().back();
  EXPECT_EQ(last.events(), 1000);
  uint64_t lost = 0;
  for (const v1::LossReport& loss : last.losses()) lost += loss.count();
  uint64_t sent = 0;
  std::vector<uint64_t> seen;
  for (const v1::EventBatch& batch : server_.batches()) {
    if (std::find(seen.begin(), seen.end(), batch.sequence()) != seen.end()) {
      continue;
    }
    seen.push_back(batch.sequence());
    sent += batch.record_count();
  }
  EXPECT_EQ(sent + lost, 1000);
}

TEST_F(CollectorTest, ServesMetricsAndHealth) {
  Start();
  PushOpens(1, 4);
  ASSERT_TRUE(AwaitOpens(4));
  ASSERT_TRUE(server_.Await([this] {
    return absl::StrContains(Get("/metrics"), "eyrie_collector_events_total 4");
  })) << Get("/metrics");
  const std::string page = Get("/metrics");
  for (const char* line :
       {"eyrie_collector_records_read_total{type=\"openat\"} 4",
        "eyrie_collector_connected 1", "eyrie_collector_processes 1",
        "eyrie_collector_spool_batches 0", "eyrie_collector_connects_total 1",
        "eyrie_collector_poll_lag_seconds_count"}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
  EXPECT_EQ(Get("/healthz"), "200 ok\n");
  EXPECT_EQ(Get("/readyz"), "200 ok\n");
  server_.Stop();
  ASSERT_TRUE(server_.Await(
      [this] { return absl::StartsWith(Get("/readyz"), "503 "); }));
  EXPECT_THAT(Get("/readyz"), HasSubstr("not connected to the server"));
  server_.Start();
}

TEST_F(CollectorTest, RecordingIsReplayedToTheSameEvents) {
  for (const bool compress : {false, true}) {
    options_.record = absl::StrCat(::testing::TempDir(), "/r", compress);
    options_.record_compress = compress;
    options_.replay.clear();
    Start();
    source_->Push({RecordBuilder("execve")
                       .Process(50)
                       .Result(0)
                       .Set("comm", "evil")
                       .Set("exe", "/tmp/evil")
                       .Comm("evil")
                       .Build()});
    PushOpens(1, 100);
    source_->End();
    EXPECT_OK(Join());
    const std::vector<v1::EventBatch> recorded = server_.batches();

    options_.replay = options_.record;
    options_.record.clear();
    Start();
    EXPECT_OK(Join());
    const std::vector<v1::EventBatch> all = server_.batches();
    ASSERT_EQ(all.size(), 2 * recorded.size());
    EXPECT_NE(all.back().run_id(), recorded.back().run_id());
    EXPECT_EQ(server_.hellos().back().sensor(), "recording");
    for (size_t i = 0; i < recorded.size(); ++i) {
      v1::EventBatch replayed = all[recorded.size() + i];
      EXPECT_EQ(replayed.sequence(), i + 1);
      replayed.set_run_id(recorded[i].run_id());
      EXPECT_EQ(replayed.SerializeAsString(), recorded[i].SerializeAsString());
    }
    EXPECT_EQ(server_.heartbeats().back().events(), 101);
    // For the next round.
    collector_ = nullptr;
    server_.ForgetBatches();
  }
}

TEST_F(CollectorTest, TellsWhatItCannotDo) {
  options_.replay = "/nowhere/recording";
  EXPECT_THAT(
      Collector::Create(options_, nullptr, nullptr),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nowhere/recording")));
  options_.replay.clear();
  options_.server = "203.0.113.1:7443";
  EXPECT_THAT(
      Collector::Create(options_, std::make_unique<FakeEventSource>(), nullptr),
      StatusIs(absl::StatusCode::kFailedPrecondition))
      << "plain text beyond this machine";
}

}  // namespace
}  // namespace eyrie::collector
