// SPDX-License-Identifier: Apache-2.0
//
// A piece of a condition's text.

#ifndef EYRIE_RULES_SYNTAX_TOKEN_H_
#define EYRIE_RULES_SYNTAX_TOKEN_H_

#include <cstddef>
#include <string>

namespace eyrie::rules {

// What a token is, is what the lexer was asked for: the language has no
// reserved words, and `in` may be a value as well as an operator.
struct Token {
  std::string text;  // quotes and escapes resolved
  bool quoted = false;
  // Bytes [begin, end) of the condition, quotes included.
  size_t begin = 0;
  size_t end = 0;
};

// Why a token cannot be read.
struct LexError {
  std::string code;
  std::string message;
  std::string hint;
  size_t begin = 0;
  size_t end = 0;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SYNTAX_TOKEN_H_
