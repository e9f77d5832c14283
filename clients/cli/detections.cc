// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/detections.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/alert_json.h"
#include "clients/cli/incident_filter_flags.h"
#include "clients/cli/names.h"
#include "clients/cli/paged_list.h"
#include "clients/cli/table_printer.h"
#include "clients/cli/time_text.h"
#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

constexpr int64_t kDefaultLimit = 100;

class ListDetections : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    filter_.AddTo(flags);
    filter_.AddTimesTo(flags);
    flags->Add("incident", "Only of the incident of this id.", &incident_);
    flags->Add("limit", "Shows at most so many; 0 is all.", &limit_, 0);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session& session) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 0, 0, ""));
    return filter_.Resolve(session);
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    EYRIE_RETURN_IF_ERROR(CompleteIncidentId(*connection));
    TablePrinter table(
        {"TIME", "PRIORITY", "RULE", "NODE", "INCIDENT", "OUTPUT"});
    PagedList<v1::Detection> list;
    list.limit = limit_;
    list.fetch = [&](uint32_t page_size, const std::string& token) {
      return Fetch(*connection, page_size, token);
    };
    list.wants = [&](const v1::Detection& detection) {
      return filter_.Includes(detection.priority());
    };
    list.row = [&](const v1::Detection& detection) {
      return Row(detection, session);
    };
    list.print_json = [&](const v1::Detection& detection) {
      session.out() << ToAlertJson(detection) << '\n';
    };
    list.plural = "detections";
    list.none = "no detections";
    return PrintList(list, std::move(table), session);
  }

 private:
  // Lists take whole ids only; people type the first digits.
  absl::Status CompleteIncidentId(Connection& connection) {
    constexpr size_t kIdDigits = 32;
    if (incident_.empty() || incident_.size() == kIdDigits) {
      return absl::OkStatus();
    }
    v1::GetIncidentRequest request;
    request.set_id(incident_);
    EYRIE_ASSIGN_OR_RETURN(const v1::Incident incident,
                           connection.GetIncident(request));
    incident_ = incident.id();
    return absl::OkStatus();
  }

  absl::StatusOr<FetchedPage<v1::Detection>> Fetch(Connection& connection,
                                                   uint32_t page_size,
                                                   const std::string& token) {
    v1::ListDetectionsRequest request;
    *request.mutable_filter() = filter_.filter();
    request.set_incident_id(incident_);
    request.set_page_size(page_size);
    request.set_page_token(token);
    EYRIE_ASSIGN_OR_RETURN(v1::ListDetectionsResponse response,
                           connection.ListDetections(request));
    return FetchedPage<v1::Detection>{std::move(*response.mutable_detections()),
                                      response.next_page_token()};
  }

  static std::vector<std::string> Row(const v1::Detection& detection,
                                      const Session& session) {
    return {TimeTextMillis(FromProtoTime(detection.time()), session.zone()),
            PriorityText(detection.priority()),
            detection.rule(),
            detection.node(),
            ShortId(detection.incident_id()),
            detection.output()};
  }

  IncidentFilterFlags filter_;
  std::string incident_;
  int64_t limit_ = kDefaultLimit;
};

}  // namespace

std::vector<CommandInfo> DetectionCommands() {
  return {
      {"detections",
       "list",
       "",
       "Lists single matches of rules, newest first.",
       "With -o json one alert a line, with the keys of Falco's alerts.",
       {"eyrie detections list --since 10m",
        "eyrie detections list --incident 3f2a0b6e8d1c --limit 0 -o json"},
       [] { return std::make_unique<ListDetections>(); }},
  };
}

}  // namespace eyrie::cli
