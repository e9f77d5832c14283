// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/built_in_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "rules/engine.h"
#include "rules/json/testing/read_json_field.h"
#include "rules/ruleset/rule_set.h"
#include "rules/sources/source_reader.h"

namespace eyrie::rules {
namespace {

using ::testing::ElementsAre;
using testing::ExpectJsonFields;

// The only event of this delivery.
JsonEvent EventOf(absl::string_view source, absl::string_view delivery) {
  JsonEvents made = BuiltInSources()->Find(source)->MakeEvents(
      *ParseJson(delivery), 1'700'000'000'000'000'000);
  EXPECT_EQ(made.events.size(), 1u);
  return std::move(made.events.at(0));
}

// Whether a rule of `source` with this condition fires.
bool Fires(const std::string& condition, const JsonEvent& event) {
  Diagnostics diagnostics;
  const auto rules = LoadRules(
      {std::make_shared<const SourceFile>(
          "rules.yaml", absl::StrCat("- rule: r\n  desc: d\n  source: ",
                                     event.source, "\n  condition: ", condition,
                                     "\n  output: o\n  priority: NOTICE\n"))},
      {}, diagnostics);
  EXPECT_EQ(diagnostics.ToString(), "");
  if (rules == nullptr) return false;
  const auto state = rules->NewState();
  absl::InlinedVector<uint32_t, 8> matches;
  rules->Match(event, *state, matches);
  return !matches.empty();
}

TEST(BuiltInSourcesTest, DescriptionsHaveNoMistakes) {
  EXPECT_EQ(BuiltInDescriptions().size(), 3u);
  EventSources sources;
  for (const BuiltInDescription& description : BuiltInDescriptions()) {
    Diagnostics diagnostics;
    auto source = ReadJsonSource(
        std::make_shared<const SourceFile>(std::string(description.name),
                                           std::string(description.text)),
        {}, diagnostics);
    EXPECT_EQ(diagnostics.ToString(), "");
    ASSERT_NE(source, nullptr) << description.name;
    EXPECT_EQ(absl::StrCat(source->name, ".yaml"), description.name);
    EXPECT_TRUE(sources.Add(std::move(source)).ok());
  }
  EXPECT_THAT(
      MakeBuiltInSources()->Known().sources,
      ElementsAre("syscall", "k8s_audit", "aws_cloudtrail", "github", "okta"));
}

TEST(BuiltInSourcesTest, ReadsCloudTrailRecords) {
  const JsonEvent event = EventOf("aws_cloudtrail", R"({"Records": [{
    "eventID": "e1", "eventTime": "2026-01-02T03:04:05Z",
    "eventSource": "s3.amazonaws.com", "eventName": "PutObject",
    "awsRegion": "eu-west-1", "sourceIPAddress": "198.51.100.7",
    "userAgent": "aws-cli", "recipientAccountId": "42",
    "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::42:x",
      "sessionContext": {"sessionIssuer": {"userName": "deployer"}}},
    "requestParameters": {"bucketName": "b", "key": "k/1"},
    "additionalEventData": {"bytesTransferredIn": 33.0}}]})");
  ExpectJsonFields(BuiltInSources()->Find("aws_cloudtrail")->catalog, event,
                   {{"ct.id", "e1"},
                    {"ct.src", "s3.amazonaws.com"},
                    {"ct.shortsrc", "s3"},
                    {"ct.name", "PutObject"},
                    {"ct.user", "deployer"},
                    {"ct.user.identitytype", "AssumedRole"},
                    {"ct.user.accountid", "42"},
                    {"ct.region", "eu-west-1"},
                    {"ct.srcip", "198.51.100.7"},
                    {"ct.error", "<absent>"},
                    {"ct.readonly", "false"},
                    {"ct.managementevent", "false"},
                    {"ct.info", "arn:aws:sts::42:x via 198.51.100.7 PutObject"},
                    {"s3.uri", "s3://b/k/1"},
                    {"s3.bytes", "33"},
                    {"s3.bytes.in", "33"},
                    {"s3.bytes.out", "<absent>"},
                    {"s3.cnt.put", "1"},
                    {"s3.cnt.get", "<absent>"},
                    {"s3.cnt.other", "<absent>"},
                    {"evt.pluginname", "cloudtrail"},
                    {"evt.time.s", "03:04:05"}});
  EXPECT_TRUE(
      Fires("ct.name = PutObject and s3.bytes > 32 and not ct.error "
            "exists and json.value[/awsRegion] startswith eu-",
            event));
  EXPECT_FALSE(Fires("ct.user = root", event));
  const JsonCatalog& catalog =
      BuiltInSources()->Find("aws_cloudtrail")->catalog;
  ExpectJsonFields(catalog,
                   EventOf("aws_cloudtrail", R"({"eventName": "RunInstances",
        "readOnly": true, "userIdentity": {"type": "Root", "accountId": "7"},
        "requestParameters": {"tagSpecificationSet": {"items": [
          {"resourceType": "volume", "tags": [{"key": "Name", "value": "v"}]},
          {"resourceType": "instance", "tags": [
            {"key": "Owner", "value": "o"}, {"key": "Name", "value": "web"}]}
        ]}}})"),
                   {{"ec2.name", "web"},
                    {"ct.readonly", "true"},
                    {"ct.user", "<absent>"},
                    {"ct.user.accountid", "7"},
                    {"s3.cnt.other", "1"}});
  ExpectJsonFields(
      catalog, EventOf("aws_cloudtrail", R"({"eventName": "DescribeInstances",
        "userIdentity": {"type": "AWSAccount"}, "managementEvent": true})"),
      {{"ct.readonly", "true"},
       {"ct.user", "AWSAccount"},
       {"ct.managementevent", "true"}});
}

TEST(BuiltInSourcesTest, ReadsOktaEvents) {
  const JsonEvent event = EventOf("okta", R"([{
    "eventType": "group.user_membership.add", "published":
    "2026-01-02T03:04:05.678Z", "actor": {"id": "a", "type": "User",
    "alternateId": "eve@x", "displayName": "Eve"},
    "client": {"ipAddress": "198.51.100.7",
      "geographicalContext": {"geolocation": {"lat": 1.5}}},
    "outcome": {"result": "SUCCESS"},
    "debugContext": {"debugData": {"requestUri": "/app/mail/xyz/sso"}},
    "securityContext": {"asNumber": 64500},
    "target": [{"type": "UserGroup", "id": "g", "displayName": "Admins"},
               {"type": "User", "id": "u", "alternateId": "kim@x"}]}])");
  ExpectJsonFields(BuiltInSources()->Find("okta")->catalog, event,
                   {{"okta.evt.type", "group.user_membership.add"},
                    {"okta.actor.Type", "User"},
                    {"okta.actor.name", "Eve"},
                    {"okta.client.ip", "198.51.100.7"},
                    {"okta.client.geo.lat", "1.5"},
                    {"okta.app", "mail"},
                    {"okta.security.asnumber", "64500"},
                    {"okta.target.user.id", "u"},
                    {"okta.target.user.alternateid", "kim@x"},
                    {"okta.target.group.name", "Admins"},
                    {"okta.target.app.alternateid", "<absent>"},
                    {"okta.org", "<unknown>"},
                    {"okta.mfa.failure.countlast[60]", "<unknown>"},
                    {"evt.time", "03:04:05.678000000"}});
  EXPECT_TRUE(
      Fires("okta.evt.type = group.user_membership.add and "
            "okta.target.group.name = Admins",
            event));
}

TEST(BuiltInSourcesTest, ReadsGitHubWebhooks) {
  const JsonEvent event = EventOf("github", R"({
    "webhook_type": "push", "sender": {"login": "eve"},
    "repository": {"html_url": "https://github.com/shop/web", "private": false,
                   "owner": {"login": "shop"}},
    "commits": [{"added": ["a", "b"], "removed": []},
                {"added": ["c"], "modified": ["d"]}]})");
  ExpectJsonFields(BuiltInSources()->Find("github")->catalog, event,
                   {{"github.type", "push"},
                    {"github.user", "eve"},
                    {"github.owner", "shop"},
                    {"github.repo", "https://github.com/shop/web"},
                    {"github.repo.name", "shop/web"},
                    {"github.repo.public", "true"},
                    {"github.commit.added", "a,b,c"},
                    {"github.commit.modified", "d"},
                    {"github.commit.removed", "<absent>"},
                    {"github.diff.has_secrets", "<unknown>"}});
  EXPECT_TRUE(
      Fires("github.type = push and github.repo.public = true and "
            "github.commit.added contains b",
            event));
}

}  // namespace
}  // namespace eyrie::rules
