// SPDX-License-Identifier: Apache-2.0

#include "rules/format/condition_layout.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/parser.h"
#include "rules/syntax/printer.h"

namespace eyrie::rules {
namespace {

constexpr size_t kIndent = 2;

// The condition in canonical form; empty if it has a mistake.
std::string Canonical(const std::string& condition) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(condition);
  // What is appended continues a condition.
  const bool continues =
      absl::StartsWith(text, "and") || absl::StartsWith(text, "or");
  const LocatedText located = LocatedText::FromFile(
      std::make_shared<const SourceFile>("condition", condition));
  Diagnostics ignored;
  ast::ExprPtr parsed = ParseCondition(located, {}, ignored);
  if (parsed == nullptr && continues) {
    parsed = ParseCondition(
        LocatedText::FromFile(std::make_shared<const SourceFile>(
            "condition", absl::StrCat("a.b exists ", condition))),
        {}, ignored);
  }
  return parsed == nullptr ? "" : PrintExpr(*parsed);
}

// A word, a quoted text, or one of `( ) ,`.
struct Token {
  absl::string_view text;
  bool has_space_before = false;
  size_t partner = 0;  // of a parenthesis: the other one
};

bool IsSpace(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c));
}

// The end of the token at `begin`. A quote that is not closed goes to the end.
size_t TokenEnd(absl::string_view text, size_t begin) {
  const char first = text[begin];
  if (first == '(' || first == ')' || first == ',') return begin + 1;
  if (first == '"' || first == '\'') {
    for (size_t i = begin + 1; i < text.size(); ++i) {
      if (text[i] == '\\') {
        ++i;
      } else if (text[i] == first) {
        return i + 1;
      }
    }
    return text.size();
  }
  const size_t end = std::min(text.find_first_of("(),\"'", begin), text.size());
  return static_cast<size_t>(
      std::find_if(text.begin() + begin, text.begin() + end, IsSpace) -
      text.begin());
}

// Nothing if parentheses do not match.
std::optional<std::vector<Token>> Tokenize(absl::string_view text) {
  std::vector<Token> tokens;
  std::vector<size_t> open;
  bool has_space = false;
  for (size_t at = 0; at < text.size();) {
    if (IsSpace(text[at])) {
      has_space = true;
      ++at;
      continue;
    }
    const size_t end = TokenEnd(text, at);
    tokens.push_back({text.substr(at, end - at), has_space});
    has_space = false;
    at = end;
    if (tokens.back().text == "(") {
      open.push_back(tokens.size() - 1);
    } else if (tokens.back().text == ")") {
      if (open.empty()) return std::nullopt;
      tokens.back().partner = open.back();
      tokens[open.back()].partner = tokens.size() - 1;
      open.pop_back();
    }
  }
  if (!open.empty()) return std::nullopt;
  return tokens;
}

// Nothing if there are none, or one with a line end or another control
// character inside.
std::optional<std::vector<Token>> ReadTokens(absl::string_view condition) {
  auto tokens = Tokenize(condition);
  if (!tokens || tokens->empty()) return std::nullopt;
  for (const Token& token : *tokens) {
    if (std::any_of(token.text.begin(), token.text.end(),
                    absl::ascii_iscntrl)) {
      return std::nullopt;
    }
  }
  return tokens;
}

// Whether `text` says what `condition` does, and that has no mistake. Our
// tokens are a guess at those of the language; this is certain.
bool IsLayoutOf(const std::string& text, const std::string& condition) {
  const std::string canonical = Canonical(condition);
  return !canonical.empty() && canonical == Canonical(text);
}

// Writes ranges [begin, end) of tokens as lines.
class Writer {
 public:
  Writer(const std::vector<Token>& tokens, size_t width)
      : tokens_(tokens), width_(width) {}

  std::vector<std::string> Run() {
    WriteOperands(0, tokens_.size(), 0);
    return std::move(lines_);
  }

  // In one line.
  std::string Flat(size_t begin, size_t end) const {
    std::string text;
    for (size_t i = begin; i < end; ++i) {
      if (i > begin && tokens_[i].has_space_before) text += ' ';
      text.append(tokens_[i].text.data(), tokens_[i].text.size());
    }
    return text;
  }

 private:
  void Line(size_t indent, absl::string_view text) {
    lines_.push_back(absl::StrCat(std::string(indent, ' '), text));
  }

  bool WriteFlat(size_t begin, size_t end, size_t indent) {
    const std::string flat = Flat(begin, end);
    if (indent + flat.size() > width_) return false;
    Line(indent, flat);
    return true;
  }

  // Calls `visit` for the tokens of [begin, end) outside of parentheses.
  template <typename Visit>
  void ForEachOutside(size_t begin, size_t end, Visit visit) const {
    for (size_t i = begin; i < end; ++i) {
      visit(i);
      if (tokens_[i].text == "(") i = tokens_[i].partner;
    }
  }

  void WriteOperands(size_t begin, size_t end, size_t indent) {
    std::vector<size_t> starts = {begin};
    ForEachOutside(begin, end, [&](size_t i) {
      const bool joins = tokens_[i].text == "and" || tokens_[i].text == "or";
      if (joins && i > begin) starts.push_back(i);
    });
    starts.push_back(end);
    for (size_t i = 0; i + 1 < starts.size(); ++i) {
      WriteOperand(starts[i], starts[i + 1], indent);
    }
  }

  // Without `and` and `or` outside of parentheses, but for one in front.
  void WriteOperand(size_t begin, size_t end, size_t indent) {
    if (WriteFlat(begin, end, indent)) return;
    size_t longest = end;
    size_t length = 0;
    ForEachOutside(begin, end, [&](size_t i) {
      if (tokens_[i].text != "(") return;
      const size_t inside = Flat(i + 1, tokens_[i].partner).size();
      if (inside > length) {
        longest = i;
        length = inside;
      }
    });
    if (longest == end) {  // one long word, or several
      Line(indent, Flat(begin, end));
      return;
    }
    const size_t close = tokens_[longest].partner;
    Line(indent, Flat(begin, longest + 1));
    WriteInside(longest + 1, close, indent + kIndent);
    Line(indent, Flat(close, end));
  }

  void WriteInside(size_t begin, size_t end, size_t indent) {
    std::vector<size_t> starts = {begin};  // of a list's items
    ForEachOutside(begin, end, [&](size_t i) {
      if (tokens_[i].text == ",") starts.push_back(i + 1);
    });
    if (starts.size() == 1) {
      if (!WriteFlat(begin, end, indent)) WriteOperands(begin, end, indent);
      return;
    }
    starts.push_back(end);
    std::string line;
    for (size_t i = 0; i + 1 < starts.size(); ++i) {
      const std::string item = Flat(starts[i], starts[i + 1]);
      if (!line.empty() && indent + line.size() + 1 + item.size() > width_) {
        Line(indent, line);
        line.clear();
      }
      absl::StrAppend(&line, line.empty() ? "" : " ", item);
    }
    Line(indent, line);
  }

  const std::vector<Token>& tokens_;
  const size_t width_;
  std::vector<std::string> lines_;
};

}  // namespace

bool IsSameCondition(const std::string& a, const std::string& b) {
  return a == b || IsLayoutOf(a, b);
}

std::optional<std::vector<std::string>> LayOutCondition(
    const std::string& condition, size_t width) {
  const auto tokens = ReadTokens(condition);
  if (!tokens) return std::nullopt;
  std::vector<std::string> lines = Writer(*tokens, width).Run();
  if (!IsLayoutOf(absl::StrJoin(lines, "\n"), condition)) return std::nullopt;
  return lines;
}

std::optional<std::string> JoinCondition(const std::string& condition) {
  const auto tokens = ReadTokens(condition);
  if (!tokens) return std::nullopt;
  std::string line = Writer(*tokens, 0).Flat(0, tokens->size());
  if (!IsLayoutOf(line, condition)) return std::nullopt;
  return line;
}

}  // namespace eyrie::rules
