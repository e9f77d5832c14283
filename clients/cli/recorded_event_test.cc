// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/recorded_event.h"

#include <string>

#include "absl/time/time.h"
#include "eyrie/v1/event.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

#include "common/proto_time.h"
#include "common/testing/status_matchers.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::cli {
namespace {

using ::eyrie::testing::StatusIs;
using rules::testing::EventBuilder;
using rules::testing::ExpectFields;
using ::testing::HasSubstr;

// As the server renders an event for watchers.
std::string WatchedJson() {
  EventBuilder builder("openat");
  builder.Command({"cat", "/etc/shadow"})
      .Ancestors({"bash", "sshd"})
      .Uid(1000)
      .Result(5)
      .Set("name", "/tmp/x")
      .Set("realpath", "/etc/shadow");
  const rules::Event& event = builder.Build();
  v1::Event message;
  message.set_node("web-1");
  message.set_type("openat");
  *message.mutable_time() =
      ToProtoTime(absl::FromUnixNanos(1700000000123456789));
  *message.mutable_process() = builder.process();
  *message.add_ancestors() = builder.ancestor(1);
  *message.add_ancestors() = builder.ancestor(2);
  message.set_record(std::string(event.record.raw()));
  v1::User* const user = message.add_users();
  user->set_id(1000);
  user->set_name("alice");
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return json;
}

TEST(RecordedEventTest, AWatchedEventSaysAllThatItSaid) {
  ASSERT_OK_AND_ASSIGN(const auto recorded,
                       ReadEvent("events.jsonl:1", WatchedJson()));
  ExpectFields(recorded->event(), {{"evt.type", "openat"},
                                   {"evt.rawtime", "1700000000123456789"},
                                   {"evt.hostname", "web-1"},
                                   {"evt.arg.name", "/tmp/x"},
                                   {"fd.name", "/tmp/x, /etc/shadow"},
                                   {"fd.realpath", "/etc/shadow"},
                                   {"proc.cmdline", "cat /etc/shadow"},
                                   {"proc.aname", "bash, sshd"},
                                   {"user.name", "alice"}});
}

TEST(RecordedEventTest, AWatchedEventSaysWhatWasKnownOfItsContainer) {
  EventBuilder builder("openat");
  builder.record().CgroupId(78);
  const rules::Event& event = builder.Build();
  v1::Event message;
  message.set_type("openat");
  *message.mutable_process() = builder.process();
  message.set_record(std::string(event.record.raw()));
  message.mutable_cgroup()->set_id(78);
  message.mutable_cgroup()->set_container_id("web");
  message.mutable_container()->set_id("web");
  message.mutable_container()->set_metadata(v1::Container::COMPLETE);
  message.mutable_container()->set_image_repository("nginx");
  message.mutable_container()->set_pod_uid("u1");
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  ASSERT_OK_AND_ASSIGN(const auto recorded, ReadEvent("events.jsonl:1", json));
  ExpectFields(recorded->event(), {{"container.id", "web"},
                                   {"container.image.repository", "nginx"},
                                   {"container.image.tag", "<absent>"},
                                   {"k8s.pod.uid", "u1"},
                                   // The server may have known.
                                   {"k8s.deployment.name", "<unknown>"}});
}

TEST(RecordedEventTest, AnEventMayBeWrittenByHand) {
  for (
      const char* text :
      {R"({"event": "openat", "command": ["cat", "x"], "args": {"name": "/x"}})",
       "event: openat\ncommand: [cat, x]\nargs:\n  name: /x\n"}) {
    ASSERT_OK_AND_ASSIGN(const auto recorded, ReadEvent("event.yaml", text));
    ExpectFields(
        recorded->event(),
        {{"evt.type", "openat"}, {"proc.cmdline", "cat x"}, {"fd.name", "/x"}});
  }
}

TEST(RecordedEventTest, NobodySaysWhatDomainNamesMeantThen) {
  EventBuilder builder("connect");
  builder.Result(0).Set("fd", 3).SetAddress("addr", "1.2.3.4:443");
  v1::Event message;
  message.set_type("connect");
  message.set_record(std::string(builder.Build().record.raw()));
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  for (const std::string& text :
       {json, std::string(R"({"event": "connect", "command": ["curl"],
                              "args": {"addr": "1.2.3.4:443"}})")}) {
    ASSERT_OK_AND_ASSIGN(const auto recorded, ReadEvent("event", text));
    ExpectFields(recorded->event(),
                 {{"fd.sip", "1.2.3.4"}, {"fd.sip.name", "<unknown>"}});
  }
}

TEST(RecordedEventTest, SaysWhyItIsNone) {
  struct Case {
    std::string text;
    const char* message;
  };
  std::string longer = WatchedJson();
  longer.replace(longer.find("\"record\":\"") + 10, 4, "////");
  for (const Case& test : std::vector<Case>{
           {R"({"type": "openat"})", "the event has no record"},
           {R"({"type": "openat", "record": "!"})", "not an event of `eyrie"},
           {R"({"type": "openat", "record": ""})", "record"},
           {longer, "record"},
           {"{}", "has no 'event'"},
           {"[]", "an event is one map"},
           {R"({"event": "opne"})", "no event is called 'opne'"},
           {R"({"event": "open", "arg": {}})", "has no key 'arg'"},
           {"", "an event is one map"},
       }) {
    EXPECT_THAT(
        ReadEvent("e:1", test.text),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.message)))
        << test.text;
  }
}

}  // namespace
}  // namespace eyrie::cli
