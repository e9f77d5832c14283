// SPDX-License-Identifier: Apache-2.0

#include "rules/syntax/lexer.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace eyrie::rules {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\b' || c == '\r' || c == '\n';
}

// POSIX [[:space:]]: words end at vertical tabs and form feeds, too, though
// these are no blanks between tokens.
bool IsSpace(char c) { return absl::ascii_isspace(c); }

bool IsIdentifierStart(char c) { return absl::ascii_isalpha(c); }
bool IsIdentifierPart(char c) { return absl::ascii_isalnum(c) || c == '_'; }

bool EndsBareText(char c) {
  return IsSpace(c) || c == '(' || c == ')' || c == '"' || c == '\'' ||
         c == '=' || c == ',' || c == '\0';
}

bool EndsFieldArgument(char c) {
  return IsSpace(c) || c == '[' || c == ']' || c == '"' || c == '\'' ||
         c == '\0';
}

// End of the identifier that starts at `begin`, or `begin` if there is none.
size_t IdentifierEnd(absl::string_view text, size_t begin) {
  if (begin >= text.size() || !IsIdentifierStart(text[begin])) return begin;
  size_t end = begin + 1;
  while (end < text.size() && IsIdentifierPart(text[end])) ++end;
  return end;
}

size_t DigitsEnd(absl::string_view text, size_t begin) {
  while (begin < text.size() && absl::ascii_isdigit(text[begin])) ++begin;
  return begin;
}

// The character that backslash and `c` stand for, or 0.
char SimpleEscape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '\\':
      return '\\';
    case '/':
      return '/';
    // The reference drops the blank and keeps the backslash.
    case ' ':
      return '\\';
  }
  return 0;
}

int HexDigit(char c) {
  if (absl::ascii_isdigit(c)) return c - '0';
  c = absl::ascii_tolower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

bool Lexer::SkipBlanks() {
  const size_t begin = position_;
  while (position_ < text_.size() && IsBlank(text_[position_])) ++position_;
  return position_ > begin;
}

bool Lexer::Take(absl::string_view characters) {
  if (!absl::StartsWith(rest(), characters)) return false;
  position_ += characters.size();
  return true;
}

bool Lexer::TakeSpaced(absl::string_view word) {
  const absl::string_view left = rest();
  if (!absl::StartsWith(left, word)) return false;
  if (left.size() > word.size() && !IsBlank(left[word.size()])) return false;
  position_ += word.size();
  return true;
}

Token Lexer::TakeUpTo(size_t end) {
  Token token;
  token.begin = position_;
  token.end = end;
  token.text = std::string(text_.substr(position_, end - position_));
  position_ = end;
  return token;
}

std::optional<Token> Lexer::TakeIdentifier() {
  const size_t end = IdentifierEnd(text_, position_);
  if (end == position_) return std::nullopt;
  return TakeUpTo(end);
}

std::optional<Token> Lexer::TakeFieldName() {
  size_t end = IdentifierEnd(text_, position_);
  if (end == position_) return std::nullopt;
  bool has_dot = false;
  while (end < text_.size() && text_[end] == '.') {
    const size_t next = IdentifierEnd(text_, end + 1);
    if (next == end + 1) break;
    has_dot = true;
    end = next;
  }
  if (!has_dot) return std::nullopt;
  return TakeUpTo(end);
}

std::optional<Token> Lexer::TakeFieldArgument() {
  size_t end = position_;
  while (end < text_.size() && !EndsFieldArgument(text_[end])) ++end;
  if (end == position_) return std::nullopt;
  return TakeUpTo(end);
}

std::optional<Token> Lexer::TakeNumber() {
  const absl::string_view left = rest();
  if (absl::StartsWithIgnoreCase(left, "0x")) {
    size_t end = position_ + 2;
    while (end < text_.size() && absl::ascii_isalnum(text_[end])) ++end;
    if (end > position_ + 2) return TakeUpTo(end);
  }
  const bool has_sign = !left.empty() && (left[0] == '+' || left[0] == '-');
  const size_t first_digit = position_ + (has_sign ? 1 : 0);
  size_t end = DigitsEnd(text_, first_digit);
  if (end == first_digit) return std::nullopt;
  if (end < text_.size() && text_[end] == '.') end = DigitsEnd(text_, end + 1);
  if (end + 2 < text_.size() && absl::ascii_tolower(text_[end]) == 'e' &&
      (text_[end + 1] == '+' || text_[end + 1] == '-')) {
    const size_t exponent_end = DigitsEnd(text_, end + 2);
    if (exponent_end > end + 2) end = exponent_end;
  }
  return TakeUpTo(end);
}

std::optional<Token> Lexer::TakeBareText() {
  size_t end = position_;
  while (end < text_.size() && !EndsBareText(text_[end])) ++end;
  if (end == position_) return std::nullopt;
  return TakeUpTo(end);
}

bool Lexer::TakeEscape(char quote, std::string& text,
                       std::optional<LexError>& error) {
  const size_t backslash = position_ - 1;
  const char c = text_[position_++];
  if (c == quote) {
    text.push_back(c);
    return true;
  }
  if (const char simple = SimpleEscape(c); simple != 0) {
    text.push_back(simple);
    return true;
  }
  if (c != 'x') {
    error = LexError{"invalid-escape",
                     absl::StrCat("'\\", absl::string_view(&c, 1),
                                  "' is no escape sequence"),
                     "write '\\\\' for a backslash", backslash, position_};
    return false;
  }
  const int high = position_ < text_.size() ? HexDigit(text_[position_]) : -1;
  const int low =
      position_ + 1 < text_.size() ? HexDigit(text_[position_ + 1]) : -1;
  if (high < 0 || low < 0) {
    error = LexError{"invalid-escape", "'\\x' needs two hexadecimal digits",
                     "write '\\\\' for a backslash", backslash, position_};
    return false;
  }
  position_ += 2;
  const char byte = static_cast<char>(high * 16 + low);
  if (byte == 0) {
    error = LexError{"invalid-character", "a value cannot hold a zero byte", "",
                     backslash, position_};
    return false;
  }
  text.push_back(byte);
  return true;
}

std::optional<Token> Lexer::TakeQuoted(std::optional<LexError>& error) {
  if (at_end()) return std::nullopt;
  const char quote = text_[position_];
  if (quote != '"' && quote != '\'') return std::nullopt;
  const size_t begin = position_++;
  Token token;
  token.quoted = true;
  token.begin = begin;
  while (!at_end()) {
    const char c = text_[position_++];
    if (c == quote) {
      token.end = position_;
      return token;
    }
    if (c == '\0') {
      error = LexError{"invalid-character", "a value cannot hold a zero byte",
                       "", position_ - 1, position_};
    } else if (c == '\\' && !at_end()) {
      TakeEscape(quote, token.text, error);
    } else {
      const size_t plain = position_ - 1;
      while (!at_end() && text_[position_] != quote &&
             text_[position_] != '\\' && text_[position_] != '\0') {
        ++position_;
      }
      token.text.append(text_.data() + plain, position_ - plain);
    }
    if (error) break;
  }
  if (!error) {
    error =
        LexError{"unterminated-string",
                 absl::StrCat("this ", absl::string_view(&quote, 1),
                              " has no closing ", absl::string_view(&quote, 1)),
                 "", begin, begin + 1};
  }
  position_ = begin;
  return std::nullopt;
}

absl::string_view Lexer::PeekWord() const {
  const absl::string_view left = rest();
  size_t end = 0;
  while (end < left.size() && !IsSpace(left[end]) && left[end] != '(' &&
         left[end] != ')' && left[end] != ',') {
    ++end;
  }
  // A single parenthesis or comma is a word of its own.
  return left.substr(0, end == 0 && !left.empty() ? 1 : end);
}

std::optional<std::string> ResolveEscapes(absl::string_view text,
                                          std::optional<LexError>& error) {
  // Quoting the text's own quotes lets the lexer read it.
  std::string quoted = "\"";
  std::vector<size_t> places = {0};  // of each byte of `quoted` in `text`
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      quoted.push_back('\\');
      places.push_back(i);
    }
    quoted.push_back(text[i]);
    places.push_back(i);
    // An escaped character is no quote of its own.
    if (text[i] == '\\' && i + 1 < text.size()) {
      quoted.push_back(text[++i]);
      places.push_back(i);
    }
  }
  quoted.push_back('"');
  places.push_back(text.size());
  places.push_back(text.size());
  Lexer lexer(quoted);
  std::optional<Token> token = lexer.TakeQuoted(error);
  if (token && lexer.at_end()) return std::move(token->text);
  if (error) {
    if (error->code == "unterminated-string") {
      error = LexError{
          "invalid-escape", "a backslash at the end escapes nothing",
          "write '\\\\' for a backslash", quoted.size() - 2, quoted.size() - 1};
    }
    error->begin = places[error->begin];
    error->end = places[error->end];
  }
  return std::nullopt;
}

}  // namespace eyrie::rules
