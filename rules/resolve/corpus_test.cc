// SPDX-License-Identifier: Apache-2.0
//
// Published rule files load without errors, and every word knows its place.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "rules/diagnostics.h"
#include "rules/reader/rule_collection.h"
#include "rules/resolve/resolver.h"
#include "rules/source.h"
#include "rules/syntax/parser.h"
#include "rules/syntax/printer.h"

namespace eyrie::rules {
namespace {

// Sources of the published rules.
const KnownSources kKnown{{"syscall", "k8s_audit"},
                          {"container", "json", "k8saudit"}};

// The published rule files, which are not part of this repository: the
// environment variable EYRIE_SHARED_DIR names the folder that holds them.
// Empty, and said so, if there are none.
std::vector<std::shared_ptr<const SourceFile>> PublishedFiles() {
  std::vector<std::shared_ptr<const SourceFile>> files;
  const char* shared = std::getenv("EYRIE_SHARED_DIR");
  const std::filesystem::path folder =
      std::filesystem::path(shared == nullptr ? "" : shared) / "data" / "rules";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    files.push_back(std::make_shared<SourceFile>(
        entry.path().filename().string(),
        std::string(std::istreambuf_iterator<char>(stream), {})));
  }
  if (files.empty()) {
    std::printf("EYRIE_NO_SHARED: data/rules\n");
  }
  return files;
}

TEST(CorpusTest, PublishedRulesLoadWithoutErrors) {
  const auto files = PublishedFiles();
  if (files.empty()) GTEST_SKIP();
  for (const auto& file : files) {
    Diagnostics diagnostics;
    const RuleCollection collection =
        ReadRules({file}, {}, kKnown, diagnostics);
    Resolve(collection, {}, diagnostics);
    EXPECT_EQ(diagnostics.errors(), 0u) << diagnostics.ToString();
    EXPECT_FALSE(collection.rules.all().empty()) << file->name();
  }
}

TEST(CorpusTest, PrintedConditionsParseToTheSame) {
  const auto files = PublishedFiles();
  if (files.empty()) GTEST_SKIP();
  Diagnostics diagnostics;
  const ResolvedRules resolved =
      Resolve(ReadRules(files, {}, kKnown, diagnostics), {}, diagnostics);
  EXPECT_FALSE(resolved.rules.empty());
  for (const ResolvedRule& rule : resolved.rules) {
    const std::string printed = PrintExpr(*rule.condition);
    const ast::ExprPtr again =
        ParseCondition(LocatedText(printed), {}, diagnostics);
    ASSERT_NE(again, nullptr) << rule.name << diagnostics.ToString();
    EXPECT_EQ(PrintExpr(*again), printed) << rule.name;
  }
}

// Each byte of `text` that is no white space stands in the file as it is, or
// as an escape.
void ExpectPlaced(const LocatedText& text) {
  for (size_t i = 0; i < text.text().size(); ++i) {
    const char c = text.text()[i];
    if (c == ' ' || c == '\n') continue;
    const SourceRange range = text.Range(i, i + 1);
    const char there = range.file->text()[range.begin];
    EXPECT_TRUE(there == c || there == '\\')
        << text.text() << " at " << i << ": " << there;
  }
}

TEST(CorpusTest, EveryWordKnowsItsPlace) {
  const auto files = PublishedFiles();
  if (files.empty()) GTEST_SKIP();
  Diagnostics diagnostics;
  const RuleCollection collection = ReadRules(files, {}, kKnown, diagnostics);
  for (const RuleDefinition& rule : collection.rules.all()) {
    ExpectPlaced(rule.name);
    ExpectPlaced(rule.condition);
    ExpectPlaced(rule.output);
    ExpectPlaced(rule.description);
  }
  for (const MacroDefinition& macro : collection.macros.all()) {
    ExpectPlaced(macro.condition);
  }
  for (const ListDefinition& list : collection.lists.all()) {
    for (const LocatedText& item : list.items) ExpectPlaced(item);
  }
}

}  // namespace
}  // namespace eyrie::rules
