// SPDX-License-Identifier: Apache-2.0

#include "rules/check/literal.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <charconv>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "common/status_macros.h"
#include "rules/check/decimal.h"

namespace eyrie::rules {
namespace {

absl::Status NotA(absl::string_view what, absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not ", what));
}

bool AllHexDigits(absl::string_view text) {
  for (char c : text) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

// Reads digits of `base` to the end. False if there are none, others, or too
// many for 64 bits.
bool ReadDigits(absl::string_view text, int base, uint64_t* number) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, *number, base);
  return error == std::errc() && rest == end && !text.empty();
}

absl::StatusOr<uint64_t> ParseInteger(absl::string_view text, int bits,
                                      bool is_signed) {
  absl::string_view digits = text;
  int base = 10;
  bool negative = false;
  if (absl::ConsumePrefix(&digits, "0x")) {
    base = 16;
  } else {
    digits = absl::StripLeadingAsciiWhitespace(digits);
    negative = absl::ConsumePrefix(&digits, "-");
    if (!negative) absl::ConsumePrefix(&digits, "+");
  }
  for (char c : digits) {
    const auto byte = static_cast<unsigned char>(c);
    if (base == 16 ? !absl::ascii_isxdigit(byte) : !absl::ascii_isdigit(byte)) {
      return NotA("a whole number", text);
    }
  }
  if (digits.empty()) return NotA("a whole number", text);
  const uint64_t limit = is_signed    ? (uint64_t{1} << (bits - 1)) - 1
                         : bits == 64 ? std::numeric_limits<uint64_t>::max()
                                      : (uint64_t{1} << bits) - 1;
  const uint64_t negative_limit = uint64_t{1} << (bits - 1);
  uint64_t magnitude = 0;
  if (!ReadDigits(digits, base, &magnitude) ||
      magnitude > (negative ? negative_limit : limit)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", text, "` is out of range for ",
        is_signed ? "a signed" : "an unsigned", " number of ", bits, " bits"));
  }
  if (!negative) return magnitude;
  const uint64_t number = ~magnitude + 1;
  return is_signed || bits == 64 ? number : number & limit;
}

// Services that rules name although a machine's /etc/services may be missing:
// a rule that loads here loads anywhere.
struct Service {
  absl::string_view name;
  uint16_t port;
};
constexpr Service kServices[] = {
    {"ftp", 21},         {"ssh", 22},          {"telnet", 23}, {"smtp", 25},
    {"domain", 53},      {"http", 80},         {"pop3", 110},  {"ntp", 123},
    {"imap2", 143},      {"snmp", 161},        {"ldap", 389},  {"https", 443},
    {"submission", 587}, {"ldaps", 636},       {"imaps", 993}, {"pop3s", 995},
    {"mysql", 3306},     {"postgresql", 5432},
};

absl::StatusOr<uint64_t> ParsePort(absl::string_view text) {
  uint64_t port = 0;
  if (!text.empty() &&
      absl::ascii_isdigit(static_cast<unsigned char>(text[0]))) {
    if (absl::StartsWith(text, "0x") ? ReadDigits(text.substr(2), 16, &port)
                                     : ReadDigits(text, 10, &port)) {
      if (port <= 65535) return port;
      return absl::InvalidArgumentError(
          absl::StrCat("`", text, "` is beyond the last port, 65535"));
    }
    return NotA("a port", text);
  }
  for (const Service& service : kServices) {
    if (service.name == text) return service.port;
  }
  servent entry;
  servent* found = nullptr;
  char buffer[1024];
  if (getservbyname_r(std::string(text).c_str(), nullptr, &entry, buffer,
                      sizeof(buffer), &found) == 0 &&
      found != nullptr) {
    return ntohs(static_cast<uint16_t>(found->s_port));
  }
  return NotA("a port or the name of a service", text);
}

absl::StatusOr<IpAddress> ParseAddress(absl::string_view text) {
  IpAddress address;
  address.is_v6 = !absl::StrContains(text, ".");
  if (inet_pton(address.is_v6 ? AF_INET6 : AF_INET, std::string(text).c_str(),
                address.bytes.data()) != 1) {
    return NotA(address.is_v6 ? "an IPv6 address" : "an IPv4 address", text);
  }
  return address;
}

absl::Status ParseNetwork(absl::string_view text, Literal* literal) {
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", text, "` is not a network: write the prefix length, as in ",
        absl::StrContains(text, ".") ? "10.0.0.1/32" : "2001:db8::1/128"));
  }
  EYRIE_ASSIGN_OR_RETURN(literal->ip, ParseAddress(text.substr(0, slash)));
  uint64_t bits = 0;
  if (!ReadDigits(text.substr(slash + 1), 10, &bits) ||
      bits > (literal->ip.is_v6 ? 128 : 32) ||
      (literal->ip.is_v6 && bits == 0)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "`", text.substr(slash + 1), "` is not a prefix length of ",
        literal->ip.is_v6 ? "IPv6, 1 to 128" : "IPv4, 0 to 32"));
  }
  literal->prefix_bits = static_cast<int>(bits);
  return absl::OkStatus();
}

absl::Status ParseText(absl::string_view text, ast::Operator op,
                       int64_t max_regex_bytes, Literal* literal) {
  literal->text = std::string(text);
  int64_t number = 0;
  if (ReadDecimal(text, &number)) {
    literal->is_number = true;
    literal->number = static_cast<uint64_t>(number);
  }
  if (op != ast::Operator::kRegex) return absl::OkStatus();
  re2::RE2::Options options(re2::RE2::POSIX);
  options.set_log_errors(false);
  options.set_max_mem(max_regex_bytes);
  auto regex = std::make_shared<re2::RE2>(
      re2::StringPiece(text.data(), text.size()), options);
  if (regex->error_code() == re2::RE2::ErrorPatternTooLarge) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the regular expression needs more than ", max_regex_bytes,
                     " bytes of memory"));
  }
  if (!regex->ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("bad regular expression: ", regex->error()));
  }
  literal->regex = std::move(regex);
  return absl::OkStatus();
}

absl::Status ParseBytes(absl::string_view text, ast::Operator op,
                        Literal* literal) {
  if (op != ast::Operator::kBcontains && op != ast::Operator::kBstartswith) {
    literal->text = std::string(text);
    return absl::OkStatus();
  }
  if (text.size() % 2 != 0 || !AllHexDigits(text)) {
    return NotA("an even number of hex digits", text);
  }
  literal->text = absl::HexStringToBytes(text);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Literal> ParseLiteral(absl::string_view text,
                                     const ValueType& type, ast::Operator op,
                                     int64_t max_regex_bytes) {
  Literal literal;
  switch (type.type) {
    case FieldType::kString:
    case FieldType::kPath:
      EYRIE_RETURN_IF_ERROR(ParseText(text, op, max_regex_bytes, &literal));
      break;
    case FieldType::kBytes:
      EYRIE_RETURN_IF_ERROR(ParseBytes(text, op, &literal));
      break;
    case FieldType::kBool:
      if (text != "true" && text != "false") {
        return NotA("`true` or `false`", text);
      }
      literal.number = text == "true";
      break;
    case FieldType::kInt64: {
      EYRIE_ASSIGN_OR_RETURN(literal.number,
                             ParseInteger(text, type.bits, true));
      break;
    }
    case FieldType::kUint64:
    case FieldType::kRelativeTime:
    case FieldType::kAbsoluteTime: {
      EYRIE_ASSIGN_OR_RETURN(literal.number,
                             ParseInteger(text, type.bits, false));
      break;
    }
    case FieldType::kDouble: {
      EYRIE_ASSIGN_OR_RETURN(literal.number, ParseInteger(text, 32, true));
      literal.real = static_cast<double>(static_cast<int64_t>(literal.number));
      break;
    }
    case FieldType::kPort: {
      EYRIE_ASSIGN_OR_RETURN(literal.number, ParsePort(text));
      break;
    }
    case FieldType::kIpAddress: {
      EYRIE_ASSIGN_OR_RETURN(literal.ip, ParseAddress(text));
      break;
    }
    case FieldType::kIpNet:
      EYRIE_RETURN_IF_ERROR(ParseNetwork(text, &literal));
      break;
  }
  return literal;
}

}  // namespace eyrie::rules
