// SPDX-License-Identifier: Apache-2.0

#include "common/http_exchange.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/status_macros.h"

namespace eyrie {
namespace {

constexpr absl::string_view kEndOfHead = "\r\n\r\n";
// Read at once, bytes: some packets.
constexpr size_t kReadBytes = 16 << 10;

std::string ResponseHead(const HttpResponse& response, bool keeps_alive) {
  std::string head = absl::StrCat("HTTP/1.1 ", response.status, " ",
                                  HttpReason(response.status),
                                  "\r\nContent-Type: ", response.content_type,
                                  "\r\nContent-Length: ", response.body.size());
  if (response.status == 401) {
    absl::StrAppend(&head, "\r\nWWW-Authenticate: Bearer");
  }
  if (response.retry_after > absl::ZeroDuration()) {
    absl::StrAppend(&head, "\r\nRetry-After: ",
                    static_cast<int64_t>(std::ceil(
                        absl::ToDoubleSeconds(response.retry_after))));
  }
  absl::StrAppend(&head, keeps_alive ? "" : "\r\nConnection: close",
                  "\r\n\r\n");
  return head;
}

}  // namespace

absl::Status HttpExchange::Receive(absl::Time deadline) {
  char buffer[kReadBytes];
  EYRIE_ASSIGN_OR_RETURN(const size_t count,
                         connection_.Read(buffer, sizeof(buffer), deadline));
  if (count == 0) return absl::UnavailableError("the peer left");
  bytes_.append(buffer, count);
  return absl::OkStatus();
}

absl::StatusOr<std::variant<HttpHead, HttpRefusal>> HttpExchange::ReadHead(
    absl::Time deadline) {
  EYRIE_RETURN_IF_ERROR(connection_.Open(deadline));
  size_t from = 0;
  size_t end;
  while ((end = bytes_.find(kEndOfHead.data(), from, kEndOfHead.size())) ==
         std::string::npos) {
    if (bytes_.size() > kMaxHttpHeadBytes) return HttpRefusal{431};
    // The end may lie across two reads.
    from = bytes_.size() < 3 ? 0 : bytes_.size() - 3;
    EYRIE_RETURN_IF_ERROR(Receive(deadline));
  }
  const size_t size = end + kEndOfHead.size();
  auto head = ParseHttpHead(absl::string_view(bytes_).substr(0, size));
  bytes_.erase(0, size);
  return head;
}

absl::StatusOr<std::string> HttpExchange::ReadBody(const HttpHead& head,
                                                   absl::Time deadline) {
  if (head.expects_continue) {
    EYRIE_RETURN_IF_ERROR(
        connection_.Write("HTTP/1.1 100 Continue\r\n\r\n", deadline));
  }
  while (bytes_.size() < head.content_length) {
    EYRIE_RETURN_IF_ERROR(Receive(deadline));
  }
  // What follows is the next request.
  std::string next = bytes_.substr(head.content_length);
  bytes_.resize(head.content_length);
  return std::exchange(bytes_, std::move(next));
}

absl::Status HttpExchange::Answer(const HttpResponse& response, bool is_head,
                                  bool keeps_alive, absl::Time deadline) {
  std::string text = ResponseHead(response, keeps_alive);
  if (!is_head) text.append(response.body);
  EYRIE_RETURN_IF_ERROR(connection_.Write(text, deadline));
  if (!keeps_alive) connection_.Finish(deadline);
  return absl::OkStatus();
}

}  // namespace eyrie
