// SPDX-License-Identifier: Apache-2.0
//
// Tests of credentials, with real handshakes between a server and clients.

#include "common/tls.h"

#include <grpcpp/grpcpp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eyrie/v1/server_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/certificates.h"
#include "common/testing/status_matchers.h"

namespace eyrie {
namespace {

using ::eyrie::testing::Certificate;
using ::eyrie::testing::CertificateAuthority;
using ::eyrie::testing::IsOk;
using ::eyrie::testing::StatusIs;
using ::eyrie::testing::WriteFileAtomically;
using ::testing::HasSubstr;

// Answers with the name in the client's certificate.
class NamingService : public v1::ServerService::Service {
  grpc::Status GetServerInfo(grpc::ServerContext* context,
                             const v1::GetServerInfoRequest*,
                             v1::ServerInfo* response) override {
    for (const grpc::string_ref& name :
         context->auth_context()->FindPropertyValues("x509_common_name")) {
      response->set_version(std::string(name.data(), name.size()));
    }
    return grpc::Status::OK;
  }
};

class TlsTest : public ::testing::Test {
 protected:
  // Writes the three files of one end and names them.
  static TlsOptions WriteFiles(const std::string& end,
                               const CertificateAuthority& authority,
                               const Certificate& certificate) {
    TlsOptions options;
    const std::string folder = ::testing::TempDir();
    options.ca = absl::StrCat(folder, "/", end, "_ca.pem");
    options.cert = absl::StrCat(folder, "/", end, "_cert.pem");
    options.key = absl::StrCat(folder, "/", end, "_key.pem");
    options.refresh_interval = absl::Seconds(1);
    WriteFileAtomically(options.ca, authority.cert());
    WriteFileAtomically(options.cert, certificate.cert);
    WriteFileAtomically(options.key, certificate.key);
    return options;
  }

  // Starts the server on a free port of the loopback.
  void StartServer(const TlsOptions& options) {
    auto credentials = MakeServerCredentials("127.0.0.1:0", options);
    ASSERT_THAT(credentials, IsOk());
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", *credentials, &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    // No name to resolve: the library that does it leaks.
    address_ = absl::StrCat("127.0.0.1:", port);
  }

  // Calls the server once on a channel of its own. The name that it answers, or
  // why it could not be called.
  absl::StatusOr<std::string> Call(
      std::shared_ptr<grpc::ChannelCredentials> credentials) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto stub = v1::ServerService::NewStub(
        grpc::CreateCustomChannel(address_, credentials, arguments));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
    v1::ServerInfo response;
    const grpc::Status status =
        stub->GetServerInfo(&context, v1::GetServerInfoRequest(), &response);
    if (!status.ok()) {
      return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                          status.error_message());
    }
    return response.version();
  }

  absl::StatusOr<std::string> Call(const TlsOptions& options) {
    auto credentials = MakeChannelCredentials(address_, options);
    if (!credentials.ok()) return credentials.status();
    return Call(*credentials);
  }

  const CertificateAuthority authority_{"fleet authority"};
  NamingService service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(TlsTest, BothEndsShowCertificates) {
  StartServer(WriteFiles("server", authority_, authority_.Issue()));
  EXPECT_THAT(Call(WriteFiles("client", authority_,
                              authority_.Issue({.common_name = "node-1"}))),
              ::eyrie::testing::IsOkAndHolds("node-1"));
}

TEST_F(TlsTest, ServerRefusesClientsWithoutCertificate) {
  StartServer(WriteFiles("server", authority_, authority_.Issue()));
  grpc::SslCredentialsOptions no_certificate;
  no_certificate.pem_root_certs = authority_.cert();
  EXPECT_THAT(Call(grpc::SslCredentials(no_certificate)),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Call(grpc::InsecureChannelCredentials()),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TlsTest, ServerRefusesCertificatesOfOtherAuthorities) {
  StartServer(WriteFiles("server", authority_, authority_.Issue()));
  const CertificateAuthority other("other authority");
  EXPECT_THAT(Call(WriteFiles("client", authority_, other.Issue())),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TlsTest, ClientRefusesServersOfOtherAuthoritiesAndNames) {
  StartServer(WriteFiles("server", authority_, authority_.Issue()));
  const CertificateAuthority other("other authority");
  EXPECT_THAT(Call(WriteFiles("client", other, authority_.Issue())),
              StatusIs(absl::StatusCode::kUnavailable));
  // The loopback has many addresses; the certificate names one of them.
  const std::string port = address_.substr(address_.find(':'));
  address_ = "127.0.0.2" + port;
  EXPECT_THAT(Call(WriteFiles("client", authority_, authority_.Issue())),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TlsTest, ReadsFilesAgainWhenTheyChange) {
  StartServer(WriteFiles("server", authority_, authority_.Issue()));
  const CertificateAuthority next("next authority");
  const TlsOptions next_client =
      WriteFiles("next_client", next, next.Issue({.common_name = "node-2"}));
  EXPECT_THAT(Call(next_client), StatusIs(absl::StatusCode::kUnavailable));
  WriteFiles("server", next, next.Issue());
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  absl::StatusOr<std::string> name;
  do {
    name = Call(next_client);
  } while (!name.ok() && absl::Now() < deadline);
  EXPECT_THAT(name, ::eyrie::testing::IsOkAndHolds("node-2"));
}

TEST_F(TlsTest, PlainTextWorksOnTheLoopback) {
  StartServer(TlsOptions());
  EXPECT_THAT(Call(TlsOptions()), ::eyrie::testing::IsOkAndHolds(""));
}

TEST_F(TlsTest, PlainTextStaysOnThisMachineUnlessAllowed) {
  for (const char* address :
       {"127.0.0.1:1", "[::1]:1", "localhost:1", "unix:/run/x"}) {
    EXPECT_THAT(MakeServerCredentials(address, {}), IsOk()) << address;
    EXPECT_THAT(MakeChannelCredentials(address, {}), IsOk()) << address;
  }
  for (const char* address : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "host:1"}) {
    EXPECT_THAT(MakeServerCredentials(address, {}),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         HasSubstr(absl::StrCat("listening on ", address,
                                                " without TLS: give"))))
        << address;
    EXPECT_THAT(MakeChannelCredentials(address, {}),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         HasSubstr("connecting to")))
        << address;
    ::testing::internal::CaptureStderr();
    EXPECT_THAT(MakeServerCredentials(address, {.is_insecure_allowed = true}),
                IsOk())
        << address;
    EXPECT_THAT(::testing::internal::GetCapturedStderr(),
                HasSubstr("warning plain text"))
        << address;
  }
  EXPECT_THAT(MakeServerCredentials("nowhere", {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

class CheckTlsFilesTest : public TlsTest {
 protected:
  absl::Status Check(const TlsOptions& options) {
    return CheckTlsFiles(options, absl::Now());
  }

  TlsOptions options_ = WriteFiles("checked", authority_, authority_.Issue());
};

TEST_F(CheckTlsFilesTest, TakesGoodFiles) {
  EXPECT_THAT(Check(options_), IsOk());
}

TEST_F(CheckTlsFilesTest, WantsAllThree) {
  TlsOptions options = options_;
  options.ca.clear();
  EXPECT_THAT(Check(options), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("--tls-ca is missing")));
  options = options_;
  options.cert.clear();
  EXPECT_THAT(Check(options), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("--tls-cert is missing")));
  options = options_;
  options.key.clear();
  EXPECT_THAT(Check(options), StatusIs(absl::StatusCode::kInvalidArgument,
                                       HasSubstr("--tls-key is missing")));
  // One file is enough to mean TLS.
  EXPECT_THAT(MakeServerCredentials("127.0.0.1:0", {.key = options_.key}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(CheckTlsFilesTest, NamesFilesThatCannotBeRead) {
  for (std::string TlsOptions::*file :
       {&TlsOptions::ca, &TlsOptions::cert, &TlsOptions::key}) {
    TlsOptions options = options_;
    options.*file = "/nonexistent/file.pem";
    EXPECT_THAT(Check(options),
                StatusIs(absl::StatusCode::kNotFound,
                         HasSubstr("reading /nonexistent/file.pem")));
    const std::string junk = ::testing::TempDir() + "/junk.pem";
    WriteFileAtomically(junk, "-----BEGIN CERTIFICATE-----\njunk\n");
    options.*file = junk;
    EXPECT_THAT(Check(options),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr(absl::StrCat("reading ", junk,
                                                ": there is no PEM"))));
  }
}

TEST_F(CheckTlsFilesTest, RejectsTheKeyOfAnotherCertificate) {
  WriteFileAtomically(options_.key, authority_.Issue().key);
  EXPECT_THAT(
      Check(options_),
      StatusIs(absl::StatusCode::kInvalidArgument,
               absl::StrCat("key ", options_.key,
                            " is not that of certificate ", options_.cert)));
}

TEST_F(CheckTlsFilesTest, RejectsAnEncryptedKeyWithoutAsking) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  BIO* const bio = BIO_new(BIO_s_mem());
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_128_cbc(), "secret",
                                          6, nullptr, nullptr),
            1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  WriteFileAtomically(options_.key, absl::string_view(bytes, size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  EXPECT_THAT(Check(options_),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no PEM key without password")));
}

TEST_F(CheckTlsFilesTest, RejectsCertificatesOutOfTheirTime) {
  const absl::Time start = absl::FromUnixSeconds(1'700'000'000);
  const absl::Time end = start + absl::Hours(24);
  const Certificate certificate =
      authority_.Issue({.not_before = start, .not_after = end});
  WriteFileAtomically(options_.cert, certificate.cert);
  WriteFileAtomically(options_.key, certificate.key);
  EXPECT_THAT(Check(options_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       absl::StrCat("certificate ", options_.cert,
                                    " expired at 2023-11-15T22:13:20+00:00")));
  EXPECT_THAT(CheckTlsFiles(options_, start - absl::Seconds(1)),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("is not valid before 2023-11-14T22:13:20")));
}

}  // namespace
}  // namespace eyrie
