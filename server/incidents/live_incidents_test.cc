// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/live_incidents.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"

#include "common/testing/status_matchers.h"
#include "server/incidents/forwarding_store.h"
#include "server/storage/rocksdb_store.h"
#include "server/storage/testing/samples.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;
using testing::SampleIncident;
using testing::SampleTime;

// Fails lookups of live incidents on demand.
class FailingStore : public testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  absl::StatusOr<std::optional<v1::Incident>> FindLiveIncident(
      absl::string_view fingerprint) override {
    if (!error.ok()) return error;
    return ForwardingStore::FindLiveIncident(fingerprint);
  }

  absl::Status error;
};

class LiveIncidentsTest : public ::testing::Test {
 protected:
  LiveIncidentsTest()
      : real_(*RocksDbStore::Open({.directory = scratch_.Path("db")})),
        store_(real_.get()) {}

  v1::Incident Store(uint64_t number) {
    Commit commit;
    commit.incidents.push_back(SampleIncident({.number = number}));
    EXPECT_OK(real_->WriteCommit(commit));
    return commit.incidents[0];
  }

  // The id of what is found, or "none".
  std::string Find(LiveIncidents& live, const v1::Incident& incident,
                   absl::Time now = SampleTime()) {
    const auto found = live.Find(incident.fingerprint(), now);
    EXPECT_THAT(found, IsOk());
    return found.ok() && found->has_value() ? (*found)->id() : "none";
  }

  const testing::ScratchDirectory scratch_;
  std::unique_ptr<::eyrie::server::Store> real_;
  FailingStore store_;
  IncidentWriterStats stats_;
};

TEST_F(LiveIncidentsTest, ReadsTheStoreOnce) {
  LiveIncidents live(&store_, 10, &stats_);
  const v1::Incident incident = Store(1);
  EXPECT_EQ(Find(live, incident), incident.id());
  EXPECT_EQ(Find(live, incident), incident.id());
  EXPECT_EQ(stats_.cache_misses, 1u);
  EXPECT_EQ(stats_.cache_hits, 1u);
  EXPECT_EQ(Find(live, SampleIncident({.number = 2})), "none");
}

TEST_F(LiveIncidentsTest, KeepsTheMostRecentlyUsed) {
  LiveIncidents live(&store_, 2, &stats_);
  const v1::Incident a = Store(1);
  const v1::Incident b = Store(2);
  const v1::Incident c = Store(3);
  Find(live, a);
  Find(live, b);
  Find(live, a);
  Find(live, c);  // b goes
  EXPECT_EQ(live.size(), 2u);
  stats_.cache_misses = 0;
  Find(live, a);
  Find(live, c);
  EXPECT_EQ(stats_.cache_misses, 0u);
  EXPECT_EQ(Find(live, b), b.id());
  EXPECT_EQ(stats_.cache_misses, 1u);
  EXPECT_EQ(live.size(), 2u);
}

TEST_F(LiveIncidentsTest, ForgetsResolvedIncidents) {
  LiveIncidents live(&store_, 10, &stats_);
  v1::Incident incident = SampleIncident({.number = 1});
  live.Remember(incident, SampleTime());
  EXPECT_EQ(Find(live, incident), incident.id());
  incident.set_state(v1::Incident::RESOLVED);
  live.Remember(incident, SampleTime());
  EXPECT_EQ(live.size(), 0u);
  EXPECT_EQ(Find(live, incident), "none");
}

TEST_F(LiveIncidentsTest, ReadsAgainWhatWasNotUsedForAnHour) {
  LiveIncidents live(&store_, 10, &stats_);
  // Not in the store, as if retention had deleted it.
  const v1::Incident incident = SampleIncident({.number = 1});
  live.Remember(incident, SampleTime());
  const absl::Time almost =
      SampleTime() + absl::Hours(1) - absl::Nanoseconds(1);
  EXPECT_EQ(Find(live, incident, almost), incident.id());
  EXPECT_EQ(Find(live, incident, almost + absl::Hours(1)), "none");
}

TEST_F(LiveIncidentsTest, DoesNotKeepHugeIncidents) {
  LiveIncidents live(&store_, 10, &stats_);
  v1::Incident incident = SampleIncident({.number = 1});
  for (int i = 0; i < 20; ++i) {
    incident.add_notes()->set_text(std::string(4096, 'x'));
  }
  live.Remember(incident, SampleTime());
  EXPECT_EQ(live.size(), 0u);
}

TEST_F(LiveIncidentsTest, TakesADamagedIncidentForNone) {
  LiveIncidents live(&store_, 10, &stats_);
  const v1::Incident incident = Store(1);
  store_.error = absl::DataLossError("damaged");
  EXPECT_EQ(Find(live, incident), "none");
  store_.error = absl::UnavailableError("disk gone");
  EXPECT_THAT(live.Find(incident.fingerprint(), SampleTime()),
              StatusIs(absl::StatusCode::kUnavailable));
  store_.error = absl::OkStatus();
  EXPECT_EQ(Find(live, incident), incident.id());
}

}  // namespace
}  // namespace eyrie::server
