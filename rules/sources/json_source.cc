// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/json_source.h"

#include <string>
#include <utility>

#include "absl/time/time.h"

#include "rules/json/json_event_fields.h"
#include "rules/json/k8s_audit_fields.h"

namespace eyrie::rules {
namespace {

uint64_t TimeOf(const Json& document, const std::optional<JsonPath>& path,
                uint64_t arrival_ns) {
  const Json* const text = path.has_value() ? path->Find(document) : nullptr;
  absl::Time time;
  std::string error;
  if (text == nullptr || !text->is_string() ||
      !absl::ParseTime(absl::RFC3339_full, text->get_ref<const std::string&>(),
                       &time, &error) ||
      time < absl::UnixEpoch() || time == absl::InfiniteFuture()) {
    return arrival_ns;
  }
  return static_cast<uint64_t>(absl::ToUnixNanos(time));
}

// REQUIRES: `pointer` is one.
JsonPath KnownPath(absl::string_view pointer) {
  return *JsonPath::Parse(pointer, JsonPath::Star::kName);
}

// The pod that a request is about, its subresources included.
absl::string_view TargetPod(const Json& document) {
  static const JsonPath* const resource =
      new JsonPath(KnownPath("/objectRef/resource"));
  static const JsonPath* const name =
      new JsonPath(KnownPath("/objectRef/name"));
  const Json* const kind = resource->Find(document);
  const Json* const found = name->Find(document);
  if (kind == nullptr || found == nullptr || *kind != "pods" ||
      !found->is_string()) {
    return "";
  }
  return found->get_ref<const std::string&>();
}

// The array of events; null if the delivery is one event.
Json* FindEvents(const std::optional<JsonPath>& path, Json& delivery) {
  if (delivery.is_array()) return &delivery;
  if (!path.has_value()) return nullptr;
  // The path only reads, the delivery is ours.
  auto* const found = const_cast<Json*>(path->Find(delivery));
  return found != nullptr && found->is_array() ? found : nullptr;
}

}  // namespace

JsonEvents JsonSource::MakeEvents(Json delivery, uint64_t arrival_ns) const {
  JsonEvents made;
  const auto add = [this, arrival_ns, &made](Json&& document) {
    if (!document.is_object()) {
      if (made.rejected == 0) made.first_rejected = made.events.size();
      ++made.rejected;
      return;
    }
    JsonEvent& event = made.events.emplace_back();
    event.time_ns = TimeOf(document, time, arrival_ns);
    event.document = std::move(document);
    event.source = name;
    event.plugin = plugin;
  };
  Json* const elements = FindEvents(events, delivery);
  if (elements == nullptr) {
    add(std::move(delivery));
    return made;
  }
  made.events.reserve(elements->size());
  for (Json& element : *elements) add(std::move(element));
  return made;
}

std::unique_ptr<JsonSource> MakeK8sAuditSource() {
  auto source = std::make_unique<JsonSource>();
  source->name = "k8s_audit";
  source->plugin = "k8saudit";
  source->doc =
      "Kubernetes audit events, as the API server's webhook sends "
      "them: an EventList, or one event.";
  source->events = KnownPath("/items");
  source->time = KnownPath("/stageTimestamp");
  for (const char* pointer : {"/auditID", "/stage"}) {
    source->required.push_back({pointer, KnownPath(pointer)});
  }
  // The audit id alone is no identity: a client may choose it, by the header
  // Audit-ID, and could hide one request behind another. So it counts together
  // with what the API server says of the request.
  for (const char* pointer : {"/auditID", "/requestReceivedTimestamp", "/verb",
                              "/requestURI", "/user/username"}) {
    source->occurrence.push_back(KnownPath(pointer));
  }
  source->identity = source->occurrence;
  source->identity.push_back(KnownPath("/stage"));
  source->identity.push_back(KnownPath("/stageTimestamp"));
  source->group_by = {"ka.user.name", "ka.target.namespace", "ka.target.name"};
  source->namespace_field = "ka.target.namespace";
  source->pod_of = TargetPod;
  AddJsonEventFields(source->catalog);
  AddK8sAuditFields(source->catalog);
  return source;
}

}  // namespace eyrie::rules
