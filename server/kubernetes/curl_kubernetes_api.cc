// SPDX-License-Identifier: Apache-2.0
//
// One multi handle with one easy handle in it: unlike an easy handle alone, its
// waiting can be interrupted from another thread.

#include "server/kubernetes/curl_kubernetes_api.h"

#include <curl/curl.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include <nlohmann/json.hpp>

#include "common/status_macros.h"
#include "common/version.h"

namespace eyrie::server {
namespace {

constexpr absl::Duration kConnectTimeout = absl::Seconds(10);
// How often timeouts are looked at.
constexpr absl::Duration kMaxWait = absl::Seconds(1);
// What is kept of an answer that refuses.
constexpr size_t kMaxRefusalBytes = 16 << 10;
constexpr long kHttpOk = 200;

void InitOnce() {
  static std::once_flag once;
  std::call_once(once, [] {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    // TLS writes to a socket without MSG_NOSIGNAL.
    std::signal(SIGPIPE, SIG_IGN);
  });
}

absl::StatusCode CodeOf(long http_status) {
  switch (http_status) {
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 410:
      return absl::StatusCode::kOutOfRange;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

// What the API server says of itself: the `message` of a Status object, or
// whatever it is.
std::string RefusalText(const std::string& body) {
  const nlohmann::json parsed =
      nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_object()) {
    const auto message = parsed.find("message");
    if (message != parsed.end() && message->is_string()) return *message;
  }
  return std::string(absl::StripAsciiWhitespace(body.substr(0, 200)));
}

// The machine's name of a URL's end: "host" and "port" of "https://host:port".
std::pair<std::string, std::string> HostAndPort(const std::string& server) {
  const bool is_tls = server.rfind("https://", 0) == 0;
  std::string rest = server.substr(is_tls ? 8 : 7);
  rest = rest.substr(0, rest.find('/'));
  const size_t colon = rest.rfind(':');
  if (colon == std::string::npos || rest.find(']', colon) != rest.npos) {
    return {rest, is_tls ? "443" : "80"};
  }
  return {rest.substr(0, colon), rest.substr(colon + 1)};
}

curl_blob BlobOf(const std::string& bytes) {
  curl_blob blob;
  blob.data = const_cast<char*>(bytes.data());
  blob.len = bytes.size();
  blob.flags = CURL_BLOB_COPY;
  return blob;
}

}  // namespace

struct CurlKubernetesApi::Handles {
  Handles() : multi(curl_multi_init()), easy(curl_easy_init()) {}
  ~Handles() {
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }
  CURLM* const multi;
  CURL* const easy;
};

struct CurlKubernetesApi::Transfer {
  explicit Transfer(ApiSink sink) : sink(sink) {}
  ~Transfer() {
    curl_slist_free_all(headers);
    curl_slist_free_all(connect_to);
  }

  static size_t OnBytes(char* bytes, size_t size, size_t count, void* self) {
    return static_cast<Transfer*>(self)->Take({bytes, size * count});
  }

  static size_t OnHeader(char* bytes, size_t size, size_t count, void* self) {
    const absl::string_view line(bytes, size * count);
    auto* const transfer = static_cast<Transfer*>(self);
    const bool is_begin = line == "\r\n" && transfer->http_status() == kHttpOk;
    if (is_begin && transfer->Take("") != 0) return CURL_WRITEFUNC_ERROR;
    return line.size();
  }

  long http_status() const {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  size_t Take(absl::string_view bytes) {
    last_byte = absl::Now();
    if (http_status() != kHttpOk) {
      const size_t room = kMaxRefusalBytes - refusal.size();
      refusal.append(bytes.data(), std::min(room, bytes.size()));
      return bytes.size();
    }
    status = sink(bytes);
    return status.ok() ? bytes.size() : CURL_WRITEFUNC_ERROR;
  }

  const ApiSink sink;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  curl_slist* connect_to = nullptr;
  char error[CURL_ERROR_SIZE] = "";
  absl::Time last_byte = absl::Now();
  std::string refusal;  // what came with another code than 200
  absl::Status status;  // of the sink
};

CurlKubernetesApi::CurlKubernetesApi(ClusterAccess access)
    : access_(std::move(access)),
      handles_((InitOnce(), std::make_unique<Handles>())) {}

CurlKubernetesApi::~CurlKubernetesApi() = default;

void CurlKubernetesApi::Cancel() {
  is_cancelled_ = true;
  curl_multi_wakeup(handles_->multi);
}

absl::Status CurlKubernetesApi::Get(const ApiRequest& request, ApiSink sink) {
  Transfer transfer(sink);
  transfer.easy = handles_->easy;
  EYRIE_RETURN_IF_ERROR(Prepare(request, transfer));
  curl_multi_add_handle(handles_->multi, handles_->easy);
  const absl::Status status = Perform(request, transfer);
  curl_multi_remove_handle(handles_->multi, handles_->easy);
  return status;
}

absl::Status CurlKubernetesApi::Prepare(const ApiRequest& request,
                                        Transfer& transfer) {
  CURL* const easy = handles_->easy;
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::OnBytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(
      easy, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(kConnectTimeout)));
  if (request.timeout < absl::InfiniteDuration()) {
    curl_easy_setopt(
        easy, CURLOPT_TIMEOUT_MS,
        static_cast<long>(absl::ToInt64Milliseconds(request.timeout)));
  }
  const std::string agent = absl::StrCat("eyrie-server/", Version());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, agent.c_str());
  if (!access_.proxy.empty()) {
    curl_easy_setopt(easy, CURLOPT_PROXY, access_.proxy.c_str());
  }
  std::string url = access_.server;
  if (!access_.tls_server_name.empty()) {
    // The URL has the certificate's name, the connection goes elsewhere.
    const auto [host, port] = HostAndPort(access_.server);
    const std::string target =
        absl::StrCat(access_.tls_server_name, ":", port, ":", host, ":", port);
    transfer.connect_to = curl_slist_append(nullptr, target.c_str());
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, transfer.connect_to);
    url = absl::StrCat("https://", access_.tls_server_name, ":", port);
  }
  curl_easy_setopt(easy, CURLOPT_URL, absl::StrCat(url, request.path).c_str());
  return PrepareCredentials(transfer);
}

absl::Status CurlKubernetesApi::PrepareCredentials(Transfer& transfer) {
  CURL* const easy = handles_->easy;
  const auto read = [this](const Credential& credential,
                           std::string& bytes) -> absl::Status {
    absl::StatusOr<std::string> content = credential.Read();
    if (!content.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat(access_.origin, ": ", content.status().message()));
    }
    bytes = *std::move(content);
    return absl::OkStatus();
  };
  std::string bytes;
  EYRIE_RETURN_IF_ERROR(read(access_.token, bytes));
  const absl::string_view token = absl::StripAsciiWhitespace(bytes);
  if (std::any_of(token.begin(), token.end(), absl::ascii_iscntrl)) {
    return absl::FailedPreconditionError(
        absl::StrCat(access_.origin, ": the token is not one line"));
  }
  transfer.headers = curl_slist_append(nullptr, "Accept: application/json");
  if (!token.empty()) {
    transfer.headers = curl_slist_append(
        transfer.headers,
        absl::StrCat("Authorization: Bearer ", token).c_str());
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
  if (access_.skip_tls_verify) {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  for (const auto& [credential, option] :
       {std::pair(&access_.ca, CURLOPT_CAINFO_BLOB),
        std::pair(&access_.client_cert, CURLOPT_SSLCERT_BLOB),
        std::pair(&access_.client_key, CURLOPT_SSLKEY_BLOB)}) {
    if (credential->empty()) continue;
    EYRIE_RETURN_IF_ERROR(read(*credential, bytes));
    curl_blob blob = BlobOf(bytes);
    curl_easy_setopt(easy, option, &blob);
  }
  // Only these authorities, not the machine's beside them.
  if (!access_.ca.empty()) curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  return absl::OkStatus();
}

absl::Status CurlKubernetesApi::Perform(const ApiRequest& request,
                                        Transfer& transfer) {
  int running = 1;
  while (true) {
    if (is_cancelled_) return absl::CancelledError("the server stops");
    curl_multi_perform(handles_->multi, &running);
    if (running == 0) break;
    const absl::Duration idle = absl::Now() - transfer.last_byte;
    if (idle >= request.idle_timeout) {
      return absl::DeadlineExceededError(
          absl::StrCat("nothing came from ", access_.server, " for ",
                       absl::FormatDuration(request.idle_timeout)));
    }
    const absl::Duration wait = std::min(kMaxWait, request.idle_timeout - idle);
    curl_multi_poll(handles_->multi, nullptr, 0,
                    static_cast<int>(absl::ToInt64Milliseconds(wait)) + 1,
                    nullptr);
  }
  int left = 0;
  const CURLMsg* const message = curl_multi_info_read(handles_->multi, &left);
  const CURLcode code = message != nullptr ? message->data.result : CURLE_OK;
  if (!transfer.status.ok()) return transfer.status;
  const long http_status = transfer.http_status();
  if (http_status != 0 && http_status != kHttpOk) {
    return absl::Status(CodeOf(http_status),
                        absl::StrCat("HTTP ", http_status, ": ",
                                     RefusalText(transfer.refusal)));
  }
  if (code == CURLE_OK) return absl::OkStatus();
  return absl::Status(
      code == CURLE_OPERATION_TIMEDOUT ? absl::StatusCode::kDeadlineExceeded
                                       : absl::StatusCode::kUnavailable,
      absl::StrCat(access_.server, ": ",
                   transfer.error[0] != '\0' ? transfer.error
                                             : curl_easy_strerror(code)));
}

}  // namespace eyrie::server
