// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/incident_filter_flags.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "clients/cli/labels.h"
#include "clients/cli/time_text.h"
#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

// `result`, its error with the flag's name before it.
template <typename T>
absl::StatusOr<T> OfFlag(absl::string_view name, absl::StatusOr<T> result) {
  if (result.ok()) return result;
  return absl::InvalidArgumentError(
      absl::StrCat("flag --", name, ": ", result.status().message()));
}

}  // namespace

void IncidentFilterFlags::AddTo(FlagSet* flags) {
  flags->Add("rule", "Only of the rule of this name.", filter_.mutable_rule());
  flags->Add("priority",
             "Only of this priority; \">=warning\" or \"warning+\": of this or "
             "a more severe one.",
             &priority_);
  flags->Add("node", "Only of this node.", filter_.mutable_node());
  flags->Add("container",
             "Only of the container whose id begins so; \"host\": outside of "
             "containers.",
             filter_.mutable_container_id());
  flags->Add("tag", "Only of rules with this tag.", filter_.mutable_tag());
  flags->Add("source",
             "Only of rules for events of this source: syscall, k8s_audit.",
             filter_.mutable_source());
  AddWorkloadTo(flags);
}

void IncidentFilterFlags::AddWorkloadTo(FlagSet* flags) {
  flags->Add("namespace", "Only of this Kubernetes namespace.",
             filter_.mutable_namespace_());
  flags->Add("workload",
             "Only of the Deployment, StatefulSet, or other owner of pods of "
             "this name; \"deployment/web\": of this kind.",
             filter_.mutable_workload());
  flags->Add("image",
             "Only of images that begin so, with repository: "
             "docker.io/library/nginx.",
             filter_.mutable_image());
  flags->Add("label",
             "Only with this label of the pod or the container, key=value; "
             "given several times: with all of them.",
             &labels_);
}

void IncidentFilterFlags::AddTimesTo(FlagSet* flags) {
  flags->Add("since",
             "Only what was seen since then: an age such as 30m, 1h or 2d, or "
             "a time such as 2026-01-31T12:00:00Z.",
             &since_);
  flags->Add("until", "Only what was seen until then; as --since.", &until_);
}

void IncidentFilterFlags::AddStateTo(FlagSet* flags) {
  flags->Add("state", "Only in this state: open, acknowledged, resolved.",
             &states_);
}

absl::Status IncidentFilterFlags::Resolve(const Session& session) {
  const auto read_time = [&session](absl::string_view text) {
    return ReadTime(text, session.Now(), session.zone());
  };
  if (!since_.empty()) {
    EYRIE_ASSIGN_OR_RETURN(const absl::Time since,
                           OfFlag("since", read_time(since_)));
    *filter_.mutable_since() = ToProtoTime(since);
  }
  if (!until_.empty()) {
    EYRIE_ASSIGN_OR_RETURN(const absl::Time until,
                           OfFlag("until", read_time(until_)));
    *filter_.mutable_until() = ToProtoTime(until);
  }
  EYRIE_RETURN_IF_ERROR(CheckLabels(labels_));
  for (const std::string& label : labels_) filter_.add_labels(label);
  if (!priority_.empty()) {
    EYRIE_ASSIGN_OR_RETURN(
        selection_, OfFlag("priority", ParsePrioritySelection(priority_)));
    filter_.set_min_priority(selection_.priority);
  }
  for (const std::string& states : states_) {
    for (const absl::string_view text : absl::StrSplit(states, ',')) {
      EYRIE_ASSIGN_OR_RETURN(const v1::Incident::State state,
                             OfFlag("state", ParseState(text)));
      filter_.add_states(state);
    }
  }
  return absl::OkStatus();
}

}  // namespace eyrie::cli
