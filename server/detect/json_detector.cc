// SPDX-License-Identifier: Apache-2.0

#include "server/detect/json_detector.h"

#include <utility>

#include "absl/time/time.h"

#include "common/proto_time.h"
#include "rules/json/json_reader.h"
#include "rules/json/json_text.h"
#include "rules/output/output_struct.h"
#include "rules/output/value_text.h"
#include "rules/sources/event_identity.h"
#include "server/detect/evaluation_memory.h"
#include "server/incidents/fingerprint.h"

namespace eyrie::server {

JsonDetector::JsonDetector(std::shared_ptr<const LoadedRules> rules,
                           const rules::JsonSource& source,
                           absl::string_view node)
    : rules_(std::move(rules)), source_(source), node_(node) {}

size_t JsonDetector::Judge(const rules::JsonEvent& event) {
  matches_.clear();
  rules_->set->Match(event, ThreadEvaluationState(rules_->set), matches_);
  if (matches_.empty()) return 0;
  const std::string occurrence = rules::EventOccurrence(source_, event);
  for (const uint32_t rule : matches_) AddDetection(event, occurrence, rule);
  return matches_.size();
}

void JsonDetector::AddDetection(const rules::JsonEvent& event,
                                absl::string_view occurrence, uint32_t number) {
  rules_->detections[number].fetch_add(1, std::memory_order_relaxed);
  if (detections_.size() >= kMaxDetections) {
    ++dropped_;
    return;
  }
  const rules::Rule& rule = rules_->set->rules()[number];
  v1::Detection& detection = detections_.emplace_back();
  detection.set_id(JsonDetectionId(source_.name, occurrence, rule.name));
  detection.set_rule(rule.name);
  detection.set_priority(static_cast<v1::Priority>(rule.priority));
  detection.set_source(rule.source);
  for (const std::string& tag : rule.tags) detection.add_tags(tag);
  detection.set_node(node_);
  *detection.mutable_time() =
      ToProtoTime(absl::FromUnixNanos(static_cast<int64_t>(event.time_ns)));
  RenderEvent(event, detection);
  rules::FormattedOutput output = rule.output.Format(event);
  *detection.mutable_output_fields() = rules::ToStruct(output);
  detection.set_output(std::move(output.text));
}

void JsonDetector::RenderEvent(const rules::JsonEvent& event,
                               v1::Detection& detection) {
  v1::Event& rendered = *detection.mutable_event();
  rendered.set_node(node_);
  *rendered.mutable_time() = detection.time();
  rendered.set_type(FieldText("evt.type", event));
  for (const std::string& name : source_.group_by) {
    std::string text = FieldText(name, event);
    if (!text.empty()) (*rendered.mutable_arguments())[name] = std::move(text);
  }
  const std::string place = FieldText(source_.namespace_field, event);
  if (!place.empty()) {
    detection.mutable_workload()->set_namespace_(place);
    if (source_.pod_of != nullptr) {
      detection.mutable_workload()->set_pod(
          std::string(source_.pod_of(event.document)));
    }
  }
  rules::Scratch scratch;
  const absl::string_view document = rules::JsonText(event.document, scratch);
  if (document.size() > kMaxDocumentBytes ||
      document_bytes_ + document.size() > kMaxDocumentBytesInAll) {
    ++documents_left_out_;
    return;
  }
  document_bytes_ += document.size();
  rendered.set_document(std::string(document));
}

std::string JsonDetector::FieldText(const std::string& name,
                                    const rules::JsonEvent& event) const {
  if (name.empty()) return "";
  std::string no_argument;
  const rules::FieldInfo* const field =
      source_.catalog.Find(name, &no_argument);
  if (field == nullptr) return "";
  rules::Scratch scratch;
  rules::FieldValues values;
  field->json->Read(event, rules::FieldArgument(), scratch, values);
  if (values.presence != rules::Presence::kPresent) return "";
  return rules::FormatValues(*field, values);
}

}  // namespace eyrie::server
