// SPDX-License-Identifier: Apache-2.0

#include "server/kubernetes/curl_kubernetes_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/testing/certificates.h"
#include "common/testing/status_matchers.h"
#include "server/kubernetes/testing/fake_api_server.h"

namespace eyrie::server {
namespace {

using ::absl::StatusCode;
using ::eyrie::testing::CertificateAuthority;
using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using ::eyrie::testing::WriteFileAtomically;
using testing::FakeApiServer;
using ::testing::HasSubstr;

constexpr char kPods[] = "/api/v1/pods";

absl::StatusOr<std::string> Read(KubernetesApi& api, ApiRequest request) {
  std::string body;
  const absl::Status status =
      api.Get(request, [&](absl::string_view bytes) -> absl::Status {
        body.append(bytes.data(), bytes.size());
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return body;
}

ClusterAccess AccessTo(const FakeApiServer& server) {
  ClusterAccess access;
  access.server = server.url();
  access.origin = "the test";
  return access;
}

TEST(CurlKubernetesApiTest, ReadsAnAnswer) {
  FakeApiServer server;
  CurlKubernetesApi api(AccessTo(server));
  EXPECT_THAT(Read(api, {kPods}), IsOkAndHolds(HasSubstr("\"items\":[]")));
}

TEST(CurlKubernetesApiTest, ReadsTheTokenAnewAtEachCall) {
  FakeApiServer server;
  ClusterAccess access = AccessTo(server);
  access.token.file = ::testing::TempDir() + "/token";
  CurlKubernetesApi api(access);
  EXPECT_THAT(Read(api, {kPods}), StatusIs(StatusCode::kFailedPrecondition,
                                           HasSubstr("the test: ")));
  WriteFileAtomically(access.token.file, "old\n");
  server.RequireToken("new");
  EXPECT_THAT(Read(api, {kPods}), StatusIs(StatusCode::kUnauthenticated,
                                           HasSubstr("Unauthorized")));
  WriteFileAtomically(access.token.file, "new\n");
  EXPECT_OK(Read(api, {kPods}));
  WriteFileAtomically(access.token.file, "new\r\nX-Forged: 1\n");
  EXPECT_THAT(Read(api, {kPods}),
              StatusIs(StatusCode::kFailedPrecondition,
                       HasSubstr("the token is not one line")));
}

TEST(CurlKubernetesApiTest, RefusalsCarryTheServersMessage) {
  struct Case {
    int status;
    std::string body;
    StatusCode code;
    std::string message;
  };
  const Case cases[] = {
      {403, R"({"kind":"Status","message":"pods is forbidden"})",
       StatusCode::kPermissionDenied, "HTTP 403: pods is forbidden"},
      {404, "404 page not found\n", StatusCode::kNotFound,
       "HTTP 404: 404 page not found"},
      {410, "{}", StatusCode::kOutOfRange, "HTTP 410: {}"},
      {429, R"({"message":7})", StatusCode::kUnavailable, "HTTP 429"},
      {500, std::string(1 << 20, 'x'), StatusCode::kUnavailable, "HTTP 500: x"},
  };
  FakeApiServer server;
  CurlKubernetesApi api(AccessTo(server));
  for (const Case& c : cases) {
    server.Refuse(kPods, c.status, c.body, 1);
    EXPECT_THAT(Read(api, {kPods}), StatusIs(c.code, HasSubstr(c.message)))
        << c.status;
  }
}

TEST(CurlKubernetesApiTest, TheServersCertificateIsChecked) {
  const CertificateAuthority authority;
  const CertificateAuthority other("other ca");
  const auto certificate = authority.Issue();
  FakeApiServer server(&certificate);
  ClusterAccess access = AccessTo(server);
  access.ca.bytes = authority.cert();
  EXPECT_OK(Read(*std::make_unique<CurlKubernetesApi>(access), {kPods}));
  access.tls_server_name = "localhost";
  EXPECT_OK(Read(*std::make_unique<CurlKubernetesApi>(access), {kPods}));
  access.tls_server_name = "kubernetes";
  EXPECT_THAT(Read(*std::make_unique<CurlKubernetesApi>(access), {kPods}),
              StatusIs(StatusCode::kUnavailable, HasSubstr("kubernetes")));
  access.tls_server_name = "";
  access.ca.bytes = other.cert();
  EXPECT_THAT(Read(*std::make_unique<CurlKubernetesApi>(access), {kPods}),
              StatusIs(StatusCode::kUnavailable, HasSubstr("certificate")));
  access.ca.bytes = "";
  access.skip_tls_verify = true;
  EXPECT_OK(Read(*std::make_unique<CurlKubernetesApi>(access), {kPods}));
}

TEST(CurlKubernetesApiTest, AClientCertificateThatIsNoneIsNamed) {
  const CertificateAuthority authority;
  const auto certificate = authority.Issue();
  FakeApiServer server(&certificate);
  ClusterAccess access = AccessTo(server);
  access.ca.bytes = authority.cert();
  const auto client = authority.Issue({.common_name = "client"});
  access.client_cert.bytes = client.cert;
  access.client_key.bytes = client.key;
  EXPECT_OK(Read(*std::make_unique<CurlKubernetesApi>(access), {kPods}));
  access.client_key.bytes = "no key";
  EXPECT_THAT(Read(*std::make_unique<CurlKubernetesApi>(access), {kPods}),
              StatusIs(StatusCode::kUnavailable));
}

TEST(CurlKubernetesApiTest, ASinkEndsTheCall) {
  FakeApiServer server;
  CurlKubernetesApi api(AccessTo(server));
  EXPECT_THAT(api.Get({kPods},
                      [](absl::string_view bytes) -> absl::Status {
                        if (bytes.empty()) return absl::OkStatus();
                        return absl::ResourceExhaustedError("too much");
                      }),
              StatusIs(StatusCode::kResourceExhausted, "too much"));
  EXPECT_OK(Read(api, {kPods}));
}

TEST(CurlKubernetesApiTest, ASilentServerIsGivenUp) {
  FakeApiServer server;
  CurlKubernetesApi api(AccessTo(server));
  ApiRequest request = {"/api/v1/pods?watch=1&resourceVersion=100"};
  request.idle_timeout = absl::Milliseconds(100);
  EXPECT_THAT(Read(api, request), StatusIs(StatusCode::kDeadlineExceeded,
                                           HasSubstr("nothing came")));
  request.idle_timeout = absl::Minutes(1);
  request.timeout = absl::Milliseconds(100);
  EXPECT_THAT(Read(api, request), StatusIs(StatusCode::kDeadlineExceeded));
}

TEST(CurlKubernetesApiTest, AnAbsentServerIsNamed) {
  ClusterAccess access;
  access.server = "http://127.0.0.1:1";
  CurlKubernetesApi api(access);
  EXPECT_THAT(Read(api, {kPods}), StatusIs(StatusCode::kUnavailable,
                                           HasSubstr("http://127.0.0.1:1: ")));
}

TEST(CurlKubernetesApiTest, CancelEndsACallAtOnce) {
  FakeApiServer server;
  CurlKubernetesApi api(AccessTo(server));
  std::thread canceller([&] {
    server.Await([&] { return server.watches() == 1; });
    api.Cancel();
  });
  EXPECT_THAT(Read(api, {"/api/v1/pods?watch=1&resourceVersion=100"}),
              StatusIs(StatusCode::kCancelled));
  canceller.join();
  EXPECT_THAT(Read(api, {kPods}), StatusIs(StatusCode::kCancelled));
}

}  // namespace
}  // namespace eyrie::server
