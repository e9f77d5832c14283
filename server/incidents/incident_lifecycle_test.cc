// SPDX-License-Identifier: Apache-2.0

#include "server/incidents/incident_lifecycle.h"

#include <gtest/gtest.h>

#include <string>

#include "common/proto_time.h"
#include "common/testing/status_matchers.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;
using Request = v1::UpdateIncidentRequest;
using State = v1::Incident;

const absl::Time kNow = absl::FromUnixSeconds(3600);

v1::Incident InState(State::State state) {
  v1::Incident incident;
  incident.set_id("ab");
  incident.set_state(state);
  incident.set_etag("7");
  return incident;
}

Request To(Request::Action action) {
  Request request;
  request.set_id("ab");
  request.set_action(action);
  if (action == Request::ADD_NOTE) request.set_note("seen");
  if (action == Request::ASSIGN) request.set_assignee("kim");
  return request;
}

TEST(IncidentLifecycleTest, MovesBetweenStates) {
  const struct {
    State::State from;
    Request::Action action;
    // STATE_UNSPECIFIED: not allowed, for the reason below.
    State::State to;
    const char* error;
  } cases[] = {
      {State::OPEN, Request::ACKNOWLEDGE, State::ACKNOWLEDGED, ""},
      {State::OPEN, Request::RESOLVE, State::RESOLVED, ""},
      {State::OPEN, Request::REOPEN, State::STATE_UNSPECIFIED,
       "incident ab is open already"},
      {State::OPEN, Request::ADD_NOTE, State::OPEN, ""},
      {State::OPEN, Request::ASSIGN, State::OPEN, ""},
      {State::ACKNOWLEDGED, Request::ACKNOWLEDGE, State::STATE_UNSPECIFIED,
       "incident ab is acknowledged already"},
      {State::ACKNOWLEDGED, Request::RESOLVE, State::RESOLVED, ""},
      {State::ACKNOWLEDGED, Request::REOPEN, State::OPEN, ""},
      {State::ACKNOWLEDGED, Request::ASSIGN, State::ACKNOWLEDGED, ""},
      {State::RESOLVED, Request::ACKNOWLEDGE, State::STATE_UNSPECIFIED,
       "incident ab is resolved; reopen it first"},
      {State::RESOLVED, Request::RESOLVE, State::STATE_UNSPECIFIED,
       "incident ab is resolved already"},
      {State::RESOLVED, Request::REOPEN, State::OPEN, ""},
      {State::RESOLVED, Request::ADD_NOTE, State::RESOLVED, ""},
  };
  for (const auto& test : cases) {
    const auto updated = ApplyUpdate(InState(test.from), To(test.action), kNow);
    if (test.to == State::STATE_UNSPECIFIED) {
      EXPECT_THAT(updated,
                  StatusIs(absl::StatusCode::kFailedPrecondition, test.error));
      continue;
    }
    ASSERT_THAT(updated, IsOk()) << test.from << " " << test.action;
    EXPECT_EQ(updated->state(), test.to) << test.from << " " << test.action;
    EXPECT_EQ(updated->etag(), "8");
    EXPECT_EQ(FromProtoTime(updated->update_time()), kNow);
  }
}

TEST(IncidentLifecycleTest, NeedsAnAction) {
  for (const int action : {0, 99}) {
    Request request;
    request.set_action(static_cast<Request::Action>(action));
    EXPECT_THAT(
        ApplyUpdate(InState(State::OPEN), request, kNow),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("give one of")))
        << action;
  }
}

TEST(IncidentLifecycleTest, StoresANoteWithAnyAction) {
  Request request = To(Request::RESOLVE);
  request.set_note("false alarm");
  request.set_author("kim");
  ASSERT_OK_AND_ASSIGN(const v1::Incident incident,
                       ApplyUpdate(InState(State::OPEN), request, kNow));
  ASSERT_EQ(incident.notes_size(), 1);
  EXPECT_EQ(incident.notes(0).text(), "false alarm");
  EXPECT_EQ(incident.notes(0).author(), "kim");
  EXPECT_EQ(FromProtoTime(incident.notes(0).create_time()), kNow);
}

TEST(IncidentLifecycleTest, Assigns) {
  ASSERT_OK_AND_ASSIGN(
      const v1::Incident incident,
      ApplyUpdate(InState(State::OPEN), To(Request::ASSIGN), kNow));
  EXPECT_EQ(incident.assignee(), "kim");
  EXPECT_EQ(incident.notes_size(), 0);
}

TEST(IncidentLifecycleTest, ChecksWhatAnActionNeeds) {
  const auto invalid = [](const Request& request, const char* message) {
    EXPECT_THAT(
        ApplyUpdate(InState(State::OPEN), request, kNow),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  };
  Request request = To(Request::ADD_NOTE);
  request.clear_note();
  invalid(request, "needs a note");
  request = To(Request::ASSIGN);
  request.clear_assignee();
  invalid(request, "needs an assignee");
  request.set_assignee(std::string(kMaxNameBytes + 1, 'x'));
  invalid(request, "assignee has 257 bytes; it may have at most 256");
  request = To(Request::ADD_NOTE);
  request.set_author(std::string(kMaxNameBytes + 1, 'x'));
  invalid(request, "author has 257 bytes");
  request.clear_author();
  request.set_note(std::string(kMaxNoteBytes + 1, 'x'));
  invalid(request, "note has 4097 bytes; it may have at most 4096");
  request.set_note(std::string(kMaxNoteBytes, 'x'));
  EXPECT_THAT(ApplyUpdate(InState(State::OPEN), request, kNow), IsOk());
}

TEST(IncidentLifecycleTest, HoldsAThousandNotes) {
  v1::Incident incident = InState(State::OPEN);
  for (int i = 0; i < kMaxNotes - 1; ++i) incident.add_notes();
  ASSERT_OK_AND_ASSIGN(incident,
                       ApplyUpdate(incident, To(Request::ADD_NOTE), kNow));
  EXPECT_EQ(incident.notes_size(), 1000);
  EXPECT_THAT(ApplyUpdate(incident, To(Request::ADD_NOTE), kNow),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "incident ab is full: it has 1000 notes"));
  // It can still be resolved.
  EXPECT_THAT(ApplyUpdate(incident, To(Request::RESOLVE), kNow), IsOk());
}

TEST(IncidentLifecycleTest, ComparesEtags) {
  Request request = To(Request::ACKNOWLEDGE);
  request.set_etag("6");
  EXPECT_THAT(
      ApplyUpdate(InState(State::OPEN), request, kNow),
      StatusIs(absl::StatusCode::kAborted, HasSubstr("its etag is 7, not 6")));
  request.set_etag("7");
  EXPECT_THAT(ApplyUpdate(InState(State::OPEN), request, kNow), IsOk());
}

TEST(IncidentLifecycleTest, GivesAnEtagToWhatHasNone) {
  v1::Incident incident;
  MarkChanged(incident, kNow);
  EXPECT_EQ(incident.etag(), "1");
  incident.set_etag("no number");
  MarkChanged(incident, kNow);
  EXPECT_EQ(incident.etag(), "1");
}

}  // namespace
}  // namespace eyrie::server
