// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/incident_changes.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eyrie/v1/incident_service.pb.h"

#include "clients/cli/names.h"
#include "clients/cli/text.h"
#include "common/status_macros.h"

namespace eyrie::cli {
namespace {

using Action = v1::UpdateIncidentRequest::Action;

// Who types this; empty if the system does not say.
std::string UserName() {
  const char* const name = std::getenv("USER");
  return name == nullptr ? "" : name;
}

// Sends one action for one or more incidents.
class ChangeIncident : public Command {
 public:
  explicit ChangeIncident(Action action) : action_(action) {}

  void AddFlags(FlagSet* flags) override {
    if (action_ != v1::UpdateIncidentRequest::ADD_NOTE) {
      flags->Add("note", "A note to keep with it.", &note_);
    }
    flags->Add("author", "Who does it.", &author_);
  }

  absl::Status Check(const std::vector<std::string>& words,
                     const Session&) override {
    ids_ = words;
    // What comes after the id, or before the ids.
    if (action_ == v1::UpdateIncidentRequest::ADD_NOTE) {
      EYRIE_RETURN_IF_ERROR(
          CheckWords(words, 2, 2, "an incident's id or the note's text"));
      note_ = ids_.back();
      ids_.pop_back();
      return absl::OkStatus();
    }
    if (action_ == v1::UpdateIncidentRequest::ASSIGN) {
      EYRIE_RETURN_IF_ERROR(
          CheckWords(words, 2, 2, "an incident's id or the assignee"));
      assignee_ = ids_.back();
      ids_.pop_back();
      return absl::OkStatus();
    }
    return CheckWords(words, 1, kMaxIds, "an incident's id");
  }

  absl::StatusOr<ExitCode> Run(Session& session) override {
    EYRIE_ASSIGN_OR_RETURN(Connection* const connection, session.Connect());
    // Goes on after an incident that cannot be changed: the others may.
    absl::StatusOr<ExitCode> result = ExitCode::kDone;
    for (const std::string& id : ids_) {
      v1::UpdateIncidentRequest request;
      request.set_id(id);
      request.set_action(action_);
      request.set_note(note_);
      request.set_assignee(assignee_);
      request.set_author(author_);
      const auto incident = connection->UpdateIncident(request);
      if (incident.ok()) {
        Print(*incident, session);
        continue;
      }
      const absl::Status& status = incident.status();
      if (ids_.size() == 1 || ExitCodeFor(status) == ExitCode::kUnreachable) {
        return status;
      }
      session.err() << "eyrie: " << id << ": " << status.message() << '\n';
      result = ExitCode::kFailed;
    }
    return result;
  }

 private:
  static constexpr size_t kMaxIds = 1000;

  void Print(const v1::Incident& incident, const Session& session) const {
    if (session.options().is_json()) {
      session.PrintJson(incident);
      return;
    }
    std::string what = StateText(incident.state());
    if (action_ == v1::UpdateIncidentRequest::ADD_NOTE) {
      what = absl::StrCat(what, ", ", incident.notes_size(), " notes");
    } else if (!incident.assignee().empty()) {
      what = absl::StrCat(what, ", assigned to ", incident.assignee());
    }
    session.out() << ShortId(incident.id()) << "  " << SafeText(what) << "  "
                  << SafeText(incident.rule()) << '\n';
  }

  const Action action_;
  std::vector<std::string> ids_;
  std::string note_;
  std::string assignee_;
  std::string author_ = UserName();
};

CommandInfo Change(absl::string_view verb, absl::string_view words,
                   absl::string_view summary, absl::string_view example,
                   absl::string_view other_example, Action action) {
  return {"incidents",
          verb,
          words,
          summary,
          "",
          {example, other_example},
          [action] { return std::make_unique<ChangeIncident>(action); }};
}

}  // namespace

std::vector<CommandInfo> IncidentChangeCommands() {
  return {
      Change("ack", "ID...", "Acknowledges: somebody is looking at it.",
             "eyrie incidents ack 3f2a0b6e8d1c",
             "eyrie incidents ack 3f2a0b6e8d1c --note 'known backup job'",
             v1::UpdateIncidentRequest::ACKNOWLEDGE),
      Change("resolve", "ID...", "Resolves: nothing is left to do.",
             "eyrie incidents resolve 3f2a0b6e8d1c --note 'key removed'",
             "eyrie incidents resolve 3f2a0b6e8d1c 9c41d7e2a05b",
             v1::UpdateIncidentRequest::RESOLVE),
      Change("reopen", "ID...", "Reopens what was acknowledged or resolved.",
             "eyrie incidents reopen 3f2a0b6e8d1c",
             "eyrie incidents reopen 3f2a0b6e8d1c --note 'seen again'",
             v1::UpdateIncidentRequest::REOPEN),
      Change("note", "ID TEXT", "Adds a note.",
             "eyrie incidents note 3f2a0b6e8d1c 'asked the owner'",
             "eyrie incidents note 3f2a0b6e8d1c 'a test' --author alice",
             v1::UpdateIncidentRequest::ADD_NOTE),
      Change("assign", "ID WHO", "Says who looks after it.",
             "eyrie incidents assign 3f2a0b6e8d1c alice",
             "eyrie incidents assign 3f2a0b6e8d1c bob --note 'your host'",
             v1::UpdateIncidentRequest::ASSIGN),
  };
}

}  // namespace eyrie::cli
