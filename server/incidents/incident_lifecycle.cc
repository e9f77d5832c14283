// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/incident_lifecycle.h"

#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/proto_time.h"
#include "common/status_macros.h"

namespace eyrie::server {
namespace {

using Request = v1::UpdateIncidentRequest;

absl::Status CheckLength(absl::string_view what, absl::string_view text,
                         size_t max_bytes) {
  if (text.size() <= max_bytes) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      what, " has ", text.size(), " bytes; it may have at most ", max_bytes));
}

absl::Status CheckRequest(const Request& request) {
  EYRIE_RETURN_IF_ERROR(CheckLength("note", request.note(), kMaxNoteBytes));
  EYRIE_RETURN_IF_ERROR(
      CheckLength("assignee", request.assignee(), kMaxNameBytes));
  EYRIE_RETURN_IF_ERROR(CheckLength("author", request.author(), kMaxNameBytes));
  if (request.action() == Request::ADD_NOTE && request.note().empty()) {
    return absl::InvalidArgumentError("action ADD_NOTE needs a note");
  }
  if (request.action() == Request::ASSIGN && request.assignee().empty()) {
    return absl::InvalidArgumentError("action ASSIGN needs an assignee");
  }
  return absl::OkStatus();
}

absl::Status WrongState(const v1::Incident& incident, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("incident ", incident.id(), " is ", why));
}

absl::Status Acknowledge(v1::Incident& incident) {
  if (incident.state() == v1::Incident::RESOLVED) {
    return WrongState(incident, "resolved; reopen it first");
  }
  if (incident.state() == v1::Incident::ACKNOWLEDGED) {
    return WrongState(incident, "acknowledged already");
  }
  incident.set_state(v1::Incident::ACKNOWLEDGED);
  return absl::OkStatus();
}

absl::Status Resolve(v1::Incident& incident) {
  if (incident.state() == v1::Incident::RESOLVED) {
    return WrongState(incident, "resolved already");
  }
  incident.set_state(v1::Incident::RESOLVED);
  return absl::OkStatus();
}

absl::Status Reopen(v1::Incident& incident) {
  if (incident.state() == v1::Incident::OPEN) {
    return WrongState(incident, "open already");
  }
  incident.set_state(v1::Incident::OPEN);
  return absl::OkStatus();
}

absl::Status Move(v1::Incident& incident, const Request& request) {
  switch (request.action()) {
    case Request::ACKNOWLEDGE:
      return Acknowledge(incident);
    case Request::RESOLVE:
      return Resolve(incident);
    case Request::REOPEN:
      return Reopen(incident);
    case Request::ADD_NOTE:
      return absl::OkStatus();
    case Request::ASSIGN:
      incident.set_assignee(request.assignee());
      return absl::OkStatus();
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("action ", request.action(),
                       " is none; give one of ACKNOWLEDGE, "
                       "RESOLVE, REOPEN, ADD_NOTE, ASSIGN"));
  }
}

absl::Status AddNote(v1::Incident& incident, const Request& request,
                     absl::Time now) {
  if (incident.notes_size() >= kMaxNotes) {
    return WrongState(incident,
                      absl::StrCat("full: it has ", kMaxNotes, " notes"));
  }
  v1::Incident::Note& note = *incident.add_notes();
  *note.mutable_create_time() = ToProtoTime(now);
  note.set_author(request.author());
  note.set_text(request.note());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Incident> ApplyUpdate(v1::Incident incident,
                                         const Request& request,
                                         absl::Time now) {
  EYRIE_RETURN_IF_ERROR(CheckRequest(request));
  if (!request.etag().empty() && request.etag() != incident.etag()) {
    return absl::AbortedError(
        absl::StrCat("incident ", incident.id(), " has changed (its etag is ",
                     incident.etag(), ", not ", request.etag(),
                     "); read it again, then decide"));
  }
  EYRIE_RETURN_IF_ERROR(Move(incident, request));
  if (!request.note().empty()) {
    EYRIE_RETURN_IF_ERROR(AddNote(incident, request, now));
  }
  MarkChanged(incident, now);
  return incident;
}

// The etag counts the incident's changes. Incidents have ids of their own, so
// it need not be unique among them.
void MarkChanged(v1::Incident& incident, absl::Time now) {
  uint64_t changes = 0;
  if (!absl::SimpleAtoi(incident.etag(), &changes)) changes = 0;
  incident.set_etag(absl::StrCat(changes + 1));
  *incident.mutable_update_time() = ToProtoTime(now);
}

}  // namespace eyrie::server
