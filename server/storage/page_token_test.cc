// SPDX-License-Identifier: Apache-2.0

#include "server/storage/page_token.h"

#include <gtest/gtest.h>

#include <string>

#include "common/testing/status_matchers.h"

namespace eyrie::server {
namespace {

using ::eyrie::testing::IsOk;
using ::eyrie::testing::IsOkAndHolds;
using ::eyrie::testing::StatusIs;
using ::testing::HasSubstr;

TEST(PageTokenTest, CarriesAnyPosition) {
  const std::string positions[] = {"a", std::string("\0\xFF\x01", 3),
                                   std::string(300, 'x')};
  for (const std::string& position : positions) {
    EXPECT_THAT(DecodePageToken("q", EncodePageToken("q", position)),
                IsOkAndHolds(position));
  }
}

TEST(PageTokenTest, IsBoundToItsQuery) {
  EXPECT_THAT(DecodePageToken("other", EncodePageToken("q", "position")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("another listing")));
}

TEST(PageTokenTest, RejectsWhatIsNoToken) {
  const std::string good = EncodePageToken("q", "p");
  for (const std::string& token :
       {std::string("x"), std::string("!!!"), good.substr(0, 8),
        "Z" + good.substr(1), std::string(10'000, 'A')}) {
    EXPECT_THAT(DecodePageToken("q", token),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << token;
  }
}

TEST(PageTokenTest, ChecksPageSizes) {
  for (const int size : {1, 100, kMaxPageSize}) {
    EXPECT_THAT(CheckPageSize(size), IsOk()) << size;
  }
  for (const int size : {-1, 0, kMaxPageSize + 1}) {
    EXPECT_THAT(
        CheckPageSize(size),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 to 1000")))
        << size;
  }
}

}  // namespace
}  // namespace eyrie::server
