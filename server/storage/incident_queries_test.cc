// SPDX-License-Identifier: Apache-2.0

#include "server/storage/incident_queries.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

#include "common/proto_time.h"
#include "common/testing/status_matchers.h"
#include "server/incidents/incident_filter.h"
#include "server/storage/index_entries.h"
#include "server/storage/rocksdb_store.h"
#include "server/storage/testing/samples.h"
#include "server/storage/testing/scratch_directory.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;
using testing::DetectionFacts;
using ::testing::HasSubstr;
using testing::SampleDetection;
using testing::SampleId;
using testing::SampleIncident;
using testing::SampleTime;

class IncidentQueriesTest : public ::testing::Test {
 protected:
  IncidentQueriesTest() {
    auto store = RocksDbStore::Open(
        {.directory = scratch_.Path("db"), .stats = &stats_});
    EXPECT_THAT(store, IsOk());
    store_ = *std::move(store);
  }

  void PutIncident(const v1::Incident& incident) {
    Commit commit;
    commit.incidents.push_back(incident);
    ASSERT_OK(store_->WriteCommit(commit));
  }

  const testing::ScratchDirectory scratch_;
  StoreStats stats_;
  std::unique_ptr<Store> store_;
};

v1::Detection DetectionOf(const DetectionFacts& facts,
                          const v1::Incident& incident) {
  v1::Detection detection = SampleDetection(facts);
  detection.set_incident_id(incident.id());
  return detection;
}

// Values, few enough that filters meet.
const char* const kRules[] = {"r1", "r2", "r3"};
const char* const kNodes[] = {"n1", "n2"};
const char* const kContainers[] = {"host", "", "0123456789ab", "0123ffffffff",
                                   "fedcba987654"};
const char* const kTags[] = {"t1", "t2", "t3"};

const char* const kNamespaces[] = {"shop", "test", ""};
const char* const kWorkloads[] = {"web", "api", ""};
const char* const kKinds[] = {"Deployment", "DaemonSet"};
const char* const kImages[] = {"docker.io/library/nginx:1",
                               "docker.io/library/nginx:2",
                               "docker.io/library/redis:7", ""};
const char* const kLabels[] = {"app=web", "app=api", "tier=front", "empty="};

template <typename Choices>
auto Pick(std::mt19937_64& random, const Choices& choices) {
  return choices[random() % std::size(choices)];
}

absl::Time PickTime(std::mt19937_64& random) {
  return SampleTime() + absl::Seconds(static_cast<int64_t>(random() % 100));
}

v1::IncidentFilter RandomFilter(std::mt19937_64& random) {
  v1::IncidentFilter filter;
  const auto sometimes = [&random] { return random() % 4 == 0; };
  if (sometimes()) *filter.mutable_since() = ToProtoTime(PickTime(random));
  if (sometimes()) {
    *filter.mutable_until() = ToProtoTime(PickTime(random));
    if (filter.has_since() &&
        FromProtoTime(filter.since()) > FromProtoTime(filter.until())) {
      filter.mutable_since()->Swap(filter.mutable_until());
    }
  }
  if (sometimes()) filter.set_rule(Pick(random, kRules));
  if (sometimes()) {
    filter.set_min_priority(static_cast<v1::Priority>(1 + random() % 8));
  }
  if (sometimes()) filter.set_node(Pick(random, kNodes));
  if (sometimes()) {
    const char* const prefixes[] = {
        "host", "0123", "0", "fedcba987654", "fedcba987654aaaa", "x"};
    filter.set_container_id(Pick(random, prefixes));
  }
  if (sometimes()) {
    for (uint64_t states = 1 + random() % 2; states > 0; --states) {
      filter.add_states(static_cast<v1::Incident::State>(1 + random() % 3));
    }
  }
  if (sometimes()) filter.set_tag(Pick(random, kTags));
  if (sometimes()) filter.set_namespace_(Pick(random, kNamespaces));
  if (sometimes()) {
    const char* const workloads[] = {"web", "deployment/web", "DaemonSet/api",
                                     "Job/web", "we"};
    filter.set_workload(Pick(random, workloads));
  }
  if (sometimes()) {
    const char* const images[] = {"docker.io/library/nginx", "docker.io/",
                                  "docker.io/library/redis:7", "nginx"};
    filter.set_image(Pick(random, images));
  }
  for (int i = 0; i < 2; ++i) {
    if (sometimes()) filter.add_labels(Pick(random, kLabels));
  }
  if (sometimes()) filter.set_source(random() % 2 == 0 ? "syscall" : "other");
  return filter;
}

// None, a container's or a pod's; some with more labels than are indexed.
void SetRandomWorkload(std::mt19937_64& random, v1::Workload* workload) {
  workload->set_namespace_(Pick(random, kNamespaces));
  workload->set_kind(Pick(random, kKinds));
  workload->set_name(Pick(random, kWorkloads));
  workload->set_image(Pick(random, kImages));
  for (uint64_t labels = random() % 4; labels > 0; --labels) {
    const std::vector<std::string> label =
        absl::StrSplit(Pick(random, kLabels), '=');
    (*workload->mutable_labels())[label[0]] = label[1];
  }
  if (random() % 8 != 0) return;
  for (size_t i = 0; i < kMaxIndexedLabels; ++i) {
    (*workload->mutable_labels())[absl::StrCat("a", i)] = "x";
  }
}

template <typename T, typename List>
std::vector<std::string> AllPages(List list) {
  std::vector<std::string> ids;
  std::string token;
  do {
    const absl::StatusOr<Page<T>> page = list(token);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    for (const T& item : page->items) ids.push_back(item.id());
    token = page->next_page_token;
  } while (!token.empty());
  return ids;
}

// Ids of `items` for which `matches` holds, newest first.
template <typename T, typename Time, typename Matches>
std::vector<std::string> Expected(const std::vector<T>& items, Time time,
                                  Matches matches) {
  std::vector<std::pair<absl::Time, std::string>> found;
  for (const T& item : items) {
    if (matches(item)) found.emplace_back(time(item), item.id());
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<std::string> ids;
  for (const auto& [unused, id] : found) ids.push_back(id);
  return ids;
}

// Whatever index answers a query, the answer is that of a scan of everything.
TEST_F(IncidentQueriesTest, AnswersRandomFiltersAsAFullScanWould) {
  const unsigned seed = 20260203;
  std::mt19937_64 random(seed);
  std::vector<v1::Incident> incidents;
  std::vector<v1::Detection> detections;
  Commit commit;
  for (uint64_t i = 0; i < 400; ++i) {
    const absl::Time first_seen = PickTime(random);
    v1::Incident incident = SampleIncident(
        {.number = i,
         .first_seen = first_seen,
         .last_seen =
             first_seen + absl::Seconds(static_cast<int64_t>(random() % 20)),
         .rule = Pick(random, kRules),
         .priority = static_cast<v1::Priority>(1 + random() % 8),
         .node = Pick(random, kNodes),
         .container_id = Pick(random, kContainers),
         .state = static_cast<v1::Incident::State>(1 + random() % 3),
         .tag = Pick(random, kTags)});
    incident.add_tags(Pick(random, kTags));
    if (random() % 4 != 0) {
      SetRandomWorkload(random, incident.mutable_workload());
    }
    v1::Detection detection =
        DetectionOf({.number = i,
                     .time = first_seen,
                     .rule = incident.rule(),
                     .priority = incident.priority(),
                     .node = incident.node(),
                     .container_id = incident.container_id()},
                    incidents.empty() ? incident : Pick(random, incidents));
    *detection.mutable_tags() = incident.tags();
    if (incident.has_workload()) {
      *detection.mutable_workload() = incident.workload();
    }
    commit.incidents.push_back(incident);
    commit.detections.push_back(detection);
    incidents.push_back(std::move(incident));
    detections.push_back(std::move(detection));
  }
  ASSERT_OK(store_->WriteCommit(commit));
  absl::flat_hash_map<std::string, v1::Incident::State> states;
  for (const v1::Incident& incident : incidents) {
    states[incident.id()] = incident.state();
  }

  for (int i = 0; i < 300; ++i) {
    const v1::IncidentFilter filter = RandomFilter(random);
    const int page_size = 1 + static_cast<int>(random() % 60);
    EXPECT_EQ(AllPages<v1::Incident>([&](const std::string& token) {
                return store_->ListIncidents(filter, page_size, token);
              }),
              Expected(
                  incidents,
                  [](const auto& x) { return FromProtoTime(x.last_seen()); },
                  [&](const auto& x) { return MatchesFilter(x, filter); }))
        << filter.ShortDebugString();
    const std::string of =
        random() % 4 == 0 ? Pick(random, incidents).id() : "";
    EXPECT_EQ(
        AllPages<v1::Detection>([&](const std::string& token) {
          return store_->ListDetections(filter, of, page_size, token);
        }),
        Expected(
            detections, [](const auto& x) { return FromProtoTime(x.time()); },
            [&](const auto& x) {
              return MatchesFilter(x, filter) &&
                     MatchesState(filter, states[x.incident_id()]) &&
                     (of.empty() || x.incident_id() == of);
            }))
        << filter.ShortDebugString() << " of " << of;
  }
}

TEST_F(IncidentQueriesTest, ReadsFewEntriesForASelectiveFilter) {
  Commit commit;
  for (uint64_t i = 0; i < 5000; ++i) {
    commit.incidents.push_back(
        SampleIncident({.number = i,
                        .last_seen = SampleTime() + absl::Seconds(i),
                        .rule = i % 1000 == 0 ? "rare" : "common",
                        .node = i == 77 ? "special" : "n1"}));
  }
  ASSERT_OK(store_->WriteCommit(commit));
  v1::IncidentFilter filter;
  filter.set_rule("rare");
  filter.set_node("n1");
  filter.set_min_priority(v1::WARNING);
  ASSERT_OK_AND_ASSIGN(const auto rare, store_->ListIncidents(filter, 100, ""));
  EXPECT_EQ(rare.items.size(), 5u);
  EXPECT_EQ(stats_.scanned_entries, 5u);
  filter.set_rule("common");
  filter.set_node("special");
  ASSERT_OK_AND_ASSIGN(const auto special,
                       store_->ListIncidents(filter, 100, ""));
  EXPECT_EQ(special.items.size(), 1u);
  EXPECT_EQ(stats_.scanned_entries, 6u);
}

TEST_F(IncidentQueriesTest, ReadsOnlyTheIncidentsOfAWorkload) {
  Commit commit;
  for (uint64_t i = 0; i < 2000; ++i) {
    v1::Incident incident = SampleIncident({.number = i});
    v1::Workload& workload = *incident.mutable_workload();
    const bool is_rare = i % 500 == 0;
    workload.set_namespace_(is_rare ? "shop" : "test");
    workload.set_name(is_rare ? "web" : "api");
    workload.set_image(is_rare ? "nginx:1" : "redis:7");
    (*workload.mutable_labels())["app"] = is_rare ? "web" : "api";
    commit.incidents.push_back(incident);
    v1::Detection detection = DetectionOf({.number = i}, incident);
    *detection.mutable_workload() = workload;
    commit.detections.push_back(detection);
  }
  ASSERT_OK(store_->WriteCommit(commit));
  std::vector<v1::IncidentFilter> filters(4);
  filters[0].set_namespace_("shop");
  filters[1].set_workload("web");
  filters[2].set_image("nginx");
  filters[3].add_labels("app=web");
  for (const v1::IncidentFilter& filter : filters) {
    stats_.scanned_entries = 0;
    ASSERT_OK_AND_ASSIGN(const auto incidents,
                         store_->ListIncidents(filter, 100, ""));
    EXPECT_EQ(incidents.items.size(), 4u) << filter.ShortDebugString();
    EXPECT_EQ(stats_.scanned_entries, 4u) << filter.ShortDebugString();
    if (filter.labels_size() > 0) continue;  // no index of detections
    ASSERT_OK_AND_ASSIGN(const auto detections,
                         store_->ListDetections(filter, "", 100, ""));
    EXPECT_EQ(detections.items.size(), 4u) << filter.ShortDebugString();
    EXPECT_EQ(stats_.scanned_entries, 8u) << filter.ShortDebugString();
  }
}

// Their lists hold the beginnings of what is too long for them.
TEST_F(IncidentQueriesTest, FindsWhatIsTooLongForTheIndex) {
  const std::string longer(kMaxIndexedBytes + 100, 'x');
  v1::Incident incident = SampleIncident({.number = 1});
  v1::Workload& workload = *incident.mutable_workload();
  workload.set_name(longer);
  workload.set_image(longer);
  (*workload.mutable_labels())["app"] = longer;
  PutIncident(incident);
  std::vector<v1::IncidentFilter> filters(3);
  filters[0].set_workload(longer);
  filters[1].set_image(longer);
  filters[2].add_labels(absl::StrCat("app=", longer));
  for (v1::IncidentFilter& filter : filters) {
    ASSERT_OK_AND_ASSIGN(const auto page, store_->ListIncidents(filter, 9, ""));
    EXPECT_EQ(page.items.size(), 1u) << filter.ShortDebugString();
  }
  filters[1].set_image(absl::StrCat(longer, "y"));
  ASSERT_OK_AND_ASSIGN(const auto none,
                       store_->ListIncidents(filters[1], 9, ""));
  EXPECT_EQ(none.items.size(), 0u);
}

TEST_F(IncidentQueriesTest, BoundsWhatOneListingReads) {
  Commit commit;
  for (uint64_t i = 0; i < 20'050; ++i) {
    commit.detections.push_back(
        DetectionOf({.number = i, .time = SampleTime() - absl::Seconds(i)},
                    SampleIncident({.number = 1})));
  }
  commit.detections.back().add_tags("needle");
  ASSERT_OK(store_->WriteCommit(commit));
  v1::IncidentFilter filter;
  filter.set_tag("needle");  // detections have no index of tags
  ASSERT_OK_AND_ASSIGN(const auto first,
                       store_->ListDetections(filter, "", 10, ""));
  EXPECT_EQ(stats_.scanned_entries, 20'000u);
  EXPECT_EQ(first.items.size(), 0u);
  ASSERT_NE(first.next_page_token, "");
  ASSERT_OK_AND_ASSIGN(
      const auto second,
      store_->ListDetections(filter, "", 10, first.next_page_token));
  EXPECT_EQ(second.items.size(), 1u);
  EXPECT_EQ(second.next_page_token, "");
}

TEST_F(IncidentQueriesTest, PagesStandStillWhileIncidentsMove) {
  for (uint64_t i = 0; i < 10; ++i) {
    PutIncident(SampleIncident(
        {.number = i, .last_seen = SampleTime() + absl::Seconds(i)}));
  }
  ASSERT_OK_AND_ASSIGN(const auto first, store_->ListIncidents({}, 4, ""));
  // One of the first page and one of the rest are seen again.
  for (const uint64_t moved : {8, 2}) {
    PutIncident(SampleIncident(
        {.number = moved, .last_seen = SampleTime() + absl::Minutes(1)}));
  }
  ASSERT_OK_AND_ASSIGN(const auto rest,
                       store_->ListIncidents({}, 10, first.next_page_token));
  std::vector<std::string> expected;
  for (const uint64_t i : {5, 4, 3, 1, 0}) expected.push_back(SampleId(i));
  std::vector<std::string> ids;
  for (const auto& incident : rest.items) ids.push_back(incident.id());
  EXPECT_EQ(ids, expected);
}

TEST_F(IncidentQueriesTest, ChecksWhatItIsAsked) {
  PutIncident(SampleIncident({.number = 1}));
  PutIncident(SampleIncident({.number = 2}));
  EXPECT_THAT(store_->ListIncidents({}, 0, ""),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->ListDetections({}, "", 1001, ""),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->ListDetections({}, "abc", 10, ""),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("incident id \"abc\"")));
  ASSERT_OK_AND_ASSIGN(const auto page, store_->ListIncidents({}, 1, ""));
  v1::IncidentFilter other;
  other.set_rule("other");
  EXPECT_THAT(store_->ListIncidents(other, 1, page.next_page_token),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("another listing")));
  EXPECT_THAT(store_->ListDetections({}, "", 1, page.next_page_token),
              StatusIs(absl::StatusCode::kInvalidArgument));
  other.clear_rule();
  *other.mutable_since() = ToProtoTime(SampleTime());
  *other.mutable_until() = ToProtoTime(SampleTime() - absl::Seconds(1));
  EXPECT_THAT(store_->ListIncidents(other, 1, ""),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace eyrie::server
