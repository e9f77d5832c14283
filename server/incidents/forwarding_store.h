// SPDX-License-Identifier: Apache-2.0
//
// A Store that passes everything on to another, for tests to derive from.

#ifndef EYRIE_SERVER_INCIDENTS_FORWARDING_STORE_H_
#define EYRIE_SERVER_INCIDENTS_FORWARDING_STORE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "server/storage/store.h"

namespace eyrie::server::testing {

// Borrows the other store.
class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store* store) : store_(store) {}

  absl::Status WriteCommit(const Commit& commit) override {
    return store_->WriteCommit(commit);
  }
  absl::StatusOr<uint64_t> AckedSequence(absl::string_view node,
                                         uint64_t run_id) override {
    return store_->AckedSequence(node, run_id);
  }
  absl::StatusOr<bool> HasDetection(absl::string_view id) override {
    return store_->HasDetection(id);
  }
  absl::StatusOr<std::vector<HeldRecord>> ListHeld() override {
    return store_->ListHeld();
  }
  absl::StatusOr<v1::Incident> GetIncident(
      absl::string_view id_or_prefix) override {
    return store_->GetIncident(id_or_prefix);
  }
  absl::StatusOr<std::optional<v1::Incident>> FindLiveIncident(
      absl::string_view fingerprint) override {
    return store_->FindLiveIncident(fingerprint);
  }
  absl::StatusOr<Page<v1::Incident>> ListIncidents(
      const v1::IncidentFilter& filter, int page_size,
      absl::string_view page_token) override {
    return store_->ListIncidents(filter, page_size, page_token);
  }
  absl::StatusOr<Page<v1::Detection>> ListDetections(
      const v1::IncidentFilter& filter, absl::string_view incident_id,
      int page_size, absl::string_view page_token) override {
    return store_->ListDetections(filter, incident_id, page_size, page_token);
  }
  absl::StatusOr<Page<v1::CoverageGap>> ListCoverageGaps(
      absl::Time since, absl::string_view node, int page_size,
      absl::string_view page_token) override {
    return store_->ListCoverageGaps(since, node, page_size, page_token);
  }
  absl::Status PutNode(const v1::Node& node) override {
    return store_->PutNode(node);
  }
  absl::StatusOr<v1::Node> GetNode(absl::string_view name) override {
    return store_->GetNode(name);
  }
  absl::StatusOr<Page<v1::Node>> ListNodes(
      int page_size, absl::string_view page_token) override {
    return store_->ListNodes(page_size, page_token);
  }
  absl::Status PutRuleSwitch(absl::string_view rule, bool enabled) override {
    return store_->PutRuleSwitch(rule, enabled);
  }
  absl::StatusOr<std::vector<std::pair<std::string, bool>>> ListRuleSwitches()
      override {
    return store_->ListRuleSwitches();
  }
  absl::StatusOr<RetentionResult> ApplyRetention(absl::Time now,
                                                 absl::Duration max_age,
                                                 uint64_t max_bytes) override {
    return store_->ApplyRetention(now, max_age, max_bytes);
  }
  absl::StatusOr<Backup> CreateBackup(const std::string& directory) override {
    return store_->CreateBackup(directory);
  }
  uint64_t ApproximateBytes() override { return store_->ApproximateBytes(); }

 private:
  Store* const store_;
};

}  // namespace eyrie::server::testing

#endif  // EYRIE_SERVER_INCIDENTS_FORWARDING_STORE_H_
