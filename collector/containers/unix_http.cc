// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/unix_http.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace eyrie::collector {
namespace {

// What of a refusal is told to an operator.
constexpr size_t kMaxRefusalBytes = 200;

constexpr long kOk = 200;
constexpr long kNotFound = 404;

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

// One request with what has come of its answer.
struct Exchange {
  CURL* curl = nullptr;
  const std::atomic<bool>* is_interrupted = nullptr;
  size_t max_bytes = 0;
  // When the answer must have begun; a whole request has curl's own limit.
  absl::Time begin_deadline = absl::InfiniteFuture();
  const std::function<void(absl::string_view)>* on_line = nullptr;
  std::string body;  // of a stream: the line that is not complete
  bool has_begun = false;
  bool is_too_long = false;
  bool is_late = false;
};

void TakeLines(Exchange* exchange) {
  size_t begin = 0;
  for (size_t end = exchange->body.find('\n'); end != std::string::npos;
       end = exchange->body.find('\n', begin)) {
    (*exchange->on_line)(
        absl::string_view(exchange->body).substr(begin, end - begin));
    begin = end + 1;
  }
  exchange->body.erase(0, begin);
}

size_t OnBytes(char* bytes, size_t, size_t count, void* argument) {
  auto* const exchange = static_cast<Exchange*>(argument);
  exchange->has_begun = true;
  if (exchange->body.size() + count > exchange->max_bytes) {
    exchange->is_too_long = true;
    return 0;
  }
  exchange->body.append(bytes, count);
  long status = 0;
  curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
  if (exchange->on_line != nullptr && status == kOk) TakeLines(exchange);
  return count;
}

size_t OnHeader(char*, size_t, size_t count, void* argument) {
  static_cast<Exchange*>(argument)->has_begun = true;
  return count;
}

int OnProgress(void* argument, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto* const exchange = static_cast<Exchange*>(argument);
  if (!exchange->has_begun && absl::Now() > exchange->begin_deadline) {
    exchange->is_late = true;
  }
  return exchange->is_late || *exchange->is_interrupted ? 1 : 0;
}

absl::Status ToStatus(CURLcode code, const Exchange& exchange,
                      const std::string& target) {
  if (*exchange.is_interrupted) return absl::CancelledError("interrupted");
  if (exchange.is_too_long) {
    return absl::ResourceExhaustedError(
        absl::StrCat("GET ", target, ": the answer has more than ",
                     exchange.max_bytes, " bytes"));
  }
  if (exchange.is_late || code == CURLE_OPERATION_TIMEDOUT) {
    return absl::DeadlineExceededError(
        absl::StrCat("GET ", target, ": no answer in time"));
  }
  if (code != CURLE_OK) {
    return absl::UnavailableError(
        absl::StrCat("GET ", target, ": ", curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(exchange.curl, CURLINFO_RESPONSE_CODE, &status);
  if (status == kOk) return absl::OkStatus();
  const std::string message = absl::StrCat(
      "GET ", target, ": ", status, " ",
      absl::string_view(exchange.body).substr(0, kMaxRefusalBytes));
  return status == kNotFound ? absl::NotFoundError(message)
                             : absl::InternalError(message);
}

// Makes libcurl ready, once.
Curl NewCurl() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_NOTHING);
  return Curl(ready == CURLE_OK ? curl_easy_init() : nullptr,
              curl_easy_cleanup);
}

absl::Status Perform(const UnixHttpOptions& options, const std::string& target,
                     Exchange* exchange) {
  if (*exchange->is_interrupted) return absl::CancelledError("interrupted");
  const Curl owned = NewCurl();
  CURL* const curl = owned.get();
  if (curl == nullptr) return absl::InternalError("libcurl does not start");
  exchange->curl = curl;
  exchange->max_bytes = options.max_bytes;
  const auto milliseconds =
      static_cast<long>(absl::ToInt64Milliseconds(options.timeout));
  const std::string url = absl::StrCat("http://localhost", target);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, options.socket.c_str());
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
                   static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
  if (exchange->on_line == nullptr) {
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds);
  } else {
    exchange->begin_deadline = absl::Now() + options.timeout;
  }
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, OnBytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, exchange);
  const CURLcode code = curl_easy_perform(curl);
  return ToStatus(code, *exchange, target);
}

}  // namespace

UnixHttp::UnixHttp(UnixHttpOptions options) : options_(std::move(options)) {}

absl::StatusOr<std::string> UnixHttp::Get(const std::string& target) const {
  Exchange exchange{.is_interrupted = &is_interrupted_};
  const absl::Status status = Perform(options_, target, &exchange);
  if (!status.ok()) return status;
  return std::move(exchange.body);
}

absl::Status UnixHttp::Stream(
    const std::string& target,
    const std::function<void(absl::string_view)>& on_line) const {
  Exchange exchange{.is_interrupted = &is_interrupted_, .on_line = &on_line};
  return Perform(options_, target, &exchange);
}

}  // namespace eyrie::collector
