// SPDX-License-Identifier: Apache-2.0

#include "server/detect/json_detector.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "common/testing/status_matchers.h"
#include "rules/sources/event_sources.h"
#include "server/testing/temp_store.h"

namespace eyrie::server {
namespace {

constexpr char kRules[] = R"(
- rule: Any request
  desc: test
  condition: ka.verb exists
  output: "%ka.verb"
  priority: DEBUG
  source: k8s_audit
)";

class JsonDetectorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    rules::Diagnostics diagnostics;
    ASSERT_OK(rules_.Apply(
        {std::make_shared<const rules::SourceFile>("test.yaml", kRules)},
        /*validate_only=*/false, diagnostics, nullptr))
        << diagnostics.ToString();
    loaded_ = rules_.Current();
    source_ = loaded_->sources->Find("k8s_audit");
  }

  rules::JsonEvent Event(int number, const std::string& padding = "") {
    return source_
        ->MakeEvents(*rules::ParseJson(
                         absl::StrCat(R"({"verb": "get", "auditID": ")", number,
                                      R"(", "padding": ")", padding, "\"}")),
                     1)
        .events.at(0);
  }

  const std::unique_ptr<Store> store_ = testing::OpenTempStore();
  RuleStore rules_{store_.get(), {}};
  std::shared_ptr<const LoadedRules> loaded_;
  const rules::JsonSource* source_ = nullptr;
};

TEST_F(JsonDetectorTest, CountsMatchesOfARule) {
  JsonDetector detector(loaded_, *source_, "centre");
  EXPECT_EQ(detector.Judge(Event(1)), 1u);
  rules::JsonEvent other = Event(2);
  other.document.erase("verb");
  EXPECT_EQ(detector.Judge(other), 0u);
  EXPECT_EQ(detector.detections().size(), 1u);
  EXPECT_EQ(loaded_->detections[0], 1u);
}

TEST_F(JsonDetectorTest, BoundsDetectionsOfADelivery) {
  JsonDetector detector(loaded_, *source_, "centre");
  const size_t count = JsonDetector::kMaxDetections + 3;
  for (size_t i = 0; i < count; ++i) detector.Judge(Event(1));
  EXPECT_EQ(detector.detections().size(), JsonDetector::kMaxDetections);
  EXPECT_EQ(detector.dropped(), 3u);
}

TEST_F(JsonDetectorTest, BoundsDocumentsOfADelivery) {
  JsonDetector detector(loaded_, *source_, "centre");
  const std::string padding(JsonDetector::kMaxDocumentBytes / 2, 'x');
  const size_t room =
      JsonDetector::kMaxDocumentBytesInAll / JsonDetector::kMaxDocumentBytes;
  for (size_t i = 0; i < 3 * room; ++i) {
    detector.Judge(Event(static_cast<int>(i), padding));
  }
  size_t kept = 0;
  for (const v1::Detection& detection : detector.detections()) {
    kept += !detection.event().document().empty();
  }
  EXPECT_EQ(kept + detector.documents_left_out(), 3 * room);
  EXPECT_GT(kept, room);
  EXPECT_GT(detector.documents_left_out(), room / 2);
}

}  // namespace
}  // namespace eyrie::server
