// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/incident_details.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "clients/cli/event_text.h"
#include "clients/cli/labels.h"
#include "clients/cli/names.h"
#include "clients/cli/table_printer.h"
#include "clients/cli/text.h"
#include "clients/cli/time_text.h"
#include "common/proto_time.h"

namespace eyrie::cli {
namespace {

// "Deployment shop/web".
std::string WorkloadText(const v1::Workload& workload) {
  if (workload.name().empty()) return "";
  return absl::StrCat(workload.kind(), workload.kind().empty() ? "" : " ",
                      workload.namespace_(),
                      workload.namespace_().empty() ? "" : "/",
                      workload.name());
}

// What is known of the container of the incident.
void AddWorkload(const v1::Workload& workload, FieldPrinter* fields) {
  fields->Add("workload", WorkloadText(workload));
  // The workload's text has it otherwise.
  if (workload.name().empty()) fields->Add("namespace", workload.namespace_());
  fields->Add("pod", workload.pod());
  fields->Add("container name", workload.container());
  fields->Add("image", workload.image());
  fields->Add("labels", LabelsText(workload.labels()));
}

// What was not known in time for the detections shown.
std::string MissingMetadata(const v1::Incident& incident,
                            const std::vector<v1::Detection>& detections) {
  if (!incident.has_missing_metadata()) return "";
  std::set<std::string> missing;
  for (const v1::Detection& detection : detections) {
    missing.insert(detection.missing_metadata().begin(),
                   detection.missing_metadata().end());
  }
  return absl::StrCat(
      "judged before all was known",
      missing.empty() ? "" : " of: ", absl::StrJoin(missing, ", "));
}

std::string LinkedProcesses(const v1::Incident& incident, absl::TimeZone zone) {
  std::string text;
  for (const v1::LinkedProcess& process : incident.linked_processes()) {
    absl::StrAppend(&text, "  ",
                    TimeTextMillis(FromProtoTime(process.time()), zone), "  ",
                    SafeText(process.node()), "  ",
                    SafeText(ShortId(process.container_id())), "  pid ",
                    process.key().pid(), "  ", SafeText(process.user()), "  ",
                    SafeText(process.command_line()), "\n");
  }
  return text;
}

std::string Fields(const v1::Incident& incident,
                   const std::vector<v1::Detection>& detections,
                   absl::TimeZone zone) {
  const auto time = [zone](const google::protobuf::Timestamp& proto) {
    return TimeText(FromProtoTime(proto), zone);
  };
  FieldPrinter fields;
  fields.Add("incident", incident.id());
  fields.Add("rule", incident.rule());
  fields.Add("priority", PriorityText(incident.priority()));
  fields.Add("state", StateText(incident.state()));
  fields.Add("assignee", incident.assignee());
  fields.Add("node", incident.node());
  fields.Add("container", incident.container_id());
  AddWorkload(incident.workload(), &fields);
  fields.Add("metadata", MissingMetadata(incident, detections));
  fields.Add("detections", absl::StrCat(incident.count()));
  fields.Add("first seen", time(incident.first_seen()));
  fields.Add("last seen", time(incident.last_seen()));
  if (incident.has_update_time()) {
    fields.Add("changed", time(incident.update_time()));
  }
  fields.Add("source", incident.source());
  fields.Add("tags", absl::StrJoin(incident.tags(), ", "));
  fields.Add("lineage", absl::StrJoin(incident.lineage(), " < "));
  fields.Add("summary", incident.summary());
  return fields.ToString();
}

// `text`, every line of it indented.
std::string Indented(absl::string_view text) {
  std::string indented;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    absl::StrAppend(&indented, "  ", line, "\n");
  }
  return indented;
}

}  // namespace

std::string IncidentDetails(const v1::Incident& incident,
                            const std::vector<v1::Detection>& detections,
                            absl::TimeZone zone) {
  std::string text = Fields(incident, detections, zone);
  if (!incident.notes().empty()) absl::StrAppend(&text, "\nnotes\n");
  for (const v1::Incident::Note& note : incident.notes()) {
    absl::StrAppend(&text, "  ",
                    TimeText(FromProtoTime(note.create_time()), zone), "  ",
                    SafeText(note.author().empty() ? "-" : note.author()), ": ",
                    SafeText(note.text()), "\n");
  }
  if (!incident.linked_processes().empty()) {
    absl::StrAppend(&text, "\nstarted processes\n",
                    LinkedProcesses(incident, zone));
  }
  if (detections.empty()) return text;
  absl::StrAppend(&text, "\ndetections, latest ", detections.size(), " of ",
                  incident.count(), "\n");
  for (const v1::Detection& detection : detections) {
    absl::StrAppend(&text, "  ",
                    TimeTextMillis(FromProtoTime(detection.time()), zone), "  ",
                    SafeText(detection.output()), "\n");
  }
  const v1::Detection& latest = detections.front();
  if (!latest.has_event()) return text;
  absl::StrAppend(
      &text, "\nlatest event\n", Indented(EventDetails(latest.event(), zone)),
      "\nprocess tree\n", Indented(ProcessTreeText(latest.event())));
  return text;
}

}  // namespace eyrie::cli
