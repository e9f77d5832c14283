// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/ingest_auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/testing/certificates.h"
#include "common/testing/status_matchers.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;
using ::eyrie::testing::WriteFileAtomically;
using ::testing::HasSubstr;

constexpr char kToken[] = "0123456789abcdef";

HttpRequest With(const std::string& authorization,
                 bool has_client_certificate = false) {
  HttpRequest request;
  request.authorization = authorization;
  request.has_client_certificate = has_client_certificate;
  return request;
}

class IngestAuthTest : public ::testing::Test {
 protected:
  void SetUp() override { WriteFileAtomically(file_, kToken); }

  std::unique_ptr<IngestAuth> Make(const IngestAuthOptions& options) {
    auto auth = IngestAuth::Create(options, &clock_);
    EXPECT_THAT(auth, IsOk());
    return *std::move(auth);
  }

  const std::string file_ = ::testing::TempDir() + "/ingest_token";
  SimulatedClock clock_{absl::UnixEpoch()};
};

TEST_F(IngestAuthTest, TakesTheToken) {
  WriteFileAtomically(file_, std::string(kToken) + "\n");
  const auto auth = Make({.token_file = file_, .is_local = true});
  EXPECT_OK(auth->Check(With(std::string("Bearer ") + kToken)));
  EXPECT_OK(auth->Check(With(std::string("bearer  ") + kToken)));
  for (const std::string& wrong :
       {std::string(), std::string(kToken), std::string("Bearer "),
        std::string("Bearer 0123456789abcdee"),
        std::string("Bearer 0123456789abcdef0"),
        std::string("Basic ") + kToken}) {
    EXPECT_THAT(
        auth->Check(With(wrong)),
        StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("Bearer TOKEN")))
        << wrong;
  }
  // Nobody asked for certificates.
  EXPECT_THAT(auth->Check(With("", true)),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(IngestAuthTest, TakesACertificate) {
  auto auth = Make({.takes_certificates = true});
  EXPECT_OK(auth->Check(With("", true)));
  EXPECT_THAT(auth->Check(With("Bearer ")),
              StatusIs(absl::StatusCode::kUnauthenticated,
                       HasSubstr("client certificate")));
  auth = Make({.token_file = file_, .takes_certificates = true});
  EXPECT_OK(auth->Check(With("", true)));
  EXPECT_OK(auth->Check(With(std::string("Bearer ") + kToken)));
}

TEST_F(IngestAuthTest, WithoutEitherOnlyThisMachineMaySend) {
  EXPECT_OK(Make({.is_local = true})->Check(With("")));
  EXPECT_THAT(Make({})->Check(With("Bearer x", true)),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("--ingest-token-file")));
}

TEST_F(IngestAuthTest, FollowsTheFile) {
  const auto auth = Make({.token_file = file_});
  const HttpRequest old_one = With(std::string("Bearer ") + kToken);
  const HttpRequest new_one = With("Bearer fedcba9876543210");
  WriteFileAtomically(file_, "fedcba9876543210");
  EXPECT_OK(auth->Check(old_one));
  clock_.Advance(absl::Seconds(10));
  EXPECT_THAT(auth->Check(old_one),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_OK(auth->Check(new_one));
  // An empty file is a mistake, not a token.
  WriteFileAtomically(file_, "\n");
  clock_.Advance(absl::Seconds(10));
  EXPECT_OK(auth->Check(new_one));
  EXPECT_THAT(auth->Check(With("Bearer ")),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(IngestAuthTest, SaysWhatIsWrongWithTheFile) {
  EXPECT_THAT(IngestAuth::Create({.token_file = "/nonexistent"}, &clock_),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nonexistent")));
  WriteFileAtomically(file_, "secret");
  EXPECT_THAT(IngestAuth::Create({.token_file = file_}, &clock_),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("openssl rand -hex 32")));
}

}  // namespace
}  // namespace eyrie::server
