// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/bit_filter.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace eyrie::rules {
namespace {

TEST(BitFilterTest, TheEmptyOneHoldsNothing) {
  const BitFilter filter;
  for (uint32_t number = 0; number < 1000; ++number) {
    EXPECT_FALSE(filter.MayContain(number)) << number;
  }
}

TEST(BitFilterTest, MissesNothingAndTakesFewOthersForItsOwn) {
  for (const uint32_t count : {1u, 10u, 1000u, 60'000u}) {
    BitFilter filter(count);
    for (uint32_t i = 0; i < count; ++i) {
      filter.Insert(Fingerprint(absl::StrCat("/usr/bin/program", i)));
    }
    uint32_t others = 0;
    for (uint32_t i = 0; i < count; ++i) {
      EXPECT_TRUE(
          filter.MayContain(Fingerprint(absl::StrCat("/usr/bin/program", i))));
      others += filter.MayContain(Fingerprint(absl::StrCat("/opt/", i)));
    }
    EXPECT_LE(others, count / 5 + 1) << count;
  }
}

TEST(BitFilterTest, AnyNumberMayBeInserted) {
  BitFilter filter(0);
  filter.Insert(0);
  filter.Insert(~uint32_t{0});
  EXPECT_TRUE(filter.MayContain(0));
  EXPECT_TRUE(filter.MayContain(~uint32_t{0}));
}

TEST(FingerprintTest, DiffersForMostTexts) {
  const std::string texts[] = {"",     "a",      "b",           "aa",
                               "ab",   "ba",     "abc",         "acb",
                               "abcd", "dcba",   "abcde",       "bash",
                               "dash", "bash~1", "/etc/shadow", "/etc/passwd"};
  std::set<uint32_t> found;
  for (const std::string& text : texts) found.insert(Fingerprint(text));
  EXPECT_EQ(found.size(), std::size(texts));
}

}  // namespace
}  // namespace eyrie::rules
