// SPDX-License-Identifier: Apache-2.0
//
// A thousand broken rule files: each loads or gets diagnostics, none crashes or
// hangs. Run it with --config=asan to see that none leaks either.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "rules/engine.h"
#include "rules/source.h"

namespace eyrie::rules {
namespace {

constexpr int kFiles = 1000;
// A file of 64 KiB loads in well under a second; a sanitizer takes ten times
// as long. What takes this long hangs.
constexpr absl::Duration kHang = absl::Seconds(60);

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Makes one mistake that people or machines make.
class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}

  std::string Mutate(std::string text) {
    const int mistakes = 1 + static_cast<int>(Below(4));
    for (int i = 0; i < mistakes && !text.empty(); ++i) MutateOnce(text);
    return text;
  }

 private:
  size_t Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void MutateOnce(std::string& text) {
    const size_t at = Below(text.size());
    switch (Below(8)) {
      case 0:  // a wrong byte
        text[at] = static_cast<char>(random_());
        break;
      case 1:  // a byte lost
        text.erase(at, 1);
        break;
      case 2:  // a piece lost
        text.erase(at, 1 + Below(200));
        break;
      case 3:  // cut off
        text.resize(at);
        break;
      case 4:  // a piece twice
        text.insert(at, text.substr(Below(text.size()), 1 + Below(500)));
        break;
      case 5:  // something that means something
        text.insert(at, Token());
        break;
      case 6:
        SwapLines(text);
        break;
      case 7:  // wrong indentation
        text.insert(text.rfind('\n', at) + 1, std::string(1 + Below(8), ' '));
        break;
    }
  }

  std::string Token() {
    static const std::vector<std::string>* const tokens =
        new std::vector<std::string>{"(",
                                     ")",
                                     "\"",
                                     "'",
                                     "\\",
                                     " and ",
                                     " or not ",
                                     ", ",
                                     ": ",
                                     "- ",
                                     "\n",
                                     "\t",
                                     "[",
                                     "]",
                                     "{",
                                     "}",
                                     "&a ",
                                     "*a",
                                     "!!binary ",
                                     "|",
                                     ">",
                                     "---\n",
                                     "%",
                                     "#",
                                     "not (not (",
                                     "append: true\n",
                                     "0x",
                                     "\xff",
                                     std::string(1, '\0'),
                                     " in ",
                                     " exists ",
                                     " regex ((((",
                                     "override:\n",
                                     " startswith ",
                                     "evt.type=",
                                     "val(",
                                     "tolower("};
    return (*tokens)[Below(tokens->size())];
  }

  void SwapLines(std::string& text) {
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    std::swap(lines[Below(lines.size())], lines[Below(lines.size())]);
    text = absl::StrJoin(lines, "\n");
  }

  std::mt19937_64 random_;
};

std::vector<std::string> OriginalTexts() {
  std::vector<std::string> texts;
  for (const char* name : {"macros", "file", "application", "network"}) {
    texts.push_back(ReadFile(absl::StrCat("rules/library/", name, ".yaml")));
  }
  if (const char* shared = std::getenv("EYRIE_SHARED_DIR")) {
    texts.push_back(
        ReadFile(absl::StrCat(shared, "/data/rules/falco_rules.yaml")));
  } else {
    std::printf("EYRIE_NO_SHARED: mutating only our own rule files\n");
  }
  return texts;
}

TEST(MalformedRulesTest, EachLoadsOrGetsDiagnostics) {
  const char* given = std::getenv("EYRIE_SEED");
  uint64_t seed = std::random_device()();
  if (given != nullptr) {
    ASSERT_TRUE(absl::SimpleAtoi(given, &seed)) << given;
  }
  std::printf("seed: EYRIE_SEED=%lu\n", seed);
  const std::vector<std::string> originals = OriginalTexts();
  int refused = 0;
  for (int i = 0; i < kFiles; ++i) {
    Mutator mutator(seed + static_cast<uint64_t>(i));
    const std::string& original = originals[i % originals.size()];
    const auto file = std::make_shared<const SourceFile>(
        "mutated.yaml", mutator.Mutate(original));
    Diagnostics diagnostics;
    const absl::Time start = absl::Now();
    const auto set = LoadRules({file}, LoadOptions(), diagnostics);
    ASSERT_LT(absl::Now() - start, kHang) << "file " << i;
    if (set == nullptr) {
      ++refused;
      EXPECT_TRUE(diagnostics.has_errors()) << "file " << i;
      EXPECT_NE(diagnostics.ToString().find("error:"), std::string::npos);
    } else {
      EXPECT_FALSE(diagnostics.has_errors()) << "file " << i;
    }
  }
  std::printf("%d of %d files refused\n", refused, kFiles);
  // Mutations that never hurt would test nothing.
  EXPECT_GT(refused, kFiles / 10);
}

}  // namespace
}  // namespace eyrie::rules
