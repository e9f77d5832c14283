// SPDX-License-Identifier: Apache-2.0
//
// Tests of the heads of HTTP requests.

#include "common/http_request.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace eyrie {
namespace {

TEST(ParseHttpHeadTest, ReadsRequests) {
  const auto parsed = ParseHttpHead(
      "POST /k8s-audit?a=b?c HTTP/1.1\r\nHost: x:1\r\nContent-LENGTH:  12 \r\n"
      "content-type: application/json\r\nExpect: 100-continue\r\n"
      "Authorization: Bearer a=b\r\n"
      "X-Empty:\r\n\r\n");
  const HttpHead* head = std::get_if<HttpHead>(&parsed);
  ASSERT_NE(head, nullptr);
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->path, "/k8s-audit");
  EXPECT_EQ(head->query, "a=b?c");
  EXPECT_EQ(head->content_type, "application/json");
  EXPECT_EQ(head->content_length, 12u);
  EXPECT_TRUE(head->expects_continue);
  EXPECT_EQ(head->authorization, "Bearer a=b");
  EXPECT_TRUE(head->keeps_alive);
}

TEST(ParseHttpHeadTest, KnowsWhetherTheConnectionStays) {
  struct Case {
    std::string head;
    bool keeps_alive;
  };
  for (const Case& test : std::vector<Case>{
           {"GET / HTTP/1.1\r\n\r\n", true},
           {"GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n", true},
           {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false},
           {"GET / HTTP/1.1\r\nConnection: upgrade, Close\r\n\r\n", false},
           {"GET / HTTP/1.0\r\n\r\n", false},
           {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false},
       }) {
    const auto parsed = ParseHttpHead(test.head);
    const HttpHead* head = std::get_if<HttpHead>(&parsed);
    ASSERT_NE(head, nullptr) << test.head;
    EXPECT_EQ(head->keeps_alive, test.keeps_alive) << test.head;
  }
}

TEST(ParseHttpHeadTest, NeedsNoFields) {
  const auto parsed = ParseHttpHead("GET / HTTP/1.0\r\n\r\n");
  const HttpHead* head = std::get_if<HttpHead>(&parsed);
  ASSERT_NE(head, nullptr);
  EXPECT_EQ(head->path, "/");
  EXPECT_EQ(head->content_length, 0u);
  EXPECT_FALSE(head->expects_continue);
}

TEST(ParseHttpHeadTest, Refuses) {
  struct Case {
    std::string head;
    int status;
  };
  const std::string get = "GET / HTTP/1.1\r\n";
  for (const Case& test : std::vector<Case>{
           {"", 400},
           {"\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\n", 400},
           {"GET / HTTP/1.1\n\n", 400},
           {"GET /\r\n\r\n", 400},
           {"GET  / HTTP/1.1\r\n\r\n", 400},
           {" GET / HTTP/1.1\r\n\r\n", 400},
           {"GET x HTTP/1.1\r\n\r\n", 400},
           {"GET http://h/ HTTP/1.1\r\n\r\n", 400},
           {"G(T / HTTP/1.1\r\n\r\n", 400},
           {"GET /\x01 HTTP/1.1\r\n\r\n", 400},
           {"GET / HTTX\r\n\r\n", 400},
           {"GET / HTTP/2.0\r\n\r\n", 505},
           {"GET / HTTP/1.1 \r\n\r\n", 400},
           {get + "no colon\r\n\r\n", 400},
           {get + ": no name\r\n\r\n", 400},
           {get + "Name : x\r\n\r\n", 400},
           {get + "A: x\r\n folded\r\n\r\n", 400},
           {get + "A: x\nB: y\r\n\r\n", 400},
           {get + "A: x\rB: y\r\n\r\n", 400},
           {get + std::string("A: x\0y\r\n\r\n", 10), 400},
           {get + "Content-Length: -1\r\n\r\n", 400},
           {get + "Content-Length: +1\r\n\r\n", 400},
           {get + "Content-Length: 1, 1\r\n\r\n", 400},
           {get + "Content-Length:\r\n\r\n", 400},
           {get + "Content-Length: 99999999999999999999\r\n\r\n", 400},
           {get + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
           {get + "Authorization: a\r\nAuthorization: b\r\n\r\n", 400},
           {get + "Transfer-Encoding: chunked\r\n\r\n", 501},
           {get + "Content-Encoding: gzip\r\n\r\n", 501},
           {get + "Expect: the-worst\r\n\r\n", 417},
       }) {
    const auto parsed = ParseHttpHead(test.head);
    const HttpRefusal* refusal = std::get_if<HttpRefusal>(&parsed);
    ASSERT_NE(refusal, nullptr) << test.head;
    EXPECT_EQ(refusal->status, test.status) << test.head;
  }
}

TEST(ParseHttpHeadTest, LimitsTheLengthOfHeads) {
  const std::string begin = "GET / HTTP/1.1\r\nX: ";
  const std::string end = "\r\n\r\n";
  const std::string longest = absl::StrCat(
      begin, std::string(kMaxHttpHeadBytes - begin.size() - end.size(), 'x'),
      end);
  EXPECT_TRUE(std::holds_alternative<HttpHead>(ParseHttpHead(longest)));
  const auto parsed = ParseHttpHead(absl::StrCat(
      begin,
      std::string(kMaxHttpHeadBytes + 1 - begin.size() - end.size(), 'x'),
      end));
  ASSERT_TRUE(std::holds_alternative<HttpRefusal>(parsed));
  EXPECT_EQ(std::get<HttpRefusal>(parsed).status, 431);
}

}  // namespace
}  // namespace eyrie
