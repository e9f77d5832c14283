// SPDX-License-Identifier: Apache-2.0
//
// Certificates that tests make for themselves.

#ifndef EYRIE_COMMON_TESTING_CERTIFICATES_H_
#define EYRIE_COMMON_TESTING_CERTIFICATES_H_

#include <openssl/x509.h>

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace eyrie::testing {

// A certificate and its key, PEM.
struct Certificate {
  std::string cert;
  std::string key;
};

struct CertificateOptions {
  std::string common_name = "test";
  absl::Time not_before = absl::Now() - absl::Hours(1);
  absl::Time not_after = absl::Now() + absl::Hours(1);
};

// An authority that signs certificates for "localhost", 127.0.0.1 and ::1.
// Elliptic keys: fast to make. Aborts if OpenSSL fails.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(absl::string_view common_name = "test ca");
  ~CertificateAuthority();

  // The authority's own certificate, PEM.
  const std::string& cert() const { return certificate_.cert; }
  Certificate Issue(const CertificateOptions& options = {}) const;

 private:
  EVP_PKEY* key_;
  X509* x509_;
  Certificate certificate_;
};

// Writes a file by renaming, so that no reader sees half of it.
void WriteFileAtomically(const std::string& path, absl::string_view content);

}  // namespace eyrie::testing

#endif  // EYRIE_COMMON_TESTING_CERTIFICATES_H_
