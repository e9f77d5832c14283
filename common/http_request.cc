// SPDX-License-Identifier: Apache-2.0

#include "common/http_request.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace eyrie {
namespace {

constexpr int kBadRequest = 400;
constexpr int kHeadTooLarge = 431;
constexpr int kNotImplemented = 501;
constexpr int kVersionNotSupported = 505;
constexpr int kFine = 0;

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view("!#$%&'*+-.^_`|~").find(c) !=
             absl::string_view::npos;
}

bool IsToken(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

// Neither control characters nor blanks.
bool IsVisible(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c > 0x20 && c != 0x7f; });
}

// "GET /path?query HTTP/1.1"; kFine or a status.
int ParseRequestLine(absl::string_view line, HttpHead* head) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  if (words.size() != 3 || !IsToken(words[0]) || !IsVisible(words[1]) ||
      !absl::StartsWith(words[1], "/")) {
    return kBadRequest;
  }
  if (words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0") {
    return absl::StartsWith(words[2], "HTTP/") ? kVersionNotSupported
                                               : kBadRequest;
  }
  head->keeps_alive = words[2] == "HTTP/1.1";
  head->method = std::string(words[0]);
  const size_t question = words[1].find('?');
  head->path = std::string(words[1].substr(0, question));
  if (question != absl::string_view::npos) {
    head->query = std::string(words[1].substr(question + 1));
  }
  return kFine;
}

// Whether a list as in "keep-alive, Close" has this word.
bool HasWord(absl::string_view list, absl::string_view wanted) {
  for (const absl::string_view word : absl::StrSplit(list, ',')) {
    if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(word), wanted)) {
      return true;
    }
  }
  return false;
}

int ParseLength(absl::string_view value, bool* has_length, HttpHead* head) {
  const bool is_number =
      !value.empty() &&
      std::all_of(value.begin(), value.end(),
                  [](unsigned char c) { return absl::ascii_isdigit(c); });
  if (*has_length || !is_number ||
      !absl::SimpleAtoi(value, &head->content_length)) {
    return kBadRequest;
  }
  *has_length = true;
  return kFine;
}

// One "Name: value"; kFine or a status.
int ParseField(absl::string_view line, bool* has_length, HttpHead* head) {
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos || !IsToken(line.substr(0, colon))) {
    return kBadRequest;
  }
  const absl::string_view name = line.substr(0, colon);
  const absl::string_view value =
      absl::StripAsciiWhitespace(line.substr(colon + 1));
  if (absl::EqualsIgnoreCase(name, "transfer-encoding") ||
      absl::EqualsIgnoreCase(name, "content-encoding")) {
    return kNotImplemented;
  }
  if (absl::EqualsIgnoreCase(name, "content-length")) {
    return ParseLength(value, has_length, head);
  }
  if (absl::EqualsIgnoreCase(name, "content-type")) {
    head->content_type = std::string(value);
  } else if (absl::EqualsIgnoreCase(name, "expect")) {
    if (!absl::EqualsIgnoreCase(value, "100-continue")) return 417;
    head->expects_continue = true;
  } else if (absl::EqualsIgnoreCase(name, "authorization")) {
    if (!head->authorization.empty()) return kBadRequest;
    head->authorization = std::string(value);
  } else if (absl::EqualsIgnoreCase(name, "connection")) {
    if (HasWord(value, "close")) head->keeps_alive = false;
  }
  return kFine;
}

}  // namespace

std::variant<HttpHead, HttpRefusal> ParseHttpHead(absl::string_view head) {
  if (head.size() > kMaxHttpHeadBytes) return HttpRefusal{kHeadTooLarge};
  if (!absl::ConsumeSuffix(&head, "\r\n\r\n")) return HttpRefusal{kBadRequest};
  HttpHead parsed;
  bool is_first = true;
  bool has_length = false;
  for (const absl::string_view line : absl::StrSplit(head, "\r\n")) {
    // What is left of a bare line end, or worse.
    if (line.find_first_of(absl::string_view("\r\n\0", 3)) !=
        absl::string_view::npos) {
      return HttpRefusal{kBadRequest};
    }
    const int status = is_first ? ParseRequestLine(line, &parsed)
                                : ParseField(line, &has_length, &parsed);
    if (status != kFine) return HttpRefusal{status};
    is_first = false;
  }
  return parsed;
}

}  // namespace eyrie
