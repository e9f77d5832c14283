// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/unix_http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "collector/containers/testing/rude_server.h"
#include "common/testing/status_matchers.h"

namespace eyrie::collector {
namespace {

using eyrie::testing::IsOkAndHolds;
using eyrie::testing::RudeServer;
using eyrie::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Code = absl::StatusCode;

UnixHttpOptions Options(const RudeServer& server) {
  return {.socket = server.path(),
          .timeout = absl::Milliseconds(200),
          .max_bytes = 10'000};
}

TEST(UnixHttpTest, GetsTheBody) {
  std::string line;
  RudeServer server([&line](const std::string& asked) {
    line = asked;
    return RudeServer::Ok("hello");
  });
  const UnixHttp http(Options(server));
  EXPECT_THAT(http.Get("/version"), IsOkAndHolds("hello"));
  EXPECT_EQ(line, "GET /version HTTP/1.1");
}

TEST(UnixHttpTest, SaysWhatWentWrong) {
  const struct {
    const char* what;
    RudeServer::Answer answer;
    Code code;
    const char* message;
  } cases[] = {
      {"never answers", {"", false}, Code::kDeadlineExceeded, "in time"},
      {"hangs up", {""}, Code::kUnavailable, "GET /x"},
      {"answers by half",
       {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"},
       Code::kUnavailable,
       "GET /x"},
      {"stops within",
       {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", false},
       Code::kDeadlineExceeded,
       "in time"},
      {"speaks something else", {"SSH-2.0-x\r\n"}, Code::kUnavailable, "/x"},
      {"too much", RudeServer::Ok(std::string(10'001, 'x')),
       Code::kResourceExhausted, "10000 bytes"},
      {"not found",
       {"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"},
       Code::kNotFound,
       "404 gone"},
      {"server error",
       {"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops"},
       Code::kInternal,
       "500 oops"},
  };
  for (const auto& c : cases) {
    RudeServer server([&c](const std::string&) { return c.answer; });
    const UnixHttp http(Options(server));
    EXPECT_THAT(http.Get("/x"), StatusIs(c.code, HasSubstr(c.message)))
        << c.what;
  }
}

TEST(UnixHttpTest, NobodyThere) {
  const UnixHttp http({.socket = "/nonexistent/socket"});
  EXPECT_THAT(http.Get("/x"), StatusIs(Code::kUnavailable));
}

TEST(UnixHttpTest, StreamsLines) {
  RudeServer server([](const std::string&) {
    return RudeServer::Answer{
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4\r\none\n\r\n3\r\ntwo\r\n3\r\n 2\n\r\n0\r\n\r\n"};
  });
  const UnixHttp http(Options(server));
  std::vector<std::string> lines;
  EXPECT_OK(http.Stream("/events", [&lines](absl::string_view line) {
    lines.emplace_back(line);
  }));
  EXPECT_THAT(lines, ElementsAre("one", "two 2"));
}

TEST(UnixHttpTest, RefusesALineWithoutEnd) {
  RudeServer server([](const std::string&) {
    return RudeServer::Answer{
        absl::StrCat("HTTP/1.1 200 OK\r\n\r\n", std::string(20'000, 'x'))};
  });
  const UnixHttp http(Options(server));
  EXPECT_THAT(http.Stream("/events", [](absl::string_view) {}),
              StatusIs(Code::kResourceExhausted));
}

TEST(UnixHttpTest, StreamThatDoesNotBeginEnds) {
  RudeServer server([](const std::string&) {
    return RudeServer::Answer{"", false};
  });
  const UnixHttp http(Options(server));
  EXPECT_THAT(http.Stream("/events", [](absl::string_view) {}),
              StatusIs(Code::kDeadlineExceeded));
}

TEST(UnixHttpTest, InterruptEndsAStream) {
  RudeServer server([](const std::string&) {
    return RudeServer::Answer{"HTTP/1.1 200 OK\r\n\r\nline\n", false};
  });
  UnixHttp http(Options(server));
  std::thread interrupter;
  EXPECT_THAT(http.Stream("/events",
                          [&](absl::string_view) {
                            interrupter =
                                std::thread([&http] { http.Interrupt(); });
                          }),
              StatusIs(Code::kCancelled));
  interrupter.join();
  EXPECT_THAT(http.Get("/x"), StatusIs(Code::kCancelled));
}

}  // namespace
}  // namespace eyrie::collector
