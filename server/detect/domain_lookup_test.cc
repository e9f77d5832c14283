// SPDX-License-Identifier: Apache-2.0

#include "server/detect/domain_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/testing/status_matchers.h"
#include "rules/check/value.h"

namespace eyrie::server {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;

rules::IpAddress Ip(const std::string& text) { return *ParseIpAddress(text); }

std::vector<rules::IpAddress> LookUp(const std::string& name) {
  const auto found = LookUpDomain(name);
  EXPECT_OK(found.status());
  return found.value_or(std::vector<rules::IpAddress>());
}

TEST(DomainLookupTest, AsksTheMachine) {
  EXPECT_THAT(LookUp("localhost"), Contains(AnyOf(Ip("127.0.0.1"), Ip("::1"))));
}

TEST(DomainLookupTest, AnAddressIsItsOwnName) {
  EXPECT_THAT(LookUp("10.1.2.3"), ElementsAre(Ip("10.1.2.3")));
  EXPECT_THAT(LookUp("2001:db8::1"), ElementsAre(Ip("2001:db8::1")));
  EXPECT_THAT(LookUp("::ffff:10.1.2.3"), ElementsAre(Ip("10.1.2.3")));
}

TEST(DomainLookupTest, SaysWhatCannotBeResolved) {
  // Not a name at all, so that no name server is asked.
  const auto found = LookUpDomain("no name");
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.status().message().find("resolving no name: "),
            absl::string_view::npos);
}

TEST(DomainLookupTest, ParsesAddresses) {
  EXPECT_EQ(Ip("10.0.0.1"), (rules::IpAddress{{10, 0, 0, 1}, false}));
  EXPECT_EQ(Ip("::ffff:10.0.0.1"), Ip("10.0.0.1"));
  EXPECT_EQ(Ip("fd00::"), (rules::IpAddress{{0xfd}, true}));
  for (const char* text : {"", "None", "10.0.0", "10.0.0.1 ", "::1::"}) {
    EXPECT_FALSE(ParseIpAddress(text).has_value()) << text;
  }
}

TEST(DomainLookupTest, KnowsNamesOfServices) {
  for (const char* domain :
       {"kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
        "Kubernetes.Default.SVC.cluster.local."}) {
    const auto service = ParseServiceName(domain);
    ASSERT_TRUE(service.has_value()) << domain;
    EXPECT_EQ(service->name, "kubernetes");
    EXPECT_EQ(service->namespace_name, "default");
  }
  for (const char* domain : {"", "svc", "a.svc", "a.b", "a.b.c.svc", "..svc",
                             "www.svc.example", "a.b.svcs"}) {
    EXPECT_FALSE(ParseServiceName(domain).has_value()) << domain;
  }
}

}  // namespace
}  // namespace eyrie::server
