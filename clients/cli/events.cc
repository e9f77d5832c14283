// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/events.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "clients/cli/event_text.h"
#include "clients/cli/events_ingest.h"
#include "clients/cli/watch_loop.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

class WatchEvents : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("filter",
               "Only events that this condition of the rule language holds "
               "for; empty: all that the rules make nodes send.",
               &filter_);
    flags->Add("node", "Only of this node.", &node_);
    flags->Add("limit", "Ends after so many events; 0 is never.", &limit_, 0);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    return CheckWords(words, 0, 0, "");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    v1::WatchEventsRequest request;
    request.set_filter(filter_);
    request.set_node(node_);
    return WatchUntilInterrupted(
        session, *connection, [&](const std::function<void()>& is_there) {
          return connection->WatchEvents(
              request, is_there, [&](const v1::WatchEventsResponse& response) {
                return Take(session, response);
              });
        });
  }

 private:
  // Returns whether to go on.
  bool Take(Session& session, const v1::WatchEventsResponse& response) {
    if (response.dropped() > 0) {
      session.err() << response.dropped()
                    << " events were missed: this watch was too slow\n";
    }
    if (!response.has_event()) return true;
    if (session.options().is_json()) {
      session.PrintJson(response.event());
    } else {
      session.out() << EventLine(response.event(), session.zone()) << '\n';
    }
    session.out().flush();
    ++count_;
    return session.out() && (limit_ == 0 || count_ < limit_);
  }

  std::string filter_;
  std::string node_;
  int64_t limit_ = 0;
  int64_t count_ = 0;
};

}  // namespace

std::vector<CommandInfo> EventCommands() {
  return {
      {"events",
       "watch",
       "",
       "Prints events as they arrive from the nodes.",
       "Goes on until Ctrl-C. For as long as it lasts, nodes also send the "
       "events that the filter names.",
       {"eyrie events watch --filter 'evt.type = execve' --node web-1",
        "eyrie events watch --filter 'fd.name startswith /etc' --limit 10 "
        "-o json"},
       [] { return std::make_unique<WatchEvents>(); }},
      IngestEventsCommand(),
  };
}

}  // namespace eyrie::cli
