// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/text_index.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eyrie::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Place = TextIndex::Place;

std::vector<uint32_t> Find(const TextIndex& index, absl::string_view value) {
  std::vector<uint32_t> ids;
  index.Find(value, [&ids](uint32_t id) { ids.push_back(id); });
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

TextIndex Index(const std::vector<std::pair<Place, std::string>>& texts) {
  TextIndex index;
  for (size_t i = 0; i < texts.size(); ++i) {
    index.Add(texts[i].first, texts[i].second, static_cast<uint32_t>(i));
  }
  index.Finish();
  return index;
}

TEST(TextIndexTest, FindsNothingInNothing) {
  EXPECT_THAT(Find(Index({}), "/etc/shadow"), IsEmpty());
  EXPECT_THAT(Find(Index({}), ""), IsEmpty());
}

TEST(TextIndexTest, WholeTexts) {
  const TextIndex index = Index({{Place::kWhole, "/etc/shadow"},
                                 {Place::kWhole, ""},
                                 {Place::kWhole, "/etc/shadow"}});
  EXPECT_THAT(Find(index, "/etc/shadow"), ElementsAre(0, 2));
  EXPECT_THAT(Find(index, "/etc/shadov"), IsEmpty());
  EXPECT_THAT(Find(index, ""), ElementsAre(1));
}

TEST(TextIndexTest, BeginsNested) {
  const TextIndex index = Index({{Place::kBegin, "/etc"},
                                 {Place::kBegin, "/etc/ssh/"},
                                 {Place::kBegin, "/etc/ssl"},
                                 {Place::kBegin, ""},
                                 {Place::kBegin, "/etc"}});
  EXPECT_THAT(Find(index, "/etc/ssh/sshd"), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(Find(index, "/etc/sslx"), ElementsAre(0, 2, 3, 4));
  EXPECT_THAT(Find(index, "/etc/zzz"), ElementsAre(0, 3, 4));
  EXPECT_THAT(Find(index, "/et"), ElementsAre(3));
  EXPECT_THAT(Find(index, "\xff"), ElementsAre(3));
}

TEST(TextIndexTest, Ends) {
  const TextIndex index = Index({{Place::kEnd, ".so"},
                                 {Place::kEnd, "libc.so"},
                                 {Place::kEnd, "\xff.so"}});
  EXPECT_THAT(Find(index, "/lib/libc.so"), ElementsAre(0, 1));
  EXPECT_THAT(Find(index, "\xff.so"), ElementsAre(0, 2));
  EXPECT_THAT(Find(index, "so"), IsEmpty());
}

TEST(TextIndexTest, PartsShortAndLong) {
  const TextIndex index = Index({{Place::kAnywhere, ".."},
                                 {Place::kAnywhere, "/dev/tcp"},
                                 {Place::kAnywhere, "tcp/"},
                                 {Place::kAnywhere, ""}});
  EXPECT_THAT(Find(index, "bash -i >& /dev/tcp/1.2.3.4"), ElementsAre(1, 2, 3));
  EXPECT_THAT(Find(index, "a/../b"), ElementsAre(0, 3));
  EXPECT_THAT(Find(index, "tc"), ElementsAre(3));
}

// Texts of a small alphabet are equal, nested and overlapping often.
TEST(TextIndexTest, AgreesWithAskingEachText) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const auto text = [&random](size_t max) {
    std::string text(random() % (max + 1), 'a');
    for (char& c : text) c = "ab\xff"[random() % 3];
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<std::pair<Place, std::string>> texts(random() % 60);
    for (auto& entry : texts) {
      entry = {static_cast<Place>(random() % 4), text(8)};
    }
    const TextIndex index = Index(texts);
    for (int i = 0; i < 50; ++i) {
      const std::string value = text(12);
      std::vector<uint32_t> expected;
      for (size_t id = 0; id < texts.size(); ++id) {
        const std::string& other = texts[id].second;
        const bool found[] = {value == other, absl::StartsWith(value, other),
                              absl::EndsWith(value, other),
                              absl::StrContains(value, other)};
        if (found[static_cast<int>(texts[id].first)]) expected.push_back(id);
      }
      ASSERT_EQ(Find(index, value), expected) << "value " << value;
    }
  }
}

}  // namespace
}  // namespace eyrie::rules
