// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/incident_watch.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "clients/cli/incident_filter_flags.h"
#include "clients/cli/names.h"
#include "clients/cli/text.h"
#include "clients/cli/time_text.h"
#include "clients/cli/watch_loop.h"
#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

// What happened to the incident, in one line.
std::string ChangeLine(const v1::WatchIncidentsResponse& change,
                       absl::TimeZone zone) {
  const v1::Incident& incident = change.incident();
  const bool is_detection = change.has_detection();
  const std::string what = !is_detection ? StateText(incident.state())
                           : incident.count() == 1
                               ? "new"
                               : absl::StrCat("again (", incident.count(), ")");
  const absl::Time time = is_detection
                              ? FromProtoTime(change.detection().time())
                              : FromProtoTime(incident.update_time());
  return SafeText(absl::StrCat(
      TimeText(time, zone), "  ", ShortId(incident.id()), "  ", what, "  ",
      PriorityText(incident.priority()), "  ", incident.rule(), "  ",
      incident.node(), "  ",
      is_detection ? change.detection().output() : incident.summary()));
}

class WatchIncidents : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    filter_.AddTo(flags);
    filter_.AddStateTo(flags);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session& session) override {
    EYRIE_RETURN_IF_ERROR(CheckWords(words, 0, 0, ""));
    return filter_.Resolve(session);
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    return WatchUntilInterrupted(
        session, *connection, [&](const std::function<void()>& is_there) {
          return WatchOnce(session, *connection, is_there);
        });
  }

 private:
  absl::Status WatchOnce(Session& session, Connection& connection,
                         const std::function<void()>& is_there) {
    v1::WatchIncidentsRequest request;
    *request.mutable_filter() = filter_.filter();
    request.set_resume_token(resume_token_);
    const absl::Status status = connection.WatchIncidents(
        request, is_there, [&](const v1::WatchIncidentsResponse& response) {
          Take(session, response);
          return static_cast<bool>(session.out());
        });
    if (!absl::IsOutOfRange(status) || resume_token_.empty()) return status;
    session.err() << "changes while the connection was away may be missing "
                     "here; see eyrie incidents list\n";
    resume_token_.clear();
    return WatchOnce(session, connection, is_there);
  }

  void Take(Session& session, const v1::WatchIncidentsResponse& response) {
    resume_token_ = response.resume_token();
    if (response.dropped() > 0) {
      session.err() << response.dropped()
                    << " changes were missed: this watch was too slow\n";
    }
    if (!response.has_incident() ||
        !filter_.Includes(response.incident().priority())) {
      return;
    }
    if (session.options().is_json()) {
      session.PrintJson(response);
    } else {
      session.out() << ChangeLine(response, session.zone()) << '\n';
    }
    session.out().flush();
  }

  IncidentFilterFlags filter_;
  std::string resume_token_;
};

}  // namespace

std::vector<CommandInfo> IncidentWatchCommands() {
  return {
      {"incidents",
       "watch",
       "",
       "Prints a line when an incident opens or changes.",
       "Goes on until Ctrl-C, also over a restart of the server.",
       {"eyrie incidents watch --priority '>=error'",
        "eyrie incidents watch -o json"},
       [] { return std::make_unique<WatchIncidents>(); }},
  };
}

}  // namespace eyrie::cli
