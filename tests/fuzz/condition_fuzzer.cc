// SPDX-License-Identifier: Apache-2.0
//
// Parses arbitrary conditions; what parses must print and parse to the same.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/parser.h"
#include "rules/syntax/printer.h"

namespace eyrie::rules {
namespace {

// Null, and a diagnostic, if `text` is no condition.
ast::ExprPtr Parse(std::string text) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<SourceFile>("condition", std::move(text));
  ast::ExprPtr expr =
      ParseCondition(LocatedText::FromFile(file), {}, diagnostics);
  // A refusal always says why.
  if ((expr == nullptr) != diagnostics.has_errors()) std::abort();
  diagnostics.ToString();
  return expr;
}

void Check(std::string text) {
  const ast::ExprPtr expr = Parse(std::move(text));
  if (expr == nullptr) return;
  const std::string printed = PrintExpr(*expr);
  const ast::ExprPtr again = Parse(printed);
  if (again != nullptr && PrintExpr(*again) == printed) return;
  std::fprintf(stderr, "does not read as it was printed: %s\n",
               printed.c_str());
  std::abort();
}

}  // namespace
}  // namespace eyrie::rules

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  eyrie::rules::Check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
