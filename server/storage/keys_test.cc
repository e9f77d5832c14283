// SPDX-License-Identifier: Apache-2.0

#include "server/storage/keys.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/testing/status_matchers.h"

namespace eyrie::server::keys {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;

constexpr char kId[] = "00112233445566778899aabbccddeeff";

// Strings that are easily mixed up: prefixes of each other, with the bytes that
// the encoding itself uses.
std::string RandomString(std::mt19937_64& random) {
  static constexpr char kBytes[] = {'\x00', '\x01', '\x02',
                                    'a',    '\xFE', '\xFF'};
  std::string text;
  const size_t size = random() % 5;
  for (size_t i = 0; i < size; ++i) {
    text.push_back(kBytes[random() % std::size(kBytes)]);
  }
  return text;
}

absl::Time RandomTime(std::mt19937_64& random) {
  // Near each other, or anywhere that fits.
  const auto nanoseconds = static_cast<int64_t>(random());
  return absl::UnixEpoch() +
         absl::Nanoseconds(random() % 2 == 0 ? nanoseconds % 4 : nanoseconds);
}

int Sign(const absl::string_view a, const absl::string_view b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

TEST(KeysTest, SpellsKeysAsDocumented) {
  const absl::Time time = absl::FromUnixSeconds(1'767'225'600);
  const struct {
    std::string key;
    std::string expected_hex;
  } cases[] = {
      {TimeList(), "74"},
      {StringList(Index::kRule, "ab"), "7261620001"},
      {StringList(Index::kNode, std::string("a\0b", 3)), "6e6100ff620001"},
      {ByteList(Index::kPriority, 5), "7005"},
      {ByteList(Index::kState, 1), "7301"},
      {IncidentList("ff"), "696666"},
      {StringLists(Index::kContainer, "0a"), "633061"},
      {StringList(Index::kNamespace, "ab"), "6b61620001"},
      {StringList(Index::kWorkload, "ab"), "7761620001"},
      {StringList(Index::kLabel, "a=b"), "6c613d620001"},
      {StringLists(Index::kImage, "ab"), "6d6162"},
      // 0x18867251edfa0000 ns; offset by 2^63: 0x9886…; inverted: 0x6779….
      {Position(time, "ff"), "67798dae1205ffff6666"},
      {Ack("n1", 0x0102030405060708), "6e3100010102030405060708"},
      {Gaps(), "76"},
      {GapTimeList(), "74"},
      {GapNodeList("n"), "6e6e0001"},
      {EncodeAckValue({5, time}), "000000000000000598867251edfa0000"},
  };
  for (const auto& [key, expected_hex] : cases) {
    EXPECT_EQ(absl::BytesToHexString(key), expected_hex);
  }
}

TEST(KeysTest, StringsKeepTheirOrderWhateverFollows) {
  const unsigned seed = 20260101;
  std::mt19937_64 random(seed);
  for (int i = 0; i < 200'000; ++i) {
    const std::string a = RandomString(random);
    const std::string b = RandomString(random);
    std::string key_a;
    std::string key_b;
    AppendString(a, &key_a);
    AppendString(b, &key_b);
    if (a != b) {
      ASSERT_FALSE(absl::StartsWith(key_a, key_b))
          << absl::CHexEscape(a) << " " << absl::CHexEscape(b);
    }
    key_a += RandomString(random);
    key_b += a == b ? key_a.substr(key_b.size()) : RandomString(random);
    ASSERT_EQ(Sign(key_a, key_b), Sign(a, b))
        << absl::CHexEscape(a) << " " << absl::CHexEscape(b);
  }
}

TEST(KeysTest, IndexKeysSortByValueThenNewestFirstThenId) {
  const unsigned seed = 20260102;
  std::mt19937_64 random(seed);
  struct Parts {
    std::string value;
    absl::Time time;
    std::string id;
  };
  const auto make = [&random] {
    return Parts{RandomString(random), RandomTime(random),
                 absl::StrCat(absl::Hex(random() % 3, absl::kZeroPad16),
                              "0000000000000000")};
  };
  for (int i = 0; i < 100'000; ++i) {
    const Parts a = make();
    Parts b = make();
    if (random() % 2 == 0) b.value = a.value;
    if (random() % 4 == 0) b.time = a.time;
    const auto key = [](const Parts& parts) {
      return absl::StrCat(StringList(Index::kRule, parts.value),
                          Position(parts.time, parts.id));
    };
    // Times the other way round: newest first.
    const auto left = std::tie(a.value, b.time, a.id);
    const auto right = std::tie(b.value, a.time, b.id);
    const int expected = left < right ? -1 : left > right ? 1 : 0;
    ASSERT_EQ(Sign(key(a), key(b)), expected)
        << absl::CHexEscape(a.value) << " " << a.time << " | "
        << absl::CHexEscape(b.value) << " " << b.time;
  }
}

TEST(KeysTest, IndexKeysSurviveTheRoundTrip) {
  std::mt19937_64 random(20260103);
  for (int i = 0; i < 20'000; ++i) {
    const std::string value = RandomString(random);
    const absl::Time time = RandomTime(random);
    const std::string position = Position(time, kId);
    for (const Index index :
         {Index::kRule, Index::kNode, Index::kContainer, Index::kTag,
          Index::kNamespace, Index::kWorkload, Index::kImage, Index::kLabel}) {
      ASSERT_OK_AND_ASSIGN(
          const IndexKey key,
          DecodeIndexKey(absl::StrCat(StringList(index, value), position)));
      ASSERT_EQ(key.index, index);
      ASSERT_EQ(key.value, value);
      ASSERT_EQ(key.time, time);
      ASSERT_EQ(key.id, kId);
    }
    const auto byte = static_cast<uint8_t>(random());
    ASSERT_OK_AND_ASSIGN(const IndexKey priority,
                         DecodeIndexKey(absl::StrCat(
                             ByteList(Index::kPriority, byte), position)));
    ASSERT_EQ(priority.byte, byte);
    ASSERT_OK_AND_ASSIGN(
        const IndexKey incident,
        DecodeIndexKey(absl::StrCat(IncidentList(kId), position)));
    ASSERT_EQ(incident.value, kId);
    ASSERT_OK_AND_ASSIGN(const PositionParts parts, DecodePosition(position));
    ASSERT_EQ(parts.time, time);
    ASSERT_EQ(parts.id, kId);
  }
}

TEST(KeysTest, AcksAndGapsSurviveTheRoundTrip) {
  std::mt19937_64 random(20260104);
  for (int i = 0; i < 20'000; ++i) {
    const std::string node = RandomString(random);
    const uint64_t run_id = random();
    ASSERT_OK_AND_ASSIGN(const AckKey ack, DecodeAck(Ack(node, run_id)));
    ASSERT_EQ(ack.node, node);
    ASSERT_EQ(ack.run_id, run_id);

    const AckValue value = {random(), RandomTime(random)};
    ASSERT_OK_AND_ASSIGN(const AckValue decoded,
                         DecodeAckValue(EncodeAckValue(value)));
    ASSERT_EQ(decoded.sequence, value.sequence);
    ASSERT_EQ(decoded.update_time, value.update_time);

    const GapId id = {node, run_id, RandomTime(random)};
    const absl::Time last_seen = RandomTime(random);
    ASSERT_OK_AND_ASSIGN(const GapId gap, DecodeGap(Gap(id)));
    ASSERT_OK_AND_ASSIGN(const GapPositionParts parts,
                         DecodeGapPosition(GapPosition(last_seen, id)));
    ASSERT_EQ(parts.last_seen, last_seen);
    for (const GapId& other : {gap, parts.id}) {
      ASSERT_EQ(other.node, id.node);
      ASSERT_EQ(other.run_id, id.run_id);
      ASSERT_EQ(other.first_seen, id.first_seen);
    }
  }
}

TEST(KeysTest, PlacesOfHeldRecordsSurviveTheRoundTripInOrder) {
  const RecordPlace places[] = {
      {"a", 1, 1, 0}, {"a", 1, 1, UINT32_MAX},
      {"a", 1, 2, 0}, {"a", UINT64_MAX, 1, 0},
      {"b", 0, 0, 0}, {std::string("b\0", 2), 1, 1, 1},
  };
  std::string previous;
  for (const RecordPlace& place : places) {
    const std::string key = Held(place);
    EXPECT_LT(previous, key);
    EXPECT_THAT(DecodeHeld(key), IsOkAndHolds(place));
    EXPECT_THAT(DecodeHeld(key + "x"), StatusIs(absl::StatusCode::kDataLoss));
    previous = key;
  }
  EXPECT_THAT(DecodeHeld(Ack("a", 1)), StatusIs(absl::StatusCode::kDataLoss));
  std::string large = Ack("a", 1);
  AppendNumber(1, &large);
  AppendNumber(uint64_t{1} << 32, &large);
  EXPECT_THAT(DecodeHeld(large), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(KeysTest, RejectsWhatIsNoKey) {
  const std::string good = absl::StrCat(StringList(Index::kRule, "r"),
                                        Position(absl::UnixEpoch(), kId));
  ASSERT_THAT(DecodeIndexKey(good), IsOk());
  // Every cut, and anything behind.
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_THAT(DecodeIndexKey(good.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss))
        << size;
  }
  const std::string bad[] = {
      absl::StrCat(good, "0"),
      absl::StrCat("X", good),                           // no such kind
      absl::StrCat("r", "a", std::string("\0\x02", 2)),  // no such escape
      absl::StrCat(TimeList(), Position(absl::UnixEpoch(), "xyz")),
      absl::StrCat(TimeList(), Position(absl::UnixEpoch(),
                                        "00112233445566778899AABBCCDDEEFF")),
  };
  for (const std::string& key : bad) {
    EXPECT_THAT(DecodeIndexKey(key), StatusIs(absl::StatusCode::kDataLoss))
        << absl::CHexEscape(key);
  }
  EXPECT_THAT(DecodePosition("x"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeAck("x"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeAckValue("x"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeGap(GapTimeList()), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeGapPosition("x"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(KeysTest, ClampsTimesThatDoNotFit) {
  EXPECT_EQ(FirstPosition(absl::InfiniteFuture()), std::string(8, '\0'));
  EXPECT_EQ(FirstPosition(absl::InfinitePast()), std::string(8, '\xFF'));
  EXPECT_EQ(FirstPosition(absl::FromUnixSeconds(253'402'300'799)),
            std::string(8, '\0'));
}

TEST(KeysTest, PrefixEndIsTheFirstKeyAfterAllWithThePrefix) {
  const struct {
    std::string prefix;
    std::string end;
  } cases[] = {
      {"a", "b"},       {"ab", "ac"},     {std::string("a\0", 2), "a\x01"},
      {"a\xFF", "b"},   {"\xFF\xFF", ""}, {"", ""},
      {"\x7F", "\x80"},
  };
  for (const auto& [prefix, end] : cases) {
    EXPECT_EQ(PrefixEnd(prefix), end) << absl::CHexEscape(prefix);
  }
}

}  // namespace
}  // namespace eyrie::server::keys
