// SPDX-License-Identifier: Apache-2.0
//
// The doors themselves are tested with a whole server:
// tests/integration/audit_ingest_test.cc.

#include "server/ingest/http_ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eyrie::server {
namespace {

using ::testing::ElementsAre;

TEST(SplitDocumentsTest, TakesLinesThatAreCompleteByThemselves) {
  EXPECT_THAT(SplitDocuments("{}"), ElementsAre("{}"));
  EXPECT_THAT(SplitDocuments("{}\n"), ElementsAre("{}"));
  EXPECT_THAT(SplitDocuments("{\"a\":1}\r\n\n[2]\n"),
              ElementsAre("{\"a\":1}\r", "[2]"));
}

TEST(SplitDocumentsTest, TakesTheWholeWhereItsFirstLineGoesOn) {
  EXPECT_THAT(SplitDocuments("{\n\"a\": 1\n}\n"),
              ElementsAre("{\n\"a\": 1\n}\n"));
  EXPECT_THAT(SplitDocuments(""), ElementsAre(""));
  EXPECT_THAT(SplitDocuments("7"), ElementsAre("7"));
}

}  // namespace
}  // namespace eyrie::server
