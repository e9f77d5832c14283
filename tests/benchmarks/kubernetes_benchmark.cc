// SPDX-License-Identifier: Apache-2.0
//
// What the directory of pods costs: memory and time for a cluster of 10,000
// pods in 1,000 deployments, through the real parser, and one lookup.
//
// `bytes_per_cluster` is what the process's heap grew by, with every pod joined
// once. The mark is 100 MB.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/clock.h"
#include "server/kubernetes/object_parser.h"
#include "server/kubernetes/pod_directory.h"

namespace eyrie::server {
namespace {

constexpr int kDeployments = 1000;
constexpr int kPodsOfEach = 10;
constexpr int kNamespaces = 50;
constexpr int kNodes = 200;
constexpr int kPageSize = 250;

std::string Uid(absl::string_view kind, int number) {
  return absl::StrFormat("%08x-0000-4000-8000-%s%010x", number, kind, number);
}

// As the API server sends it, with what is not kept: managed fields, container
// specifications and conditions, some 4 KiB.
std::string Ballast() {
  return absl::StrCat(
      ",\"managedFields\":[{\"manager\":\"kubelet\",\"fieldsV1\":{\"f:x\":\"",
      std::string(2000, 'f'), "\"}}]");
}

std::string Metadata(const std::string& uid, const std::string& name, int app,
                     const std::string& owner_kind,
                     const std::string& owner_uid) {
  std::string owner;
  if (!owner_uid.empty()) {
    owner =
        absl::StrCat(",\"ownerReferences\":[{\"kind\":\"", owner_kind,
                     "\",\"uid\":\"", owner_uid, "\",\"controller\":true}]");
  }
  return absl::StrCat(
      "{\"metadata\":{\"uid\":\"", uid, "\",\"name\":\"", name,
      "\",\"namespace\":\"team-", app % kNamespaces,
      "\",\"labels\":{\"app.kubernetes.io/name\":\"application-", app,
      "\",\"app.kubernetes.io/instance\":\"application-", app,
      "\",\"app.kubernetes.io/version\":\"1.2.3\",\"team\":\"team-",
      app % kNamespaces, "\",\"pod-template-hash\":\"5d9c7b8f6d\"}", owner,
      Ballast(), "}");
}

std::string Pod(int app, int number) {
  const int pod = app * kPodsOfEach + number;
  return absl::StrCat(
      Metadata(Uid("aa", pod),
               absl::StrCat("application-", app, "-5d9c7b8f6d-", number), app,
               "ReplicaSet", Uid("bb", app)),
      ",\"spec\":{\"nodeName\":\"node-", pod % kNodes,
      "\",\"containers\":[{\"name\":\"c\",\"env\":[{\"name\":\"A\",\"value\":"
      "\"",
      std::string(1500, 'e'), "\"}]}]},\"status\":{\"podIP\":\"10.1.",
      pod / 250, ".", pod % 250, "\",\"podIPs\":[{\"ip\":\"10.1.", pod / 250,
      ".", pod % 250, "\"}]}}");
}

struct Page {
  ResourceKind kind;
  std::string json;
};

// Everything of the cluster, in pages.
class Pages {
 public:
  Pages() {
    for (int i = 0; i < kNamespaces; ++i) {
      Add(ResourceKind::kNamespace,
          absl::StrCat("{\"metadata\":{\"uid\":\"", Uid("cc", i),
                       "\",\"name\":\"team-", i,
                       "\",\"labels\":{\"a\":\"b\"}}}"));
    }
    for (int i = 0; i < kNodes; ++i) {
      Add(ResourceKind::kNode,
          absl::StrCat(
              "{\"metadata\":{\"uid\":\"", Uid("dd", i), "\",\"name\":\"node-",
              i, "\",\"labels\":{\"topology.kubernetes.io/zone\":\"a\"}}}"));
    }
    for (int i = 0; i < kDeployments; ++i) AddApplication(i);
    for (int i = 0; i < kDeployments; ++i) {
      for (int j = 0; j < kPodsOfEach; ++j) Add(ResourceKind::kPod, Pod(i, j));
    }
    Flush();
  }

  const std::vector<Page>& pages() const { return pages_; }
  size_t bytes() const {
    size_t bytes = 0;
    for (const Page& page : pages_) bytes += page.json.size();
    return bytes;
  }

 private:
  void AddApplication(int i) {
    const std::string name = absl::StrCat("application-", i);
    Add(ResourceKind::kDeployment,
        Metadata(Uid("ee", i), name, i, "", "") + "}");
    Add(ResourceKind::kReplicaSet, Metadata(Uid("bb", i), name + "-5d9c7b8f6d",
                                            i, "Deployment", Uid("ee", i)) +
                                       "}");
    Add(ResourceKind::kService,
        absl::StrCat(Metadata(Uid("ff", i), name, i, "", ""),
                     ",\"spec\":{\"selector\":{\"app.kubernetes.io/name\":\"",
                     name, "\"}}}"));
  }

  void Add(ResourceKind kind, const std::string& object) {
    if (count_ > 0 && (kind != kind_ || count_ == kPageSize)) Flush();
    kind_ = kind;
    absl::StrAppend(&items_, count_++ > 0 ? "," : "", object);
  }

  void Flush() {
    pages_.push_back(
        {kind_, absl::StrCat("{\"metadata\":{\"resourceVersion\":\"1\"},"
                             "\"items\":[",
                             items_, "]}")});
    items_.clear();
    count_ = 0;
  }

  std::vector<Page> pages_;
  ResourceKind kind_ = ResourceKind::kPod;
  std::string items_;
  int count_ = 0;
};

const Pages& AllPages() {
  static const Pages* const pages = new Pages;
  return *pages;
}

void Fill(PodDirectory& directory) {
  for (const ResourceInfo& info : kResources) directory.BeginList(info.kind);
  for (const Page& page : AllPages().pages()) {
    auto list = ParseListPage(page.kind, page.json);
    if (!list.ok()) std::abort();
    for (KubernetesObject& object : list->objects) {
      directory.Put(std::move(object));
    }
  }
  for (const ResourceInfo& info : kResources) {
    directory.EndList(info.kind);
    directory.SetState(info.kind, KindState::kCurrent);
  }
}

// Aborts unless every pod is complete.
void JoinAll(PodDirectory& directory) {
  for (int i = 0; i < kDeployments * kPodsOfEach; ++i) {
    const PodLookup lookup = directory.FindPod(Uid("aa", i));
    if (!lookup.is_complete || lookup.facts->deployment == nullptr ||
        lookup.facts->services.size() != 1) {
      std::fprintf(stderr, "pod %d is not complete\n", i);
      std::abort();
    }
  }
}

void BM_Cluster(benchmark::State& state) {
  const size_t json_bytes = AllPages().bytes();
  for (auto _ : state) {
    malloc_trim(0);
    const size_t before = mallinfo2().uordblks;
    PodDirectory directory({}, Clock::Real());
    Fill(directory);
    state.counters["bytes_unjoined"] =
        static_cast<double>(mallinfo2().uordblks - before);
    JoinAll(directory);
    state.counters["bytes_per_cluster"] =
        static_cast<double>(mallinfo2().uordblks - before);
  }
  state.counters["json_bytes"] = static_cast<double>(json_bytes);
}
BENCHMARK(BM_Cluster)->Unit(benchmark::kMillisecond);

void BM_FindPod(benchmark::State& state) {
  PodDirectory directory({}, Clock::Real());
  Fill(directory);
  JoinAll(directory);
  int number = 0;
  for (auto _ : state) {
    number = (number + 7919) % (kDeployments * kPodsOfEach);
    benchmark::DoNotOptimize(directory.FindPod(Uid("aa", number)));
  }
}
BENCHMARK(BM_FindPod);

}  // namespace
}  // namespace eyrie::server
