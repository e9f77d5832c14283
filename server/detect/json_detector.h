// SPDX-License-Identifier: Apache-2.0
//
// Judges events of JSON sources by the rules in force.

#ifndef EYRIE_SERVER_DETECT_JSON_DETECTOR_H_
#define EYRIE_SERVER_DETECT_JSON_DETECTOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/incident.pb.h"

#include "rules/json/json_event.h"
#include "rules/sources/json_source.h"
#include "server/rules/rule_store.h"

namespace eyrie::server {

// Judges the events of one delivery.
//
// Thread safety: one thread.
class JsonDetector {
 public:
  // As Detector has it: a rule that matches everything must not turn one
  // delivery into gigabytes.
  static constexpr size_t kMaxDetections = 10'000;
  // Longest document that a detection keeps, bytes. Without request and
  // response objects an audit event has about 1 KiB, with them up to 3 MiB.
  static constexpr size_t kMaxDocumentBytes = 64 << 10;
  // Bytes of documents that the detections of one delivery keep together.
  static constexpr size_t kMaxDocumentBytesInAll = 16 << 20;

  // Borrows `source`, which is one of `rules`. `node` is who took the delivery
  // in.
  JsonDetector(std::shared_ptr<const LoadedRules> rules,
               const rules::JsonSource& source, absl::string_view node);

  // Adds the detections of `event` to detections(). Returns how many matched.
  size_t Judge(const rules::JsonEvent& event);

  // Complete but for incident_id. The event's arguments are the fields by which
  // its source groups detections into incidents.
  std::vector<v1::Detection>& detections() { return detections_; }
  // Matches beyond kMaxDetections.
  uint64_t dropped() const { return dropped_; }
  // Documents that a detection could not keep.
  uint64_t documents_left_out() const { return documents_left_out_; }

 private:
  void AddDetection(const rules::JsonEvent& event, absl::string_view occurrence,
                    uint32_t number);
  void RenderEvent(const rules::JsonEvent& event, v1::Detection& detection);
  // The text of a field; empty if it is absent.
  std::string FieldText(const std::string& name,
                        const rules::JsonEvent& event) const;

  const std::shared_ptr<const LoadedRules> rules_;
  const rules::JsonSource& source_;
  const std::string node_;
  absl::InlinedVector<uint32_t, 8> matches_;
  std::vector<v1::Detection> detections_;
  size_t document_bytes_ = 0;
  uint64_t dropped_ = 0;
  uint64_t documents_left_out_ = 0;
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_DETECT_JSON_DETECTOR_H_
