// SPDX-License-Identifier: Apache-2.0
//
// Tests of HttpServer over real connections.

#include "common/http_server.h"

#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/address.h"
#include "common/metrics.h"
#include "common/testing/certificates.h"
#include "common/testing/status_matchers.h"

namespace eyrie {
namespace {

using ::eyrie::testing::Certificate;
using ::eyrie::testing::CertificateAuthority;
using ::eyrie::testing::StatusIs;
using ::eyrie::testing::WriteFileAtomically;
using ::testing::HasSubstr;
using ::testing::StartsWith;

int PortOf(const HttpServer& server) {
  return ParseAddress(server.address())->port;
}

httplib::Client ClientOf(const HttpServer& server) {
  return httplib::Client("127.0.0.1", PortOf(server));
}

TEST(HttpServerTest, ServesMetricsAndHealth) {
  MetricRegistry metrics;
  metrics.AddCounter("c", "Counts.").Increment();
  absl::Status ready = absl::UnavailableError("rules are being loaded");
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                       HttpServer::Create({.address = "127.0.0.1:0"}));
  ServeMetrics(&metrics, server.get());
  ServeHealth([&] { return ready; }, server.get());
  server->Start();
  EXPECT_NE(PortOf(*server), 0);

  httplib::Client client = ClientOf(*server);
  auto response = client.Get("/metrics");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->get_header_value("Content-Type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_EQ(response->body,
            "# TYPE c counter\n# HELP c Counts.\nc_total 1\n# EOF\n");

  response = client.Get("/healthz");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "ok\n");

  response = client.Get("/readyz");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, "rules are being loaded\n");
  ready = absl::OkStatus();
  response = client.Get("/readyz");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
}

TEST(HttpServerTest, KnowsOnlyItsPathsAndMethods) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                       HttpServer::Create({.address = "127.0.0.1:0"}));
  server->HandleGet(
      "/a.b", [](const HttpRequest&) { return HttpResponse{.body = "x"}; });
  server->Start();
  httplib::Client client = ClientOf(*server);
  for (const char* path : {"/", "/aXb", "/a.b/c", "/metrics", "/../etc"}) {
    const auto response = client.Get(path);
    ASSERT_TRUE(response) << path;
    EXPECT_EQ(response->status, 404) << path;
    EXPECT_EQ(response->body, "error 404 Not Found\n") << path;
  }
  EXPECT_EQ(client.Get("/a.b")->status, 200);
  EXPECT_EQ(client.Head("/a.b")->status, 200);
  EXPECT_EQ(client.Post("/a.b", "x", "text/plain")->status, 405);
  EXPECT_EQ(client.Delete("/a.b")->status, 405);
}

TEST(HttpServerTest, LimitsTheBodyOfRequests) {
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<HttpServer> server,
      HttpServer::Create({.address = "127.0.0.1:0", .max_body_bytes = 100}));
  server->HandlePost("/echo", [](const HttpRequest& request) {
    return HttpResponse{.body = request.body};
  });
  server->Start();
  httplib::Client client = ClientOf(*server);
  auto response = client.Post("/echo", std::string(100, 'x'), "text/plain");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, std::string(100, 'x'));
  response = client.Post("/echo", std::string(101, 'x'), "text/plain");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413);
}

TEST(HttpServerTest, AnswersMoreConnectionsThanThreads) {
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<HttpServer> server,
      HttpServer::Create(
          {.address = "127.0.0.1:0", .threads = 1, .max_waiting = 1}));
  absl::Notification may_answer;
  server->HandleGet("/slow", [&](const HttpRequest&) {
    may_answer.WaitForNotification();
    return HttpResponse{.body = "done"};
  });
  server->Start();
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&] {
      httplib::Client client = ClientOf(*server);
      const auto response = client.Get("/slow");
      ASSERT_TRUE(response);
      EXPECT_EQ(response->body, "done");
    });
  }
  may_answer.Notify();
  for (std::thread& thread : threads) thread.join();
}

TEST(HttpServerTest, AnswersWhatHasBegunWhenItStops) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                       HttpServer::Create({.address = "127.0.0.1:0"}));
  absl::Notification has_begun, may_answer;
  server->HandleGet("/slow", [&](const HttpRequest&) {
    has_begun.Notify();
    may_answer.WaitForNotification();
    return HttpResponse{.body = "done"};
  });
  server->Start();
  const int port = PortOf(*server);
  std::thread asker([port] {
    httplib::Client client("127.0.0.1", port);
    const auto response = client.Get("/slow");
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, "done");
  });
  has_begun.WaitForNotification();
  std::thread stopper([&] { server->Stop(); });
  may_answer.Notify();
  stopper.join();
  asker.join();
  EXPECT_FALSE(httplib::Client("127.0.0.1", port).Get("/slow"));
}

TEST(HttpServerTest, StopsAtOnceAndTwiceAndUnstarted) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                         HttpServer::Create({.address = "127.0.0.1:0"}));
    if (i % 2 == 0) server->Start();
    server->Stop();
    server->Stop();
  }
}

TEST(HttpServerTest, SaysWhyItCannotListen) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                       HttpServer::Create({.address = "127.0.0.1:0"}));
  EXPECT_THAT(
      HttpServer::Create({.address = server->address()}),
      StatusIs(absl::StatusCode::kUnavailable,
               HasSubstr("listening on HTTP address " + server->address())));
  EXPECT_THAT(HttpServer::Create({.address = "unix:/x"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "HTTP listens on HOST:PORT only, not on unix:/x"));
  EXPECT_THAT(HttpServer::Create({.address = "nowhere"}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// Sends `request` as it is; what the server answers until it closes, or
// "refused" if nobody listens.
std::string Exchange(const HttpServer& server, absl::string_view request) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(PortOf(server)));
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    close(fd);
    return "refused";
  }
  // The server may close before it has read all.
  send(fd, request.data(), request.size(), MSG_NOSIGNAL);
  std::string answer;
  char buffer[4096];
  for (ssize_t count; (count = recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
    answer.append(buffer, count);
  }
  close(fd);
  return answer;
}

TEST(HttpServerTest, RefusesHostileRequests) {
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<HttpServer> server,
      HttpServer::Create({.address = "127.0.0.1:0", .max_body_bytes = 100}));
  server->HandlePost("/echo", [](const HttpRequest& request) {
    return HttpResponse{.body = request.body};
  });
  server->Start();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n",
       "HTTP/1.1 501 Not Implemented\r\n"},
      {"POST /echo HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n",
       "HTTP/1.1 413 Content Too Large\r\n"},
      {"POST /echo HTTP/1.1\r\nExpect: 100-continue\r\n"
       "Content-Length: 101\r\n\r\n",
       "HTTP/1.1 413 Content Too Large\r\n"},
      {"GET / HTTP/1.1\r\n" + std::string(20000, 'x'),
       "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
      {"\x16\x03\x01\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
  };
  for (const auto& [request, answer] : cases) {
    EXPECT_THAT(Exchange(*server, request), StartsWith(answer))
        << request.substr(0, 80);
  }
  EXPECT_EQ(Exchange(*server,
                     "POST /echo HTTP/1.1\r\nExpect: 100-continue\r\n"
                     "Connection: close\r\n"
                     "Content-Length: 2\r\n\r\nhiGET /second HTTP/1.1"),
            "HTTP/1.1 100 Continue\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 2\r\nConnection: close\r\n\r\nhi");
}

TEST(HttpServerTest, CutsOffPeersThatAreTooSlow) {
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<HttpServer> server,
      HttpServer::Create({.address = "127.0.0.1:0",
                          .threads = 1,
                          .io_timeout = absl::Milliseconds(50)}));
  ServeHealth([] { return absl::OkStatus(); }, server.get());
  server->Start();
  // Returns because the server gives up.
  EXPECT_EQ(Exchange(*server, "GET /healthz HTTP/1.1\r\n"), "");
  EXPECT_EQ(Exchange(*server, ""), "");
  EXPECT_THAT(
      Exchange(*server, "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"),
      StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(HttpServerTest, AnswersSeveralRequestsOnOneConnection) {
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<HttpServer> server,
      HttpServer::Create(
          {.address = "127.0.0.1:0", .post_threads = 1, .max_body_bytes = 10}));
  server->HandlePost("/echo", [](const HttpRequest& request) {
    return HttpResponse{.body = request.body};
  });
  server->Start();
  // Sent at once, and then one that refuses what would follow it.
  const std::string answer =
      Exchange(*server,
               "POST /echo HTTP/1.1\r\nContent-Length: 2\r\n\r\nab"
               "POST /echo HTTP/1.1\r\nContent-Length: 1\r\n\r\nc"
               "GET /nothing HTTP/1.1\r\n\r\n"
               "POST /echo HTTP/1.1\r\nContent-Length: 11\r\n\r\n01234567890");
  const std::vector<std::string> parts = absl::StrSplit(answer, "HTTP/1.1 ");
  ASSERT_EQ(parts.size(), 5u) << answer;
  EXPECT_THAT(parts[1], ::testing::EndsWith("\r\n\r\nab"));
  EXPECT_THAT(parts[2], ::testing::EndsWith("\r\n\r\nc"));
  EXPECT_THAT(parts[3], StartsWith("404"));
  EXPECT_THAT(parts[4], StartsWith("413"));
  EXPECT_THAT(parts[4], HasSubstr("Connection: close"));

  httplib::Client client = ClientOf(*server);
  client.set_keep_alive(true);
  for (int i = 0; i < 100; ++i) {
    const auto response = client.Post("/echo", std::to_string(i), "text/plain");
    ASSERT_TRUE(response) << i;
    EXPECT_EQ(response->body, std::to_string(i));
  }
}

TEST(HttpServerTest, IdleConnectionsCostNoThread) {
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<HttpServer> server,
      HttpServer::Create({.address = "127.0.0.1:0", .threads = 1}));
  ServeHealth([] { return absl::OkStatus(); }, server.get());
  server->Start();
  std::vector<std::unique_ptr<httplib::Client>> clients;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20; ++i) {
      if (round == 0) {
        clients.push_back(
            std::make_unique<httplib::Client>("127.0.0.1", PortOf(*server)));
        clients.back()->set_keep_alive(true);
      }
      const auto response = clients[i]->Get("/healthz");
      ASSERT_TRUE(response) << round << " " << i;
      EXPECT_EQ(response->status, 200);
    }
  }
}

TEST(HttpServerTest, KeepsNoMoreIdleConnectionsThanAllowed) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                       HttpServer::Create({.address = "127.0.0.1:0",
                                           .io_timeout = absl::Hours(1),
                                           .max_idle = 2}));
  ServeHealth([] { return absl::OkStatus(); }, server.get());
  server->Start();
  std::thread first([&] { EXPECT_EQ(Exchange(*server, ""), ""); });
  // Each of these takes a place; the first connection loses its own.
  std::vector<std::unique_ptr<httplib::Client>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(
        std::make_unique<httplib::Client>("127.0.0.1", PortOf(*server)));
    clients.back()->set_keep_alive(true);
    ASSERT_TRUE(clients.back()->Get("/healthz"));
  }
  first.join();
}

TEST(HttpServerTest, SlowPostsKeepNobodyWaiting) {
  std::atomic<int> told{0};
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                       HttpServer::Create({.address = "127.0.0.1:0",
                                           .threads = 1,
                                           .post_threads = 1,
                                           .max_waiting_posts = 1,
                                           .on_refusal = [&](int status) {
                                             EXPECT_EQ(status, 503);
                                             ++told;
                                           }}));
  absl::Notification may_answer, has_begun;
  std::atomic<int> begun{0};
  server->HandlePost("/slow", [&](const HttpRequest&) {
    if (++begun == 1) has_begun.Notify();
    may_answer.WaitForNotification();
    return HttpResponse{.body = "done"};
  });
  ServeHealth([] { return absl::OkStatus(); }, server.get());
  server->Start();
  std::vector<std::thread> threads;
  std::atomic<int> done{0}, refused{0};
  const auto post = [&] {
    const auto response = ClientOf(*server).Post("/slow", "x", "text/plain");
    ASSERT_TRUE(response);
    ++(response->status == 200 ? done : refused);
    if (response->status == 503) {
      EXPECT_EQ(response->get_header_value("Retry-After"), "1");
    }
  };
  threads.emplace_back(post);
  has_begun.WaitForNotification();
  // One of them waits, the others are told to come again.
  for (int i = 0; i < 4; ++i) threads.emplace_back(post);
  while (refused < 3) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(ClientOf(*server).Get("/healthz")->body, "ok\n");
  may_answer.Notify();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 2);
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(told, 3);
}

TEST(HttpServerTest, HandsRequestsOnWhole) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                       HttpServer::Create({.address = "127.0.0.1:0"}));
  server->HandlePost("/events/", [](const HttpRequest& request) {
    EXPECT_FALSE(request.has_client_certificate);
    return HttpResponse{.status = 429,
                        .body = request.path + " " + request.authorization,
                        .retry_after = absl::Milliseconds(1200)};
  });
  server->Start();
  httplib::Client client = ClientOf(*server);
  const httplib::Headers headers = {{"Authorization", "Bearer x"}};
  auto response = client.Post("/events/okta", headers, "{}", "text/plain");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 429);
  EXPECT_EQ(response->body, "/events/okta Bearer x");
  EXPECT_EQ(response->get_header_value("Retry-After"), "2");
  EXPECT_EQ(client.Post("/events/a/b", "{}", "text/plain")->status, 404);
  EXPECT_EQ(client.Post("/events", "{}", "text/plain")->status, 404);
}

TEST(HttpServerTest, DoesNotWaitForIdlePeersWhenItStops) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                       HttpServer::Create({.address = "127.0.0.1:0",
                                           .io_timeout = absl::Hours(1)}));
  server->Start();
  // However far each of them has come; the last may come too late.
  std::vector<std::thread> idle;
  for (int i = 0; i < 8; ++i) {
    idle.emplace_back([&] { Exchange(*server, "GET /"); });
  }
  server->Stop();
  server->Stop();
  for (std::thread& thread : idle) thread.join();
}

class HttpServerTlsTest : public ::testing::Test {
 protected:
  static std::string Write(const std::string& name,
                           const std::string& content) {
    const std::string path = ::testing::TempDir() + "/" + name;
    WriteFileAtomically(path, content);
    return path;
  }

  const CertificateAuthority authority_;
  const Certificate certificate_ = authority_.Issue();
  const std::string ca_ = Write("ca.pem", authority_.cert());
  const std::string cert_ = Write("cert.pem", certificate_.cert);
  const std::string key_ = Write("key.pem", certificate_.key);
};

TEST_F(HttpServerTlsTest, SpeaksTls) {
  ASSERT_OK_AND_ASSIGN(
      std::unique_ptr<HttpServer> server,
      HttpServer::Create(
          {.address = "127.0.0.1:0", .tls_cert = cert_, .tls_key = key_}));
  ServeHealth([] { return absl::OkStatus(); }, server.get());
  server->Start();
  httplib::SSLClient client("localhost", PortOf(*server));
  client.set_ca_cert_path(ca_.c_str());
  client.enable_server_certificate_verification(true);
  const auto response = client.Get("/healthz");
  ASSERT_TRUE(response) << httplib::to_string(response.error());
  EXPECT_EQ(response->body, "ok\n");
  EXPECT_FALSE(ClientOf(*server).Get("/healthz"));
}

TEST_F(HttpServerTlsTest, KnowsClientsByTheirCertificates) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<HttpServer> server,
                       HttpServer::Create({.address = "127.0.0.1:0",
                                           .tls_cert = cert_,
                                           .tls_key = key_,
                                           .tls_client_ca = ca_}));
  server->HandleGet("/who", [](const HttpRequest& request) {
    return HttpResponse{.body = request.has_client_certificate ? "one" : "no"};
  });
  server->Start();
  const auto ask = [&](const std::string& cert, const std::string& key) {
    httplib::SSLClient client("localhost", PortOf(*server), cert, key);
    client.set_ca_cert_path(ca_.c_str());
    // Twice: a session that is resumed is as good as its first.
    client.Get("/who");
    const auto response = client.Get("/who");
    return response ? response->body : "refused";
  };
  EXPECT_EQ(ask("", ""), "no");
  EXPECT_EQ(ask(cert_, key_), "one");
  const CertificateAuthority other;
  const Certificate stranger = other.Issue();
  EXPECT_EQ(ask(Write("stranger.pem", stranger.cert),
                Write("stranger_key.pem", stranger.key)),
            "refused");
  const Certificate old =
      authority_.Issue({.not_before = absl::Now() - absl::Hours(2),
                        .not_after = absl::Now() - absl::Hours(1)});
  EXPECT_EQ(ask(Write("old.pem", old.cert), Write("old_key.pem", old.key)),
            "refused");
}

TEST_F(HttpServerTlsTest, SaysWhatIsWrongWithItsFiles) {
  EXPECT_THAT(
      HttpServer::Create({.address = "127.0.0.1:0", .tls_client_ca = ca_}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("over TLS only")));
  EXPECT_THAT(HttpServer::Create({.address = "127.0.0.1:0",
                                  .tls_cert = cert_,
                                  .tls_key = key_,
                                  .tls_client_ca = "/nonexistent"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("HTTP client authorities /nonexistent: ")));
  const std::string other_key = Write("other_key.pem", authority_.Issue().key);
  EXPECT_THAT(HttpServer::Create({.address = "127.0.0.1:0", .tls_cert = cert_}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "HTTP over TLS needs both a certificate and a key"));
  EXPECT_THAT(HttpServer::Create({.address = "127.0.0.1:0",
                                  .tls_cert = "/nonexistent",
                                  .tls_key = key_}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("HTTP certificate /nonexistent: ")));
  EXPECT_THAT(
      HttpServer::Create(
          {.address = "127.0.0.1:0", .tls_cert = cert_, .tls_key = other_key}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("key values mismatch")));
}

}  // namespace
}  // namespace eyrie
