// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/event_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "common/testing/status_matchers.h"

namespace eyrie::rules {
namespace {

using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

JsonEvent Event(const std::string& text) {
  JsonEvent event;
  event.document = *ParseJson(text);
  return event;
}

constexpr char kStarted[] = R"({"auditID": "a", "stage": "ResponseStarted",
  "requestReceivedTimestamp": "2026-01-02T03:04:05.000001Z",
  "stageTimestamp": "2026-01-02T03:04:05.000002Z", "verb": "create",
  "requestURI": "/x", "user": {"username": "eve"}})";

// kStarted with one member changed.
JsonEvent Changed(const std::string& pointer, const std::string& value) {
  JsonEvent event = Event(kStarted);
  event.document[Json::json_pointer(pointer)] = value;
  return event;
}

TEST(EventIdentityTest, OfAuditEventsIsTheRequestWithItsStage) {
  const auto source = MakeK8sAuditSource();
  const std::string identity = EventIdentity(*source, Event(kStarted));
  EXPECT_EQ(EventIdentity(*source, Changed("/level", "Request")), identity);
  for (const char* pointer :
       {"/auditID", "/stage", "/stageTimestamp", "/verb", "/requestURI",
        "/requestReceivedTimestamp", "/user/username"}) {
    EXPECT_NE(EventIdentity(*source, Changed(pointer, "other")), identity)
        << pointer;
  }
}

TEST(EventIdentityTest, StagesOfARequestAreOneOccurrence) {
  const auto source = MakeK8sAuditSource();
  const std::string occurrence = EventOccurrence(*source, Event(kStarted));
  for (const char* pointer : {"/stage", "/stageTimestamp"}) {
    EXPECT_EQ(EventOccurrence(*source, Changed(pointer, "other")), occurrence)
        << pointer;
  }
}

// A client may send the audit id of another request.
TEST(EventIdentityTest, AnAuditIdUsedAgainIsAnotherOccurrence) {
  const auto source = MakeK8sAuditSource();
  const std::string occurrence = EventOccurrence(*source, Event(kStarted));
  for (const char* pointer :
       {"/requestReceivedTimestamp", "/requestURI", "/user/username"}) {
    EXPECT_NE(EventOccurrence(*source, Changed(pointer, "other")), occurrence)
        << pointer;
  }
}

TEST(EventIdentityTest, WithoutPlacesIsTheDocument) {
  JsonSource source;
  EXPECT_EQ(EventIdentity(source, Event(R"({"a": 1, "b": 2})")),
            EventIdentity(source, Event(R"({"b":2,"a":1})")));
  EXPECT_NE(EventIdentity(source, Event(R"({"a": 1})")),
            EventIdentity(source, Event(R"({"a": 2})")));
  source.identity = {*JsonPath::Parse("/id", JsonPath::Star::kName)};
  EXPECT_NE(EventIdentity(source, Event(R"({"a": 1})")),
            EventIdentity(source, Event(R"({"a": 2})")));
  EXPECT_EQ(EventIdentity(source, Event(R"({"id": 7, "a": 1})")),
            EventIdentity(source, Event(R"({"id": 7, "a": 2})")));
  EXPECT_EQ(EventOccurrence(source, Event(R"({"id": 7})")),
            EventIdentity(source, Event(R"({"id": 7})")));
}

TEST(EventIdentityTest, ValuesCannotRunIntoEachOther) {
  JsonSource source;
  source.identity = {*JsonPath::Parse("/a", JsonPath::Star::kName),
                     *JsonPath::Parse("/b", JsonPath::Star::kName)};
  EXPECT_NE(EventIdentity(source, Event(R"({"a": "x1+y", "b": "z"})")),
            EventIdentity(source, Event(R"({"a": "x", "b": "y1+z"})")));
  EXPECT_NE(EventIdentity(source, Event(R"({"a": "x"})")),
            EventIdentity(source, Event(R"({"b": "x"})")));
}

TEST(EventIdentityTest, SaysWhatIsMissing) {
  const auto source = MakeK8sAuditSource();
  EXPECT_THAT(CheckEvent(*source, Event(kStarted)), testing::IsOk());
  EXPECT_THAT(CheckEvent(*source, Event(R"({"auditID": "a"})")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("it has no text at /stage")));
  for (const char* text : {R"({"auditID": "", "stage": "s"})",
                           R"({"auditID": 7, "stage": "s"})"}) {
    EXPECT_THAT(
        CheckEvent(*source, Event(text)),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("/auditID")));
  }
}

}  // namespace
}  // namespace eyrie::rules
