// SPDX-License-Identifier: Apache-2.0
//
// Holds docs/diagnostics.md against the codes that the sources of this folder
// report.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eyrie::rules {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// All sources, one after the other.
std::string Sources() {
  std::string sources;
  for (const auto& entry : fs::recursive_directory_iterator("rules")) {
    if (entry.path().extension() == ".cc") sources += ReadFile(entry.path());
  }
  return sources;
}

// What stands behind a report of a mistake: `Error("code"`, `code = "code"`.
std::set<std::string> ReportedCodes(const std::string& sources) {
  const std::regex report(
      "(?:Error|Warning|Fail|ReportUnknown)\\s*[({]\\s*\"([a-z0-9-]+)\""
      "|[cC]ode = \"([a-z0-9-]+)\"");
  std::set<std::string> codes;
  for (std::sregex_iterator it(sources.begin(), sources.end(), report), end;
       it != end; ++it) {
    codes.insert((*it)[1].matched ? (*it)[1].str() : (*it)[2].str());
  }
  return codes;
}

// Codes of the page's table: "| `code` | error | ...".
std::set<std::string> ListedCodes() {
  const std::string page = ReadFile("docs/diagnostics.md");
  const std::regex row("\n\\| `([a-z0-9-]+)` \\|");
  std::set<std::string> codes;
  for (std::sregex_iterator it(page.begin(), page.end(), row), end; it != end;
       ++it) {
    codes.insert((*it)[1].str());
  }
  return codes;
}

// That each code can come about, tests/conformance shows.
TEST(DiagnosticsPageTest, ListsTheCodesThatSourcesReport) {
  const std::string sources = Sources();
  const std::set<std::string> reported = ReportedCodes(sources);
  const std::set<std::string> listed = ListedCodes();
  ASSERT_GT(reported.size(), 50u) << "the sources were not found";
  EXPECT_THAT(listed, ::testing::IsSupersetOf(reported))
      << "docs/diagnostics.md lacks a code";
  for (const std::string& code : listed) {
    EXPECT_NE(sources.find("\"" + code + "\""), std::string::npos)
        << "docs/diagnostics.md lists " << code << ", which nothing reports";
  }
}

}  // namespace
}  // namespace eyrie::rules
