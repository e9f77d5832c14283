// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/incidents.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "clients/cli/incident_details.h"
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
// Detections that `incidents get` shows, newest first.
constexpr uint32_t kShownDetections = 5;

class ListIncidents : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    filter_.AddTo(flags);
    filter_.AddTimesTo(flags);
    filter_.AddStateTo(flags);
    flags->Add("limit", "Shows at most so many; 0 is all.", &limit_, 0);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session& session) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 0, 0, ""));
    return filter_.Resolve(session);
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    TablePrinter table({"ID", "LAST SEEN", "PRIORITY", "STATE", "COUNT", "RULE",
                        "NODE", "CONTAINER"});
    table.AlignRight(4);
    PagedList<v1::Incident> list;
    list.limit = limit_;
    list.fetch = [&](uint32_t page_size, const std::string& token) {
      return Fetch(*connection, page_size, token);
    };
    list.wants = [&](const v1::Incident& incident) {
      return filter_.Includes(incident.priority());
    };
    list.row = [&](const v1::Incident& incident) {
      return Row(incident, session);
    };
    list.plural = "incidents";
    list.none = "no incidents";
    return PrintList(list, std::move(table), session);
  }

 private:
  absl::StatusOr<FetchedPage<v1::Incident>> Fetch(Connection& connection,
                                                  uint32_t page_size,
                                                  const std::string& token) {
    v1::ListIncidentsRequest request;
    *request.mutable_filter() = filter_.filter();
    request.set_page_size(page_size);
    request.set_page_token(token);
    EYRIE_ASSIGN_OR_RETURN(v1::ListIncidentsResponse response,
                           connection.ListIncidents(request));
    return FetchedPage<v1::Incident>{std::move(*response.mutable_incidents()),
                                     response.next_page_token()};
  }

  static std::vector<std::string> Row(const v1::Incident& incident,
                                      const Session& session) {
    return {ShortId(incident.id()),
            TimeText(FromProtoTime(incident.last_seen()), session.zone()),
            PriorityText(incident.priority()),
            StateText(incident.state()),
            absl::StrCat(incident.count()),
            incident.rule(),
            incident.node(),
            incident.container_id()};
  }

  IncidentFilterFlags filter_;
  int64_t limit_ = kDefaultLimit;
};

class GetIncident : public Command {
 public:
  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 1, 1, "an incident's id"));
    id_ = words[0];
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    v1::GetIncidentRequest get;
    get.set_id(id_);
    EYRIE_ASSIGN_OR_RETURN(const v1::Incident incident,
                           connection->GetIncident(get));
    if (session.options().is_json()) {
      session.PrintJson(incident);
      return ExitCode::kDone;
    }
    v1::ListDetectionsRequest list;
    list.set_incident_id(incident.id());
    list.set_page_size(kShownDetections);
    EYRIE_ASSIGN_OR_RETURN(const v1::ListDetectionsResponse response,
                           connection->ListDetections(list));
    const std::vector<v1::Detection> detections(response.detections().begin(),
                                                response.detections().end());
    session.out() << IncidentDetails(incident, detections, session.zone());
    return ExitCode::kDone;
  }

 private:
  std::string id_;
};

}  // namespace

std::vector<CommandInfo> IncidentCommands() {
  return {
      {"incidents",
       "list",
       "",
       "Lists incidents, last seen first.",
       "An incident groups the detections of one rule on one node or workload "
       "under one line of processes.",
       {"eyrie incidents list --since 1h --priority '>=warning'",
        "eyrie incidents list --state open --node web-1 -o json"},
       [] { return std::make_unique<ListIncidents>(); }},
      {"incidents",
       "get",
       "ID",
       "Shows an incident with its latest detections.",
       "ID is an incident's id, or its first digits, at least 6. With -o json "
       "the incident alone; for its detections see eyrie detections list "
       "--incident.",
       {"eyrie incidents get 3f2a0b6e8d1c",
        "eyrie incidents get 3f2a0b6e8d1c -o json"},
       [] { return std::make_unique<GetIncident>(); }},
  };
}

}  // namespace eyrie::cli
