// SPDX-License-Identifier: Apache-2.0

#include "common/tls.h"

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/address.h"
#include "common/file.h"
#include "common/logging.h"
#include "common/status_macros.h"

namespace eyrie {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;
using grpc::experimental::HostNameCertificateVerifier;
using grpc::experimental::TlsChannelCredentialsOptions;
using grpc::experimental::TlsServerCredentialsOptions;

// Longest PEM file, bytes: the authorities of a whole distribution fit.
constexpr size_t kMaxPemBytes = 4 << 20;

struct X509Deleter {
  void operator()(X509* x509) const { X509_free(x509); }
};
struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using X509Ptr = std::unique_ptr<X509, X509Deleter>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using BioPtr = std::unique_ptr<BIO, BioDeleter>;

BioPtr MakeBio(const std::string& pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// The certificates of a file, at least one.
absl::StatusOr<std::vector<X509Ptr>> ReadCertificates(const std::string& path) {
  EYRIE_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, kMaxPemBytes));
  const BioPtr bio = MakeBio(pem);
  std::vector<X509Ptr> certificates;
  while (X509* x509 = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(x509);
  }
  ERR_clear_error();
  if (certificates.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("reading ", path, ": there is no PEM certificate in it"));
  }
  return certificates;
}

absl::StatusOr<KeyPtr> ReadKey(const std::string& path) {
  EYRIE_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, kMaxPemBytes));
  const BioPtr bio = MakeBio(pem);
  // Without this callback OpenSSL would ask the terminal for a password.
  pem_password_cb* const no_password = [](char*, int, int, void*) {
    return -1;
  };
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        "reading ", path, ": there is no PEM key without password in it"));
  }
  return key;
}

std::string TimeText(const ASN1_TIME* time) {
  std::tm tm = {};
  if (ASN1_TIME_to_tm(time, &tm) != 1) return "an unreadable time";
  return absl::FormatTime(absl::FromTM(tm, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

absl::Status CheckValidity(const std::string& path, const X509& x509,
                           absl::Time now) {
  std::time_t seconds = absl::ToTimeT(now);
  if (X509_cmp_time(X509_get0_notAfter(&x509), &seconds) < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("certificate ", path, " expired at ",
                     TimeText(X509_get0_notAfter(&x509))));
  }
  if (X509_cmp_time(X509_get0_notBefore(&x509), &seconds) > 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("certificate ", path, " is not valid before ",
                     TimeText(X509_get0_notBefore(&x509))));
  }
  return absl::OkStatus();
}

bool HasFiles(const TlsOptions& options) {
  return !options.ca.empty() || !options.cert.empty() || !options.key.empty();
}

// Whether plain text may go to or from `address`; `what` says what is done.
absl::Status CheckPlainText(absl::string_view what, absl::string_view address,
                            const TlsOptions& options) {
  EYRIE_ASSIGN_OR_RETURN(const Address parsed, ParseAddress(address));
  if (parsed.IsLocal()) return absl::OkStatus();
  if (!options.is_insecure_allowed) {
    return absl::FailedPreconditionError(absl::StrCat(
        what, " ", address,
        " without TLS: give --tls-ca, --tls-cert and --tls-key, use a "
        "loopback address, or allow plain text with --insecure"));
  }
  LogWarning("plain text: who can read the network can read and forge events",
             {{"address", address}});
  return absl::OkStatus();
}

std::shared_ptr<FileWatcherCertificateProvider> WatchFiles(
    const TlsOptions& options) {
  const int64_t seconds =
      std::clamp<int64_t>(absl::ToInt64Seconds(absl::Ceil(
                              options.refresh_interval, absl::Seconds(1))),
                          1, 3600);
  return std::make_shared<FileWatcherCertificateProvider>(
      options.key, options.cert, options.ca,
      static_cast<unsigned int>(seconds));
}

}  // namespace

absl::Status CheckTlsFiles(const TlsOptions& options, absl::Time now) {
  if (options.ca.empty() || options.cert.empty() || options.key.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("TLS needs a certificate, its key and an authority: --",
                     options.ca.empty()     ? "tls-ca"
                     : options.cert.empty() ? "tls-cert"
                                            : "tls-key",
                     " is missing"));
  }
  EYRIE_ASSIGN_OR_RETURN(const std::vector<X509Ptr> authorities,
                         ReadCertificates(options.ca));
  EYRIE_ASSIGN_OR_RETURN(const std::vector<X509Ptr> chain,
                         ReadCertificates(options.cert));
  EYRIE_ASSIGN_OR_RETURN(const KeyPtr key, ReadKey(options.key));
  if (X509_check_private_key(chain[0].get(), key.get()) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError(absl::StrCat(
        "key ", options.key, " is not that of certificate ", options.cert));
  }
  for (const X509Ptr& x509 : chain) {
    EYRIE_RETURN_IF_ERROR(CheckValidity(options.cert, *x509, now));
  }
  // Of many authorities some may have expired; one must be left.
  absl::Status status;
  for (const X509Ptr& x509 : authorities) {
    status = CheckValidity(options.ca, *x509, now);
    if (status.ok()) break;
  }
  return status;
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    absl::string_view address, const TlsOptions& options) {
  if (!HasFiles(options)) {
    EYRIE_RETURN_IF_ERROR(CheckPlainText("listening on", address, options));
    return grpc::InsecureServerCredentials();
  }
  EYRIE_RETURN_IF_ERROR(CheckTlsFiles(options, absl::Now()));
  TlsServerCredentialsOptions tls(WatchFiles(options));
  tls.watch_root_certs();
  tls.watch_identity_key_cert_pairs();
  tls.set_cert_request_type(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(tls);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>
MakeChannelCredentials(absl::string_view address, const TlsOptions& options) {
  if (!HasFiles(options)) {
    EYRIE_RETURN_IF_ERROR(CheckPlainText("connecting to", address, options));
    return grpc::InsecureChannelCredentials();
  }
  EYRIE_RETURN_IF_ERROR(CheckTlsFiles(options, absl::Now()));
  TlsChannelCredentialsOptions tls;
  tls.set_certificate_provider(WatchFiles(options));
  tls.watch_root_certs();
  tls.watch_identity_key_cert_pairs();
  tls.set_certificate_verifier(std::make_shared<HostNameCertificateVerifier>());
  return grpc::experimental::TlsCredentials(tls);
}

}  // namespace eyrie
