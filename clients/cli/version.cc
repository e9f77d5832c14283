// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/version.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eyrie/v1/server_service.pb.h"

#include "clients/cli/json_printer.h"
#include "clients/cli/table_printer.h"
#include "clients/cli/time_text.h"
#include "common/proto_time.h"
#include "common/status_macros.h"
#include "common/version.h"

namespace eyrie::cli {
namespace {

std::string ServerText(const v1::ServerInfo& server, absl::TimeZone zone) {
  FieldPrinter fields;
  fields.Add("server", server.version());
  fields.Add("running since",
             TimeText(FromProtoTime(server.start_time()), zone));
  fields.Add("rules", absl::StrCat(server.rule_count()));
  fields.Add("connected nodes", absl::StrCat(server.connected_nodes()));
  fields.Add("database bytes", absl::StrCat(server.database_bytes()));
  return fields.ToString();
}

class ShowVersion : public Command {
 public:
  void AddFlags(FlagSet* flags) override {
    flags->Add("client", "Asks no server.", &is_client_only_);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    return CheckWords(words, 0, 0, "");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    const bool is_json = session.options().is_json();
    // Our own version is worth having without a server, too.
    if (!is_json) session.out() << "client:           " << Version() << '\n';
    if (is_client_only_) {
      if (is_json) session.out() << Json("") << '\n';
      return ExitCode::kDone;
    }
    session.out().flush();
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    EYRIE_ASSIGN_OR_RETURN(
        const v1::ServerInfo server,
        connection->GetServerInfo(v1::GetServerInfoRequest()));
    if (is_json) {
      session.out() << Json(absl::StrCat(",\"server\":", ToJsonLine(server)))
                    << '\n';
    } else {
      session.out() << ServerText(server, session.zone());
    }
    return ExitCode::kDone;
  }

 private:
  static std::string Json(absl::string_view server) {
    return absl::StrCat("{\"client\":{\"version\":\"", Version(), "\"}", server,
                        "}");
  }

  bool is_client_only_ = false;
};

}  // namespace

std::vector<CommandInfo> VersionCommands() {
  return {
      {"version",
       "",
       "",
       "Shows the versions of client and server.",
       "",
       {"eyrie version", "eyrie version --client"},
       [] { return std::make_unique<ShowVersion>(); }},
  };
}

}  // namespace eyrie::cli
