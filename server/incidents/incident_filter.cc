// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/incident_filter.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::server {
namespace {

// Length of a short container id. A longer one is cut to it.
constexpr size_t kShortContainerId = 12;

// Seconds of 0001-01-01 and of 9999-12-31T23:59:59, the ends of what a
// Timestamp may hold.
constexpr int64_t kMinSeconds = -62135596800;
constexpr int64_t kMaxSeconds = 253402300799;

absl::Status CheckTime(absl::string_view name,
                       const google::protobuf::Timestamp& time) {
  if (time.seconds() < kMinSeconds || time.seconds() > kMaxSeconds ||
      time.nanos() < 0 || time.nanos() > 999'999'999) {
    return absl::InvalidArgumentError(
        absl::StrCat("filter: ", name, " is not a time: ", time.seconds(),
                     " seconds, ", time.nanos(), " nanoseconds"));
  }
  return absl::OkStatus();
}

bool HasTag(const google::protobuf::RepeatedPtrField<std::string>& tags,
            const std::string& tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

// "Deployment/web" in two; the kind is empty if it is not given.
std::pair<absl::string_view, absl::string_view> SplitWorkload(
    absl::string_view wanted) {
  const size_t slash = wanted.find('/');
  if (slash == absl::string_view::npos) return {"", wanted};
  return {wanted.substr(0, slash), wanted.substr(slash + 1)};
}

bool HasLabel(const v1::Workload& workload, absl::string_view label) {
  const size_t equals = label.find('=');
  if (equals == absl::string_view::npos) return false;
  const auto it = workload.labels().find(std::string(label.substr(0, equals)));
  return it != workload.labels().end() &&
         it->second == label.substr(equals + 1);
}

bool MatchesWorkload(const v1::IncidentFilter& filter,
                     const v1::Workload& workload) {
  if (!filter.namespace_().empty() &&
      workload.namespace_() != filter.namespace_()) {
    return false;
  }
  if (!filter.workload().empty()) {
    const auto [kind, name] = SplitWorkload(filter.workload());
    if (workload.name() != name) return false;
    if (!kind.empty() && !absl::EqualsIgnoreCase(workload.kind(), kind)) {
      return false;
    }
  }
  if (!absl::StartsWith(workload.image(), filter.image())) return false;
  return std::all_of(filter.labels().begin(), filter.labels().end(),
                     [&workload](const std::string& label) {
                       return HasLabel(workload, label);
                     });
}

absl::Status CheckLabels(const v1::IncidentFilter& filter) {
  if (filter.labels_size() > kMaxFilterLabels) {
    return absl::InvalidArgumentError(
        absl::StrCat("filter: ", filter.labels_size(), " labels; at most ",
                     kMaxFilterLabels, " can be given"));
  }
  for (const std::string& label : filter.labels()) {
    if (label.find('=') == std::string::npos || label[0] == '=') {
      return absl::InvalidArgumentError(absl::StrCat(
          "filter: label \"", label, "\" is not written as key=value"));
    }
  }
  return absl::OkStatus();
}

// The conditions that incidents and detections have in common.
template <typename T>
bool MatchesCommon(const v1::IncidentFilter& filter, const T& item) {
  if (!filter.rule().empty() && item.rule() != filter.rule()) return false;
  if (filter.min_priority() != v1::PRIORITY_UNSPECIFIED &&
      item.priority() > filter.min_priority()) {
    return false;
  }
  if (!filter.node().empty() && item.node() != filter.node()) return false;
  if (!filter.container_id().empty() &&
      !MatchesContainer(filter.container_id(), item.container_id())) {
    return false;
  }
  if (!filter.source().empty() && item.source() != filter.source()) {
    return false;
  }
  if (!MatchesWorkload(filter, item.workload())) return false;
  return filter.tag().empty() || HasTag(item.tags(), filter.tag());
}

}  // namespace

absl::Status CheckFilter(const v1::IncidentFilter& filter) {
  if (filter.has_since()) {
    EYRIE_RETURN_IF_ERROR(CheckTime("since", filter.since()));
  }
  if (filter.has_until()) {
    EYRIE_RETURN_IF_ERROR(CheckTime("until", filter.until()));
  }
  if (filter.has_since() && filter.has_until() &&
      FromProtoTime(filter.since()) > FromProtoTime(filter.until())) {
    return absl::InvalidArgumentError("filter: since is after until");
  }
  for (const int state : filter.states()) {
    if (state < v1::Incident::OPEN || state > v1::Incident::RESOLVED) {
      return absl::InvalidArgumentError(
          absl::StrCat("filter: no such state: ", state));
    }
  }
  if (filter.min_priority() < v1::PRIORITY_UNSPECIFIED ||
      filter.min_priority() > v1::DEBUG) {
    return absl::InvalidArgumentError(
        absl::StrCat("filter: no such priority: ", filter.min_priority()));
  }
  return CheckLabels(filter);
}

bool MatchesFilter(const v1::Incident& incident,
                   const v1::IncidentFilter& filter) {
  if (filter.has_since() &&
      FromProtoTime(incident.last_seen()) < FromProtoTime(filter.since())) {
    return false;
  }
  if (filter.has_until() &&
      FromProtoTime(incident.first_seen()) >= FromProtoTime(filter.until())) {
    return false;
  }
  return MatchesState(filter, incident.state()) &&
         MatchesCommon(filter, incident);
}

bool MatchesFilter(const v1::Detection& detection,
                   const v1::IncidentFilter& filter) {
  const absl::Time time = FromProtoTime(detection.time());
  if (filter.has_since() && time < FromProtoTime(filter.since())) return false;
  if (filter.has_until() && time >= FromProtoTime(filter.until())) {
    return false;
  }
  return MatchesCommon(filter, detection);
}

bool MatchesState(const v1::IncidentFilter& filter, v1::Incident::State state) {
  return filter.states().empty() ||
         std::find(filter.states().begin(), filter.states().end(), state) !=
             filter.states().end();
}

bool MatchesContainer(absl::string_view wanted, absl::string_view id) {
  return absl::StartsWith(id, wanted) ||
         (id.size() >= kShortContainerId && absl::StartsWith(wanted, id));
}

absl::string_view WorkloadName(absl::string_view wanted) {
  return SplitWorkload(wanted).second;
}

}  // namespace eyrie::server
