// SPDX-License-Identifier: Apache-2.0

#include "server/ingest/ingest_auth.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/file.h"
#include "common/logging.h"
#include "common/status_macros.h"

namespace eyrie::server {
namespace {

// A token is a line; more is another file.
constexpr size_t kMaxTokenBytes = 4096;
constexpr absl::string_view kScheme = "bearer ";

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  EYRIE_ASSIGN_OR_RETURN(const std::string text,
                         ReadFile(path, kMaxTokenBytes));
  std::string token(absl::StripAsciiWhitespace(text));
  if (token.size() >= IngestAuth::kMinTokenBytes) return token;
  return absl::InvalidArgumentError(
      absl::StrCat("the token in ", path, " has ", token.size(),
                   " bytes and can be guessed;"
                   " make one of at least ",
                   IngestAuth::kMinTokenBytes, ": openssl rand -hex 32"));
}

// Takes the same time wherever the two differ, also in length.
bool IsSameSecret(absl::string_view a, absl::string_view b) {
  unsigned char digests[2][SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(a.data()), a.size(),
         digests[0]);
  SHA256(reinterpret_cast<const unsigned char*>(b.data()), b.size(),
         digests[1]);
  return CRYPTO_memcmp(digests[0], digests[1], SHA256_DIGEST_LENGTH) == 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<IngestAuth>> IngestAuth::Create(
    const IngestAuthOptions& options, const Clock* clock) {
  std::string token;
  if (!options.token_file.empty()) {
    EYRIE_ASSIGN_OR_RETURN(token, ReadToken(options.token_file));
  }
  return std::unique_ptr<IngestAuth>(
      new IngestAuth(options, clock, std::move(token)));
}

IngestAuth::IngestAuth(const IngestAuthOptions& options, const Clock* clock,
                       std::string token)
    : options_(options),
      clock_(clock),
      token_(std::move(token)),
      read_(clock->Now()) {}

absl::Status IngestAuth::Check(const HttpRequest& request) {
  if (request.has_client_certificate && options_.takes_certificates) {
    return absl::OkStatus();
  }
  if (options_.token_file.empty() && !options_.takes_certificates) {
    if (options_.is_local) return absl::OkStatus();
    return absl::PermissionDeniedError(
        "this server takes no events from the network: it has neither "
        "--ingest-token-file nor --http-tls-client-ca");
  }
  if (!options_.token_file.empty() &&
      absl::StartsWithIgnoreCase(request.authorization, kScheme) &&
      IsSameSecret(
          absl::StripAsciiWhitespace(
              absl::string_view(request.authorization).substr(kScheme.size())),
          CurrentToken())) {
    return absl::OkStatus();
  }
  return absl::UnauthenticatedError(
      options_.token_file.empty()
          ? "show a client certificate of --http-tls-client-ca"
      : options_.takes_certificates
          ? "send `Authorization: Bearer TOKEN` with the token of "
            "--ingest-token-file, or show a client certificate"
          : "send `Authorization: Bearer TOKEN` with the token of "
            "--ingest-token-file");
}

std::string IngestAuth::CurrentToken() {
  const absl::Time now = clock_->Now();
  absl::MutexLock lock(&mutex_);
  if (now - read_ < options_.refresh_interval && now >= read_) return token_;
  read_ = now;
  absl::StatusOr<std::string> token = ReadToken(options_.token_file);
  if (token.ok()) {
    token_ = *std::move(token);
  } else {
    static LogEvery limit(absl::Minutes(1));
    limit.Error("the token of ingest stays as it was",
                {{"error", token.status().message()}});
  }
  return token_;
}

}  // namespace eyrie::server
