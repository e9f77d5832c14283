// SPDX-License-Identifier: Apache-2.0

#include "rules/check/widening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "rules/check/checker.h"
#include "rules/check/default_catalog.h"
#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules {
namespace {

using ::testing::HasSubstr;

// How the condition is understood, or what is wrong with it.
std::string Understand(const std::string& condition,
                       const Compat& compat = {}) {
  Diagnostics diagnostics;
  const ast::ExprPtr parsed =
      ParseCondition(LocatedText::FromFile(std::make_shared<const SourceFile>(
                         "condition", condition)),
                     {}, diagnostics);
  if (parsed == nullptr) return diagnostics.ToString();
  Checker checker(DefaultCatalog(), {}, compat);
  const BoundExprPtr bound =
      checker.Check(parsed, UnknownNames::kError, diagnostics);
  return bound == nullptr ? diagnostics.ToString() : PrintBound(*bound);
}

TEST(WideningTest, AnotherDomainIsAlsoNone) {
  EXPECT_EQ(Understand("fd.rip.name != a"),
            "(fd.rip.name != (\"a\") or (fd.rip exists and not fd.rip.name "
            "exists))");
  for (const char* as_written :
       {"fd.rip.name = (\"a\")", "fd.rip.name in (\"a\", \"b\")",
        "fd.rip.name exists", "fd.rip.name != anyof (\"a\", \"b\")",
        "fd.name != (\"a\")"}) {
    std::string condition = as_written;
    if (condition.find("= (") != std::string::npos) {
      condition.erase(condition.find('('), 1);
      condition.pop_back();
    }
    EXPECT_EQ(Understand(condition), as_written);
  }
}

TEST(WideningTest, DomainsTakeFewOperators) {
  for (const char* op : {"startswith", "contains", "glob", "<", "intersects"}) {
    const std::string right = std::string(op) == "<"            ? "1"
                              : std::string(op) == "intersects" ? "(a)"
                                                                : "a";
    EXPECT_THAT(Understand(std::string("fd.sip.name ") + op + " " + right),
                HasSubstr("it takes =, !=, exists, in"))
        << op;
  }
}

TEST(WideningTest, AnyDescriptorMayHaveAnAddress) {
  EXPECT_EQ(Understand("fd.ip exists", {.any_descriptor_has_address = true}),
            "(fd.ip exists or fd.type exists)");
}

}  // namespace
}  // namespace eyrie::rules
