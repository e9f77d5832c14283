// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/backup.h"

#include <memory>
#include <string>
#include <vector>

#include "eyrie/v1/server_service.pb.h"

#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

class CreateBackup : public Command {
 public:
  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    return CheckWords(words, 0, 0, "");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    EYRIE_ASSIGN_OR_RETURN(const v1::CreateBackupResponse backup,
                           connection->CreateBackup(v1::CreateBackupRequest()));
    if (session.options().is_json()) {
      session.PrintJson(backup);
    } else {
      session.out() << "backup " << backup.backup_id() << ", " << backup.bytes()
                    << " bytes\n";
    }
    return ExitCode::kDone;
  }
};

}  // namespace

std::vector<CommandInfo> BackupCommands() {
  return {
      {"backup",
       "create",
       "",
       "Copies the database while the server runs.",
       "The copy lies in the folder that eyrie-server --backup-dir names, on "
       "the server.",
       {"eyrie backup create", "eyrie backup create -o json"},
       [] { return std::make_unique<CreateBackup>(); }},
  };
}

}  // namespace eyrie::cli
