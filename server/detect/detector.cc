// SPDX-License-Identifier: Apache-2.0

#include "server/detect/detector.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/fields/batch_containers.h"
#include "rules/fields/batch_names.h"
#include "rules/fields/container.h"
#include "rules/fields/unknown_pods.h"
#include "rules/output/output_struct.h"
#include "server/detect/evaluation_memory.h"
#include "server/detect/event_renderer.h"
#include "server/detect/one_record_batch.h"
#include "server/detect/workload.h"
#include "server/incidents/fingerprint.h"

namespace eyrie::server {
namespace {

// container.id of the event as rules see it; empty if unknown.
std::string ContainerIdOf(const rules::Event& event) {
  const rules::Extracted id = rules::ContainerId(event);
  if (id.presence != rules::Presence::kPresent) return "";
  return std::string(id.value.text);
}

}  // namespace

// How a batch is judged.
struct Detector::Mode {
  // Asked what is known of pods; null: nothing can be.
  PodWait* wait = nullptr;
  // Whether records may wait for pods.
  bool may_hold = false;
  // Index of the batch's first record.
  uint32_t first_index = 0;
};

// One batch on its way through the rules.
class Detector::BatchJudge {
 public:
  BatchJudge(absl::string_view node, const v1::EventBatch& batch,
             std::shared_ptr<const LoadedRules> rules,
             std::shared_ptr<const rules::PodTable> pods,
             std::shared_ptr<const rules::DomainTable> domains, EventHub* hub,
             ExecLinker* linker, const Mode& mode, DetectorStats* stats)
      : node_(node),
        batch_(batch),
        mode_(mode),
        rules_(std::move(rules)),
        state_(ThreadEvaluationState(rules_->set)),
        processes_(batch.processes()),
        names_(batch.users(), batch.groups()),
        containers_(batch.cgroups(), batch.containers()),
        pods_(std::move(pods)),
        domains_(std::move(domains)),
        watchers_(hub->Watchers()),
        linker_(linker),
        stats_(stats) {}

  Verdict Run() {
    absl::string_view bytes(batch_.records());
    while (!bytes.empty()) {
      auto record = RecordView::Check(bytes);
      if (!record.ok()) {
        verdict_.malformed = std::string(record.status().message());
        stats_->malformed_batches.fetch_add(1, std::memory_order_relaxed);
        break;
      }
      bytes.remove_prefix(record->size());
      JudgeRecord(*record);
      ++verdict_.records;
    }
    // Those that wait are counted when they are judged.
    stats_->records.fetch_add(verdict_.records - verdict_.held.size(),
                              std::memory_order_relaxed);
    return std::move(verdict_);
  }

 private:
  void JudgeRecord(const RecordView& record) {
    const EventInfo* info = FindEvent(record.type());
    if (info == nullptr) {
      stats_->unknown_types.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    if (info->category == EventCategory::kSnapshot) return;
    rules::Event event{record};
    event.process = processes_.Find(rules::ProcessKey(record.process()));
    event.processes = &processes_;
    event.names = &names_;
    event.containers = &containers_;
    event.pods = pods_.get();
    event.domains = domains_.get();
    event.node = node_;
    event.clock_offset_ns = batch_.clock_offset_ns();
    event.number = Index() + uint64_t{1};
    if (mode_.may_hold && MayHold(event)) return;
    matches_.clear();
    rules_->set->Match(event, state_, matches_);
    for (const uint32_t rule : matches_) AddDetection(event, rule);
    for (const auto& watcher : *watchers_) watcher->Offer(event);
    if (linker_ != nullptr && IsExec(info->id)) AddLinks(event);
  }

  static bool IsExec(uint16_t type) {
    return type == EYRIE_EVENT_execve || type == EYRIE_EVENT_execveat;
  }

  void AddLinks(const rules::Event& event) {
    for (ProcessLink& link : linker_->OnExec(event)) {
      verdict_.links.push_back(std::move(link));
    }
  }

  // Index of the record under judgment, in the batch that its node sent.
  uint32_t Index() const {
    return mode_.first_index + static_cast<uint32_t>(verdict_.records);
  }

  // Lets the record wait for its pod if that may change the verdict and there
  // is room.
  bool MayHold(rules::Event event) {
    const v1::Container* const container = rules::ContainerOf(event).facts;
    if (container == nullptr) return false;
    const std::string& uid = container->pod_uid();
    if (!IsWorthWaiting(uid)) return false;
    event.pods = rules::UnknownPods::Get();
    matches_.clear();
    rules_->set->MatchPossible(event, state_, matches_);
    if (matches_.empty()) return false;  // Nothing can come of it.
    HeldRecord held;
    held.batch = OneRecordBatch(batch_, event).SerializeAsString();
    held.share = mode_.wait->TakeRoom(held.batch.size());
    if (held.share == nullptr) return false;
    held.place = {std::string(node_), batch_.run_id(), batch_.sequence(),
                  Index()};
    held.pod_uid = uid;
    verdict_.held.push_back(std::move(held));
    return true;
  }

  bool IsWorthWaiting(const std::string& uid) {
    const auto it = is_worth_waiting_.find(uid);
    if (it != is_worth_waiting_.end()) return it->second;
    return is_worth_waiting_[uid] = mode_.wait->IsWorthWaiting(uid);
  }

  // Tells whether the API knew all of the event's pod when it was judged.
  void MarkIncompletePod(const rules::Event& event, v1::Detection& detection) {
    const v1::Container* const container = rules::ContainerOf(event).facts;
    if (mode_.wait == nullptr || container == nullptr) return;
    const std::string& uid = container->pod_uid();
    if (uid.empty() || mode_.wait->IsComplete(uid)) return;
    const auto& missing = detection.missing_metadata();
    if (std::find(missing.begin(), missing.end(), "kubernetes") ==
        missing.end()) {
      detection.add_missing_metadata("kubernetes");
    }
  }

  void AddDetection(const rules::Event& event, uint32_t number) {
    stats_->matches.fetch_add(1, std::memory_order_relaxed);
    rules_->detections[number].fetch_add(1, std::memory_order_relaxed);
    if (verdict_.detections.size() >= kMaxDetectionsPerBatch) {
      stats_->detections_dropped.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    const rules::Rule& rule = rules_->set->rules()[number];
    v1::Detection& detection = verdict_.detections.emplace_back();
    const uint32_t index = Index();
    detection.set_id(DetectionId(node_, batch_.run_id(), batch_.sequence(),
                                 index, rule.name));
    detection.set_rule(rule.name);
    detection.set_priority(static_cast<v1::Priority>(rule.priority));
    detection.set_source(rule.source);
    for (const std::string& tag : rule.tags) detection.add_tags(tag);
    detection.set_node(std::string(node_));
    detection.set_container_id(ContainerIdOf(event));
    SetWorkload(event, &detection);
    MarkIncompletePod(event, detection);
    detection.set_run_id(batch_.run_id());
    detection.set_sequence(batch_.sequence());
    detection.set_record_index(index);
    RenderEvent(event, detection.mutable_event());
    *detection.mutable_time() = detection.event().time();
    rules::FormattedOutput output = rule.output.Format(event);
    *detection.mutable_output_fields() = rules::ToStruct(output);
    detection.set_output(std::move(output.text));
  }

  const absl::string_view node_;
  const v1::EventBatch& batch_;
  const Mode mode_;
  const std::shared_ptr<const LoadedRules> rules_;
  rules::EvaluationState& state_;
  const rules::BatchProcessTree processes_;
  const rules::BatchNames names_;
  const rules::BatchContainers containers_;
  const std::shared_ptr<const rules::PodTable> pods_;
  const std::shared_ptr<const rules::DomainTable> domains_;
  const std::shared_ptr<const EventHub::WatcherList> watchers_;
  ExecLinker* const linker_;
  DetectorStats* const stats_;
  // Pods that were asked for, by uid.
  absl::flat_hash_map<std::string, bool> is_worth_waiting_;
  absl::InlinedVector<uint32_t, 8> matches_;
  Verdict verdict_;
};

Detector::Detector(const RuleStore* rules, EventHub* hub, ExecLinker* linker,
                   PodSource pods)
    : rules_(rules), hub_(hub), linker_(linker), pods_(std::move(pods)) {}

Verdict Detector::Judge(absl::string_view node, const v1::EventBatch& batch) {
  return Judge(node, batch, {.wait = wait_, .may_hold = wait_ != nullptr});
}

Verdict Detector::JudgeHeld(absl::string_view node, const v1::EventBatch& batch,
                            uint32_t index) {
  return Judge(node, batch, {.wait = wait_, .first_index = index});
}

Verdict Detector::Judge(absl::string_view node, const v1::EventBatch& batch,
                        const Mode& mode) {
  return BatchJudge(node, batch, rules_->Current(),
                    pods_ == nullptr ? nullptr : pods_(),
                    domains_ == nullptr ? nullptr : domains_(), hub_, linker_,
                    mode, &stats_)
      .Run();
}

}  // namespace eyrie::server
