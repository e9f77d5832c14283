// SPDX-License-Identifier: Apache-2.0
//
// Against a real gRPC server in the same process.

#include "collector/uplink/uplink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eyrie/v1/event.pb.h"

#include "collector/uplink/grpc_connector.h"
#include "common/testing/status_matchers.h"
#include "tests/testing/fake_server.h"

namespace eyrie::collector {
namespace {

using ::eyrie::testing::FakeServer;

constexpr uint64_t kRun = 77;

// Gives two messages on each stream, then each change that it is told.
class FakeInventory : public InventorySource {
 public:
  void Remove(absl::string_view id) {
    absl::MutexLock lock(&mutex_);
    removed_.push_back(std::string(id));
  }

  bool NextInventory(bool is_new_stream,
                     v1::ContainerInventory* inventory) override {
    absl::MutexLock lock(&mutex_);
    if (is_new_stream) left_ = 2;
    if (left_ > 0) {
      inventory->set_is_snapshot(is_new_stream);
      inventory->add_containers()->set_id(absl::StrCat("c", left_--));
      return true;
    }
    if (removed_.empty()) return false;
    for (const std::string& id : removed_) inventory->add_removed(id);
    removed_.clear();
    return true;
  }

 private:
  absl::Mutex mutex_;
  int left_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> removed_ ABSL_GUARDED_BY(mutex_);
};

class UplinkTest : public ::testing::Test {
 protected:
  ~UplinkTest() override { uplink_.reset(); }

  void StartUplink() {
    auto connector = MakeGrpcConnector({.server = server_.address()});
    ASSERT_OK(connector);
    connector_ = *std::move(connector);
    UplinkOptions options;
    options.hello.set_node("n1");
    options.hello.set_run_id(kRun);
    options.backoff = {absl::Milliseconds(1), absl::Milliseconds(5),
                       absl::Milliseconds(20)};
    options.welcome_timeout = welcome_timeout_;
    options.inventory_interval = absl::Milliseconds(5);
    uplink_ = std::make_unique<Uplink>(
        options, connector_.get(), &spool_,
        [this](v1::Heartbeat* heartbeat) { heartbeat->set_events(++beats_); },
        has_inventory_ ? &inventory_ : nullptr);
    uplink_->Start();
  }
  void Add(int count, size_t bytes = 10) {
    for (int i = 0; i < count; ++i) {
      v1::EventBatch message;
      message.set_records(std::string(bytes, 'r'));
      Batch batch;
      batch.body = message.SerializeAsString();
      batch.records = 1;
      ASSERT_TRUE(spool_.Add(std::move(batch)));
      if (uplink_ != nullptr) uplink_->Wake();
    }
  }
  uint64_t Stop(absl::Duration timeout = FakeServer::kPatience) {
    return uplink_->Stop(absl::Now() + timeout);
  }
  // Waits until the spool holds nothing below `sequence`.
  bool AwaitFirst(uint64_t sequence) {
    return server_.Await(
        [this, sequence] { return spool_.first_sequence() >= sequence; });
  }

  FakeServer server_;
  Spool spool_{kRun, 64 << 20};
  absl::Duration welcome_timeout_ = absl::Seconds(10);
  uint64_t beats_ = 0;
  bool has_inventory_ = false;
  FakeInventory inventory_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<Uplink> uplink_;
};

std::vector<uint64_t> Range(uint64_t first, uint64_t last) {
  std::vector<uint64_t> numbers;
  for (uint64_t i = first; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

TEST_F(UplinkTest, SendsHelloThenBatchesInOrder) {
  Add(3);
  StartUplink();
  ASSERT_TRUE(server_.AwaitBatches(3));
  Add(2);
  ASSERT_TRUE(server_.AwaitBatches(5));
  EXPECT_EQ(server_.sequences(), Range(1, 5));
  ASSERT_EQ(server_.hellos().size(), 1);
  EXPECT_EQ(server_.hellos()[0].node(), "n1");
  EXPECT_EQ(server_.hellos()[0].run_id(), kRun);
  EXPECT_EQ(server_.batches()[4].run_id(), kRun);
  EXPECT_EQ(Stop(), 0);
  EXPECT_EQ(server_.finished_streams(), 1) << "ended in good order";
  EXPECT_EQ(uplink_->stats().batches_resent, 0);
}

TEST_F(UplinkTest, AcknowledgedBatchesLeaveTheSpool) {
  server_.SetAutoAck(false);
  StartUplink();
  Add(5);
  ASSERT_TRUE(server_.AwaitBatches(5));
  EXPECT_EQ(spool_.stats().batches, 5);
  server_.SendAck(3);
  ASSERT_TRUE(AwaitFirst(4));
  EXPECT_EQ(spool_.stats().batches, 2);
  server_.SendAck(5);
  ASSERT_TRUE(AwaitFirst(6));
  EXPECT_TRUE(spool_.empty());
}

TEST_F(UplinkTest, BrokenStreamResendsWhatIsNotAcknowledged) {
  server_.SetAutoAck(false);
  StartUplink();
  Add(4);
  ASSERT_TRUE(server_.AwaitBatches(4));
  // Acknowledged to the uplink, and so remembered by no other than the test:
  // the fake server's welcome must say the same.
  server_.SendAck(2);
  ASSERT_TRUE(AwaitFirst(3));
  server_.OverrideAcked(2);
  server_.BreakStreams();
  ASSERT_TRUE(server_.AwaitBatches(6));
  EXPECT_EQ(server_.sequences(), (std::vector<uint64_t>{1, 2, 3, 4, 3, 4}));
  EXPECT_EQ(uplink_->stats().batches_resent, 2);
  EXPECT_EQ(uplink_->stats().streams, 2);
}

TEST_F(UplinkTest, WelcomeSkipsWhatIsDurableAlready) {
  server_.SetAutoAck(false);
  StartUplink();
  Add(4);
  ASSERT_TRUE(server_.AwaitBatches(4));
  // The acknowledgement was lost with the stream.
  server_.OverrideAcked(3);
  server_.BreakStreams();
  ASSERT_TRUE(server_.AwaitBatches(5));
  EXPECT_EQ(server_.sequences(), (std::vector<uint64_t>{1, 2, 3, 4, 4}));
  EXPECT_EQ(spool_.first_sequence(), 4);
}

// "pure virtual method called": a write began after the hold on the call was
// given up.
TEST_F(UplinkTest, WritingToStreamThatEndsDoesNotCrash) {
  auto connector = MakeGrpcConnector({.server = server_.address()});
  ASSERT_OK(connector);
  v1::ConnectRequest hello;
  hello.mutable_hello()->set_run_id(kRun);
  v1::ConnectRequest heartbeat;
  heartbeat.mutable_heartbeat()->set_events(1);
  for (int round = 0; round < 100; ++round) {
    const std::unique_ptr<Stream> stream = (*connector)->Connect([] {});
    stream->Write(hello);
    while (!stream->TakeResponse().has_value()) {
      ASSERT_FALSE(stream->ended().has_value());
    }
    if (!stream->is_writing()) stream->Write(heartbeat);
    server_.BreakStreams();
    while (!stream->ended().has_value()) {
      if (!stream->is_writing()) stream->Write(heartbeat);
    }
    stream->WritesDone();
  }
}

TEST_F(UplinkTest, ServerThatForgotGetsWhatIsThere) {
  StartUplink();
  Add(3);
  ASSERT_TRUE(AwaitFirst(4));
  server_.SetAutoAck(false);
  server_.OverrideAcked(1);  // restored from a backup
  server_.BreakStreams();
  Add(1);
  ASSERT_TRUE(server_.AwaitBatches(4));
  EXPECT_EQ(server_.sequences().back(), 4);
  EXPECT_EQ(uplink_->stats().batches_missing, 2);
}

TEST_F(UplinkTest, ImpossibleAcknowledgementsLoseNothing) {
  server_.SetAutoAck(false);
  StartUplink();
  Add(2);
  ASSERT_TRUE(server_.AwaitBatches(2));
  server_.SendAck(50);
  ASSERT_TRUE(server_.AwaitBatches(4)) << "broke the stream and sent again";
  EXPECT_EQ(server_.sequences(), (std::vector<uint64_t>{1, 2, 1, 2}));
  EXPECT_EQ(spool_.stats().batches, 2);
}

TEST_F(UplinkTest, ServerThatStartsLateGetsEverything) {
  server_.Stop();
  Add(3);
  StartUplink();
  ASSERT_TRUE(
      server_.Await([this] { return uplink_->stats().failed_attempts >= 3; }));
  server_.Start();
  ASSERT_TRUE(server_.AwaitBatches(3));
  EXPECT_EQ(server_.sequences(), Range(1, 3));
}

TEST_F(UplinkTest, ServerThatRestartsAgainAndAgainGetsEveryBatch) {
  StartUplink();
  for (int i = 0; i < 5; ++i) {
    Add(10);
    ASSERT_TRUE(server_.AwaitBatches(10 * i + 5));
    server_.Stop();
    server_.Start();
  }
  ASSERT_TRUE(AwaitFirst(51));
  // Repeated ones are fine, missing ones are not.
  std::vector<uint64_t> sequences = server_.sequences();
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()),
                  sequences.end());
  EXPECT_EQ(sequences, Range(1, 50));
}

TEST_F(UplinkTest, RefusalIsTriedAgain) {
  server_.RefuseWith(absl::PermissionDeniedError("not yet"));
  Add(1);
  StartUplink();
  ASSERT_TRUE(server_.AwaitHellos(3));
  EXPECT_FALSE(uplink_->is_connected());
  server_.RefuseWith(absl::OkStatus());
  ASSERT_TRUE(server_.AwaitBatches(1));
}

TEST_F(UplinkTest, SilentServerIsGivenUp) {
  welcome_timeout_ = absl::Milliseconds(20);
  server_.StaySilent(true);
  Add(1);
  StartUplink();
  ASSERT_TRUE(server_.AwaitHellos(2)) << "the second attempt";
  server_.StaySilent(false);
  ASSERT_TRUE(server_.AwaitBatches(1));
}

TEST_F(UplinkTest, ConfigurationsAreTakenAndAnswered) {
  StartUplink();
  ASSERT_TRUE(server_.AwaitHeartbeats(1));
  EXPECT_FALSE(uplink_->TakeConfig().has_value());
  server_.SendConfig(7, {"openat", "connect"});
  std::optional<v1::CollectorConfig> config;
  ASSERT_TRUE(server_.Await([&] {
    config = uplink_->TakeConfig();
    return config.has_value();
  }));
  EXPECT_EQ(config->version(), 7);
  EXPECT_EQ(config->event_types_size(), 2);
  EXPECT_FALSE(uplink_->TakeConfig().has_value()) << "given once";
  v1::ConfigAck ack;
  ack.set_version(7);
  ack.set_code(3);
  ack.set_message("unknown event type \"x\"");
  uplink_->AnswerConfig(ack);
  ASSERT_TRUE(server_.AwaitConfigAcks(1));
  EXPECT_EQ(server_.config_acks()[0].version(), 7);
  EXPECT_EQ(server_.config_acks()[0].code(), 3);
  EXPECT_EQ(server_.config_acks()[0].message(), "unknown event type \"x\"");
}

TEST_F(UplinkTest, HeartbeatsComeAtTheServersInterval) {
  server_.SetHeartbeatInterval(absl::Milliseconds(100));
  const absl::Time begin = absl::Now();
  StartUplink();
  ASSERT_TRUE(server_.AwaitHeartbeats(4));
  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(300));
  EXPECT_EQ(server_.heartbeats()[3].events(), 4);
}

TEST_F(UplinkTest, SlowServerHoldsTheUplinkBack) {
  server_.SetReading(false);
  StartUplink();
  // Far more than the transport's windows hold.
  Add(30, 1 << 20);
  ASSERT_TRUE(server_.AwaitHellos(1));
  server_.SetReading(true);
  ASSERT_TRUE(server_.AwaitBatches(30));
  EXPECT_EQ(server_.sequences(), Range(1, 30));
  EXPECT_EQ(uplink_->stats().batches_resent, 0);
}

TEST_F(UplinkTest, StopWaitsForAcknowledgements) {
  server_.SetAutoAck(false);
  StartUplink();
  Add(2);
  ASSERT_TRUE(server_.AwaitBatches(2));
  std::thread late([this] { server_.SendAck(2); });
  EXPECT_EQ(Stop(), 0);
  late.join();
}

TEST_F(UplinkTest, StopGivesUpAtItsDeadline) {
  server_.SetAutoAck(false);
  StartUplink();
  Add(2);
  ASSERT_TRUE(server_.AwaitBatches(2));
  EXPECT_EQ(Stop(absl::Milliseconds(30)), 2);
}

TEST_F(UplinkTest, StopWithNothingToSendIsQuickWithoutAServer) {
  server_.Stop();
  StartUplink();
  const absl::Time begin = absl::Now();
  EXPECT_EQ(Stop(), 0);
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
}

TEST_F(UplinkTest, LastHeartbeatReportsBeforeTheEnd) {
  StartUplink();
  ASSERT_TRUE(server_.AwaitHeartbeats(1));
  EXPECT_EQ(Stop(), 0);
  EXPECT_EQ(server_.heartbeats().size(), 2);
}

TEST_F(UplinkTest, EachStreamBeginsWithTheWholeInventory) {
  has_inventory_ = true;
  StartUplink();
  Add(3);
  const auto has = [this](size_t count) {
    return server_.Await(
        [this, count] { return server_.inventories().size() >= count; });
  };
  ASSERT_TRUE(has(2));
  ASSERT_TRUE(server_.AwaitBatches(3));
  EXPECT_TRUE(server_.inventories()[0].is_snapshot());
  EXPECT_EQ(server_.inventories()[0].containers(0).id(), "c2");
  EXPECT_FALSE(server_.inventories()[1].is_snapshot());

  inventory_.Remove("c1");
  ASSERT_TRUE(has(3));
  EXPECT_EQ(server_.inventories()[2].removed(0), "c1");

  server_.BreakStreams();
  ASSERT_TRUE(has(5));
  EXPECT_TRUE(server_.inventories()[3].is_snapshot());
  EXPECT_EQ(Stop(), 0);
}

}  // namespace
}  // namespace eyrie::collector
