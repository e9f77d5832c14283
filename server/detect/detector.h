// SPDX-License-Identifier: Apache-2.0
//
// Judges batches of events by the rules in force.

#ifndef EYRIE_SERVER_DETECT_DETECTOR_H_
#define EYRIE_SERVER_DETECT_DETECTOR_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "eyrie/v1/event.pb.h"
#include "eyrie/v1/incident.pb.h"

#include "rules/fields/domain_table.h"
#include "rules/fields/pod_facts.h"
#include "server/detect/event_hub.h"
#include "server/detect/exec_linker.h"
#include "server/detect/pod_wait.h"
#include "server/incidents/process_link.h"
#include "server/rules/rule_store.h"
#include "server/storage/store.h"

namespace eyrie::server {

// What the detector counts; all since it was made.
struct DetectorStats {
  std::atomic<uint64_t> records{0};
  std::atomic<uint64_t> matches{0};
  // Records of event types this server does not know.
  std::atomic<uint64_t> unknown_types{0};
  // Batches whose records failed the check, from there on not judged.
  std::atomic<uint64_t> malformed_batches{0};
  // Detections beyond kMaxDetectionsPerBatch.
  std::atomic<uint64_t> detections_dropped{0};
};

// What judging one batch gave.
struct Verdict {
  // Complete but for incident_id.
  std::vector<v1::Detection> detections;
  // Processes that audited requests have started.
  std::vector<ProcessLink> links;
  uint64_t records = 0;
  // Records that wait for their pod: they are to be stored, and judged again by
  // JudgeHeld().
  std::vector<HeldRecord> held;
  // Why the rest of the batch could not be judged; empty if it could. Sending
  // it again would not help: the node's loss is to be recorded.
  std::string malformed;
};

// Thread safety: Judge may be called from any thread.
class Detector {
 public:
  // A rule that matches everything must not turn one batch (at most 1 MiB,
  // about 3,000 records) into gigabytes of detections.
  static constexpr size_t kMaxDetectionsPerBatch = 10'000;

  // What the Kubernetes API says of pods at this moment, or null. Called once a
  // batch, from any thread; the table does not change while a batch is judged.
  using PodSource = std::function<std::shared_ptr<const rules::PodTable>()>;

  // What the domain names of the rules in force mean at this moment. Called as
  // PodSource.
  using DomainSource =
      std::function<std::shared_ptr<const rules::DomainTable>()>;

  // Borrows all. Without a `linker` processes are not linked to requests.
  // `pods` null: there is no API to ask.
  Detector(const RuleStore* rules, EventHub* hub, ExecLinker* linker = nullptr,
           PodSource pods = nullptr);

  // Lets records wait whose pod is not known and that some rule may match;
  // null: none waits. Borrows it. REQUIRES: before the first Judge().
  void SetPodWait(PodWait* wait) { wait_ = wait; }

  // Gives events what domain names mean; without it, none means anything.
  // REQUIRES: before the first Judge().
  void SetDomains(DomainSource domains) { domains_ = std::move(domains); }

  Verdict Judge(absl::string_view node, const v1::EventBatch& batch);
  // Judges, by what is known now, the batch of one record that a Verdict held
  // at `index`; gives the ids that Judge() would have given.
  Verdict JudgeHeld(absl::string_view node, const v1::EventBatch& batch,
                    uint32_t index);

  const DetectorStats& stats() const { return stats_; }

 private:
  struct Mode;
  class BatchJudge;

  Verdict Judge(absl::string_view node, const v1::EventBatch& batch,
                const Mode& mode);

  const RuleStore* const rules_;
  EventHub* const hub_;
  ExecLinker* const linker_;
  const PodSource pods_;
  DomainSource domains_;
  PodWait* wait_ = nullptr;
  DetectorStats stats_;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_DETECTOR_H_
