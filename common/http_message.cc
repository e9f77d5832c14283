// SPDX-License-Identifier: Apache-2.0

#include "common/http_message.h"

#include "absl/strings/str_cat.h"

namespace eyrie {

absl::string_view HttpReason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

HttpResponse HttpRefusalResponse(int status) {
  return {
      .status = status,
      .body = absl::StrCat("error ", status, " ", HttpReason(status), "\n")};
}

}  // namespace eyrie
