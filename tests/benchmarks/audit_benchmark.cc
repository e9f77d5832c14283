// SPDX-License-Identifier: Apache-2.0
//
// How fast audit events are judged, and taken in over HTTP.
//
//   audit_benchmark [--benchmark_filter=...]
//
// The events are a recording of an API server and the rules the published ones
// if EYRIE_SHARED_DIR names the folder that has both; else events that are made
// up, of the same mean size, and our library. Every round is of new requests:
// their audit ids differ.
//
//   Parse    the text of a delivery to its values
//   Judge    that, taking it apart, identities and rules: what a core does
//   LinkExec what the linker of requests takes for an exec: on the host (0),
//            within a container (1), into one from outside (2)
//   Ingest   the whole way to durable answers, without HTTP
//   Http     the same over HTTP on this machine: a new connection for each
//            delivery (0) or one that stays (1); deliveries of all events (0)
//            or of one (1)

#include <benchmark/benchmark.h>
#include <httplib.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

#include "common/address.h"
#include "common/clock.h"
#include "common/http_server.h"
#include "common/metrics.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/json/json_parser.h"
#include "rules/reader/rule_files.h"
#include "rules/sources/event_identity.h"
#include "server/detect/exec_linker.h"
#include "server/detect/json_detector.h"
#include "server/incidents/incident_writer.h"
#include "server/incidents/watch_hub.h"
#include "server/ingest/http_ingest.h"
#include "server/ingest/ingest_auth.h"
#include "server/ingest/json_ingest.h"
#include "server/ingest/seen_events.h"
#include "server/rules/rule_store.h"
#include "server/testing/temp_store.h"

namespace eyrie::server {
namespace {

using Json = nlohmann::json;

// As many as API servers send at a time by default.
constexpr size_t kMadeEvents = 400;

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "audit_benchmark: %s\n", why.c_str());
  std::exit(1);
}

std::string SharedFile(const std::string& name) {
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  const std::string path =
      absl::StrCat(shared == nullptr ? "" : shared, "/data/", name);
  return std::filesystem::exists(path) ? path : "";
}

// An event of the mean size of recorded ones, which no rule matches.
Json MadeEvent(size_t number) {
  Json labels;
  for (int i = 0; i < 12; ++i) {
    labels[absl::StrCat("app.kubernetes.io/label-", i)] =
        absl::StrCat("value-", number, "-", i);
  }
  return {
      {"kind", "Event"},
      {"level", "RequestResponse"},
      {"auditID", absl::StrFormat("%08x-0000-4000-8000-000000000000", number)},
      {"stage", "ResponseComplete"},
      {"requestURI", "/api/v1/namespaces/shop/configmaps/settings"},
      {"verb", "get"},
      {"user",
       {{"username", "system:serviceaccount:kube-system:node-controller"},
        {"groups", {"system:serviceaccounts", "system:authenticated"}}}},
      {"sourceIPs", {"10.0.0.1"}},
      {"userAgent", "kube-controller-manager/v1.30.1 (linux/amd64)"},
      {"objectRef",
       {{"resource", "configmaps"},
        {"namespace", "shop"},
        {"name", "settings"},
        {"apiVersion", "v1"}}},
      {"responseStatus", {{"metadata", Json::object()}, {"code", 200}}},
      {"responseObject", {{"kind", "ConfigMap"}, {"data", labels}}},
      {"requestReceivedTimestamp", "2026-11-23T16:38:18.276174Z"},
      {"stageTimestamp", "2026-11-23T16:38:18.287178Z"},
      {"annotations", {{"authorization.k8s.io/decision", "allow"}}}};
}

// One delivery, whose requests can be made new.
class DeliveryText {
 public:
  explicit DeliveryText(const std::vector<Json>& events)
      : text_(Json({{"kind", "EventList"}, {"items", events}}).dump()) {
    constexpr absl::string_view kKey = "\"auditID\":\"";
    for (size_t at = text_.find(kKey.data(), 0, kKey.size());
         at != std::string::npos;
         at = text_.find(kKey.data(), at, kKey.size())) {
      at += kKey.size();
      ids_.push_back(at);
    }
  }

  // Gives every event an audit id that none had before.
  const std::string& Renew() {
    static uint32_t round = 0;
    const std::string digits = absl::StrFormat("%08x", ++round);
    for (const size_t at : ids_) text_.replace(at, digits.size(), digits);
    return text_;
  }
  size_t events() const { return ids_.size(); }
  size_t bytes() const { return text_.size(); }

 private:
  std::string text_;
  std::vector<size_t> ids_;
};

std::vector<Json> Events() {
  std::vector<Json> events;
  std::ifstream file(SharedFile("k8s_audit/audit-batches-full.jsonl"));
  for (std::string line; std::getline(file, line);) {
    const Json body = Json::parse(line)["body"];
    for (const Json& event : body["items"]) events.push_back(event);
  }
  if (!events.empty()) return events;
  for (size_t i = 0; i < kMadeEvents; ++i) events.push_back(MadeEvent(i));
  return events;
}

// The server's parts that take events in.
struct Centre {
  Centre() {
    std::vector<std::string> paths = {"rules/library"};
    const std::string official = SharedFile("rules/k8s_audit_rules.yaml");
    if (!official.empty()) {
      paths = {SharedFile("rules/falco_rules.yaml"), official};
    }
    const auto files = rules::ReadRuleFiles(paths, 8 << 20);
    rules::Diagnostics diagnostics;
    if (!files.ok() ||
        !rules.Apply(*files, /*validate_only=*/false, diagnostics, nullptr)
             .ok()) {
      Fail("the rules do not load: " + diagnostics.ToString());
    }
    options.max_events_per_second = 0;
    ingest = std::make_unique<JsonIngest>(
        JsonIngestDeps{&rules, &writer, nullptr, &ingest_metrics,
                       Clock::Real()},
        options);
  }

  const std::unique_ptr<Store> store = testing::OpenTempStore();
  RuleStore rules{store.get(), {}};
  WatchHub hub{1};
  IncidentWriter writer{store.get(), &hub, Clock::Real(), {}};
  MetricRegistry metrics;
  JsonIngestMetrics ingest_metrics{&metrics};
  JsonIngestOptions options;
  std::unique_ptr<JsonIngest> ingest;
};

Centre& TheCentre() {
  static Centre* const centre = new Centre;
  return *centre;
}

DeliveryText& TheDelivery() {
  static DeliveryText* const delivery = new DeliveryText(Events());
  return *delivery;
}

DeliveryText& OneEvent() {
  static DeliveryText* const delivery =
      new DeliveryText(std::vector<Json>(1, Events().front()));
  return *delivery;
}

void Report(benchmark::State& state,
            const DeliveryText& delivery = TheDelivery()) {
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(delivery.events()));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(delivery.bytes()));
}

void Parse(benchmark::State& state) {
  uint64_t cut = 0;
  for (auto _ : state) {
    auto json = rules::ParseJsonCut(TheDelivery().Renew(),
                                    {.max_bytes = 8 << 20}, &cut);
    if (!json.ok()) Fail(json.status().ToString());
    benchmark::DoNotOptimize(json);
  }
  Report(state);
}
BENCHMARK(Parse)->Unit(benchmark::kMillisecond);

void Judge(benchmark::State& state) {
  const auto rules = TheCentre().rules.Current();
  const rules::JsonSource& source = *rules->sources->Find("k8s_audit");
  uint64_t cut = 0;
  uint64_t matches = 0;
  for (auto _ : state) {
    auto json = rules::ParseJsonCut(TheDelivery().Renew(),
                                    {.max_bytes = 8 << 20}, &cut);
    if (!json.ok()) Fail(json.status().ToString());
    const rules::JsonEvents made = source.MakeEvents(*std::move(json), 1);
    JsonDetector detector(rules, source, "centre");
    for (const rules::JsonEvent& event : made.events) {
      benchmark::DoNotOptimize(
          MakeEventKey(source.name, rules::EventIdentity(source, event)));
      matches += detector.Judge(event);
    }
  }
  Report(state);
  state.counters["matches"] =
      static_cast<double>(matches) / static_cast<double>(state.iterations());
}
BENCHMARK(Judge)->Unit(benchmark::kMillisecond);

void Ingest(benchmark::State& state) {
  Centre& centre = TheCentre();
  for (auto _ : state) {
    const absl::string_view text = TheDelivery().Renew();
    const auto result = centre.ingest->Ingest("k8s_audit", {text});
    if (!result.ok()) Fail(result.status().ToString());
    if (result->duplicates > 0) Fail("an event was no new one");
  }
  Report(state);
}
BENCHMARK(Ingest)->Unit(benchmark::kMillisecond)->UseRealTime();

void Http(benchmark::State& state) {
  Centre& centre = TheCentre();
  auto auth = IngestAuth::Create({.is_local = true}, Clock::Real());
  auto server = HttpServer::Create(
      {.address = "127.0.0.1:0", .post_threads = 4, .max_body_bytes = 8 << 20});
  if (!auth.ok() || !server.ok()) Fail("no HTTP server");
  ServeIngest(centre.ingest.get(), auth->get(), &centre.ingest_metrics,
              server->get());
  (*server)->Start();
  httplib::Client client("127.0.0.1", ParseAddress((*server)->address())->port);
  client.set_keep_alive(state.range(0) == 1);
  client.set_tcp_nodelay(true);
  DeliveryText& delivery = state.range(1) == 1 ? OneEvent() : TheDelivery();
  for (auto _ : state) {
    const auto response =
        client.Post("/k8s-audit", delivery.Renew(), "application/json");
    if (!response || response->status != 200) Fail("a delivery was refused");
  }
  Report(state, delivery);
}
BENCHMARK(Http)
    ->ArgsProduct({{0, 1}, {0, 1}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// What an exec costs the linker: on the host, by a process of a container, and
// as the first process of a tree there (which nobody asked for).
class OneContainer : public rules::ContainerTable {
 public:
  OneContainer() {
    container_.set_id(std::string(64, 'a'));
    container_.set_pod_name("web-1");
  }
  const v1::Cgroup* FindCgroup(uint64_t) const override { return nullptr; }
  const v1::Container* FindContainer(absl::string_view) const override {
    return &container_;
  }

 private:
  v1::Container container_;
};

enum ExecPlace { kOnHost, kWithinContainer, kIntoContainer };

void LinkExec(benchmark::State& state) {
  rules::testing::EventBuilder builder("execve");
  builder.Command({"sh", "-c", "true"}).Ancestors({"runc", "systemd"});
  if (state.range(0) != kOnHost) builder.Container(std::string(64, 'a'));
  if (state.range(0) == kWithinContainer) {
    builder.ancestor(1).set_cgroup(builder.process().cgroup());
  }
  const OneContainer containers;
  rules::Event event = builder.Build();
  event.containers = &containers;
  const ExecLinkerOptions options;
  ExecLinker linker(Clock::Real(), options);
  // So that each exec into a container begins a tree of its own.
  std::vector<std::string> nodes;
  for (size_t i = 0; i < 2 * options.max_entries; ++i) {
    nodes.push_back(absl::StrCat("node-", i));
  }
  size_t number = 0;
  for (auto _ : state) {
    event.node = nodes[number++ % nodes.size()];
    benchmark::DoNotOptimize(linker.OnExec(event));
  }
}
BENCHMARK(LinkExec)->Arg(kOnHost)->Arg(kWithinContainer)->Arg(kIntoContainer);

}  // namespace
}  // namespace eyrie::server
