// SPDX-License-Identifier: Apache-2.0
//
// Tests of alerts as JSON.

#include "clients/cli/alert_json.h"

#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace eyrie::cli {
namespace {

TEST(AlertJsonTest, HasFalcosKeys) {
  v1::Detection detection;
  detection.set_id("0123456789abcdef0123456789abcdef");
  detection.mutable_time()->set_seconds(1'700'000'000);
  detection.mutable_time()->set_nanos(5);
  detection.set_rule("Password hashes read");
  detection.set_priority(v1::WARNING);
  detection.set_output("Password hashes read (file=/etc/shadow)");
  auto& fields = *detection.mutable_output_fields()->mutable_fields();
  fields["user.loginuid"].set_number_value(-1);
  fields["fd.name"].set_string_value("/etc/shadow");
  fields["container.id"].set_null_value(google::protobuf::NULL_VALUE);
  fields["evt.is_open_read"].set_bool_value(true);
  detection.set_source("syscall");
  detection.add_tags("file");
  detection.add_tags("T1003.008");
  detection.set_node("node1");
  const std::string expected =
      R"({"time":"2023-11-14T22:13:20.000000005Z",)"
      R"("rule":"Password hashes read","priority":"Warning",)"
      R"x("output":"Password hashes read (file=/etc/shadow)",)x"
      R"("output_fields":{"container.id":null,"evt.is_open_read":true,)"
      R"("fd.name":"/etc/shadow","user.loginuid":-1},)"
      R"("source":"syscall","tags":["file","T1003.008"],"hostname":"node1",)"
      R"("uuid":"0123456789abcdef0123456789abcdef"})";
  EXPECT_EQ(ToAlertJson(detection), expected);
}

TEST(AlertJsonTest, WritesWholeNumbersAsIntegers) {
  struct Case {
    double number;
    const char* json;
  };
  for (const Case& test : std::vector<Case>{
           {0, "0"},
           {-1, "-1"},
           {0.5, "0.5"},
           {4294967295.0, "4294967295"},
           {9007199254740992.0, "9007199254740992"},
           {1.7e18, "1700000000000000000"},
           {-0x1p63, "-9223372036854775808"},
           {0x1p63, "9223372036854775808"},
           {0x1.fffffffffffffp63, "18446744073709549568"},
       }) {
    v1::Detection detection;
    (*detection.mutable_output_fields()->mutable_fields())["n"]
        .set_number_value(test.number);
    const std::string json = ToAlertJson(detection);
    EXPECT_NE(json.find(std::string("{\"n\":") + test.json + "}"),
              std::string::npos)
        << json;
  }
}

TEST(AlertJsonTest, SurvivesBytesThatAreNoText) {
  v1::Detection detection;
  detection.set_output("a\xff\x1b\"b");
  const std::string json = ToAlertJson(detection);
  EXPECT_NE(json.find(R"("output":"a)"
                      "\xef\xbf\xbd"
                      R"(\u001b\"b")"),
            std::string::npos)
      << json;
}

}  // namespace
}  // namespace eyrie::cli
