// SPDX-License-Identifier: Apache-2.0

#include "common/testing/certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace eyrie::testing {
namespace {

void Check(bool is_ok, const char* what) {
  if (is_ok) return;
  std::fprintf(stderr, "certificates: %s failed\n", what);
  std::abort();
}

EVP_PKEY* MakeKey() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  Check(key != nullptr, "EVP_EC_gen");
  return key;
}

// Content of a memory BIO, which is freed.
std::string Take(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string content(bytes, size);
  BIO_free(bio);
  return content;
}

std::string CertificatePem(X509* x509) {
  BIO* bio = BIO_new(BIO_s_mem());
  Check(PEM_write_bio_X509(bio, x509) == 1, "PEM_write_bio_X509");
  return Take(bio);
}

std::string KeyPem(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  Check(PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr,
                                 nullptr) == 1,
        "PEM_write_bio_PrivateKey");
  return Take(bio);
}

void AddExtension(int nid, const char* value, X509* issuer, X509* x509) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  Check(extension != nullptr, "X509V3_EXT_conf_nid");
  X509_add_ext(x509, extension, -1);
  X509_EXTENSION_free(extension);
}

// A certificate of `key` without extensions, not signed yet.
X509* MakeCertificate(const CertificateOptions& options, EVP_PKEY* key) {
  X509* x509 = X509_new();
  X509_set_version(x509, X509_VERSION_3);
  uint64_t serial = 0;
  Check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) ==
            1,
        "RAND_bytes");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 1);
  ASN1_TIME_set(X509_getm_notBefore(x509), absl::ToTimeT(options.not_before));
  ASN1_TIME_set(X509_getm_notAfter(x509), absl::ToTimeT(options.not_after));
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(x509), "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>(options.common_name.c_str()), -1,
      -1, 0);
  Check(X509_set_pubkey(x509, key) == 1, "X509_set_pubkey");
  return x509;
}

void Sign(X509* x509, EVP_PKEY* key) {
  Check(X509_sign(x509, key, EVP_sha256()) > 0, "X509_sign");
}

}  // namespace

CertificateAuthority::CertificateAuthority(absl::string_view common_name)
    : key_(MakeKey()) {
  CertificateOptions options;
  options.common_name = std::string(common_name);
  x509_ = MakeCertificate(options, key_);
  X509_set_issuer_name(x509_, X509_get_subject_name(x509_));
  AddExtension(NID_basic_constraints, "critical,CA:TRUE", x509_, x509_);
  AddExtension(NID_key_usage, "critical,keyCertSign,cRLSign", x509_, x509_);
  AddExtension(NID_subject_key_identifier, "hash", x509_, x509_);
  Sign(x509_, key_);
  certificate_ = {CertificatePem(x509_), KeyPem(key_)};
}

CertificateAuthority::~CertificateAuthority() {
  X509_free(x509_);
  EVP_PKEY_free(key_);
}

Certificate CertificateAuthority::Issue(
    const CertificateOptions& options) const {
  EVP_PKEY* key = MakeKey();
  X509* x509 = MakeCertificate(options, key);
  X509_set_issuer_name(x509, X509_get_subject_name(x509_));
  AddExtension(NID_subject_alt_name,
               "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1", x509_, x509);
  AddExtension(NID_ext_key_usage, "serverAuth,clientAuth", x509_, x509);
  Sign(x509, key_);
  Certificate certificate = {CertificatePem(x509), KeyPem(key)};
  X509_free(x509);
  EVP_PKEY_free(key);
  return certificate;
}

void WriteFileAtomically(const std::string& path, absl::string_view content) {
  const std::string partial = absl::StrCat(path, ".partial");
  {
    std::ofstream file(partial, std::ios::binary | std::ios::trunc);
    file.write(content.data(), content.size());
    Check(file.good(), "writing a file");
  }
  Check(std::rename(partial.c_str(), path.c_str()) == 0, "rename");
}

}  // namespace eyrie::testing
