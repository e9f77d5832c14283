// SPDX-License-Identifier: Apache-2.0
//
// Tests of addresses.

#include "common/address.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"

namespace eyrie {
namespace {

using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

TEST(AddressTest, ParsesAndPrints) {
  struct Case {
    const char* text;
    Address::Kind kind;
    const char* host;
    int port;
    const char* path;
    bool is_local;
    const char* printed;
  };
  constexpr auto kTcp = Address::Kind::kTcp;
  constexpr auto kUnix = Address::Kind::kUnix;
  for (const Case& test : std::vector<Case>{
           {"127.0.0.1:7443", kTcp, "127.0.0.1", 7443, "", true,
            "127.0.0.1:7443"},
           {"127.9.9.9:1", kTcp, "127.9.9.9", 1, "", true, "127.9.9.9:1"},
           {"128.0.0.1:1", kTcp, "128.0.0.1", 1, "", false, "128.0.0.1:1"},
           {"0.0.0.0:0", kTcp, "0.0.0.0", 0, "", false, "0.0.0.0:0"},
           {"localhost:65535", kTcp, "localhost", 65535, "", true,
            "localhost:65535"},
           {"LocalHost:1", kTcp, "LocalHost", 1, "", true, "LocalHost:1"},
           {"localhost.evil.example:1", kTcp, "localhost.evil.example", 1, "",
            false, "localhost.evil.example:1"},
           {"127.0.0.1.example:1", kTcp, "127.0.0.1.example", 1, "", false,
            "127.0.0.1.example:1"},
           {"eyrie-server.ns.svc:7443", kTcp, "eyrie-server.ns.svc", 7443, "",
            false, "eyrie-server.ns.svc:7443"},
           {"[::1]:0", kTcp, "::1", 0, "", true, "[::1]:0"},
           {"[::]:7443", kTcp, "::", 7443, "", false, "[::]:7443"},
           {"[::ffff:127.0.0.1]:1", kTcp, "::ffff:127.0.0.1", 1, "", true,
            "[::ffff:127.0.0.1]:1"},
           {"[2001:db8::1]:1", kTcp, "2001:db8::1", 1, "", false,
            "[2001:db8::1]:1"},
           {"unix:/run/eyrie.sock", kUnix, "", 0, "/run/eyrie.sock", true,
            "unix:/run/eyrie.sock"},
           {"unix:///run/eyrie.sock", kUnix, "", 0, "/run/eyrie.sock", true,
            "unix:/run/eyrie.sock"},
           {"unix:relative.sock", kUnix, "", 0, "relative.sock", true,
            "unix:relative.sock"},
       }) {
    const absl::StatusOr<Address> address = ParseAddress(test.text);
    ASSERT_OK(address) << test.text;
    EXPECT_EQ(address->kind, test.kind) << test.text;
    EXPECT_EQ(address->host, test.host) << test.text;
    EXPECT_EQ(address->port, test.port) << test.text;
    EXPECT_EQ(address->path, test.path) << test.text;
    EXPECT_EQ(address->IsLocal(), test.is_local) << test.text;
    EXPECT_EQ(address->ToString(), test.printed) << test.text;
  }
}

TEST(AddressTest, RejectsWithReason) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "the port is missing"},
      {"localhost", "the port is missing"},
      {":7443", "the host is missing"},
      {"host:", "the port is not between 0 and 65535"},
      {"host:65536", "the port is not between"},
      {"host:-1", "the port is not between"},
      {"host:+1", "the port is not between"},
      {"host: 1", "the port is not between"},
      {"host:http", "the port is not between"},
      {"::1:7443", "an IPv6 address needs brackets"},
      {"[::1:7443", "no IPv6 address is in the brackets"},
      {"[host]:1", "no IPv6 address is in the brackets"},
      {"[]:1", "no IPv6 address is in the brackets"},
      {"http//host:1", "a character that no name has"},
      {"a b:1", "a character that no name has"},
      {std::string(254, 'h') + ":1", "the host is too long"},
      {"unix:", "the path is missing"},
      {"unix://", "the path is missing"},
      {"unix:" + std::string(108, 'p'), "the path has more than 107 bytes"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(ParseAddress(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)))
        << text;
  }
  EXPECT_OK(ParseAddress("unix:" + std::string(107, 'p')));
  EXPECT_OK(ParseAddress(std::string(253, 'h') + ":1"));
}

}  // namespace
}  // namespace eyrie
