// SPDX-License-Identifier: Apache-2.0
//
// Tests of `eyrie rules fields` and `eyrie rules events`.

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "clients/cli/testing/run_eyrie.h"
#include "proto/event_catalog.h"
#include "rules/fields/field_catalog.h"

namespace eyrie::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using testing::Result;
using testing::RunEyrie;
using ::testing::StartsWith;

int Lines(const std::string& text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

TEST(RulesFieldsTest, ListsEveryField) {
  const Result all = RunEyrie({"rules", "fields", "--source", "syscall"});
  EXPECT_EQ(all.code, ExitCode::kDone);
  EXPECT_THAT(all.out, StartsWith("FIELD"));
  for (const rules::FieldInfo* field : rules::AllFields()) {
    EXPECT_THAT(all.out, HasSubstr("\n" + std::string(field->name) + "  "));
  }
  EXPECT_EQ(Lines(all.out), static_cast<int>(rules::AllFields().size()) + 1);
}

TEST(RulesFieldsTest, ListsFieldsOfOtherSources) {
  const Result audit = RunEyrie({"rules", "fields", "--source", "k8s_audit"});
  EXPECT_EQ(audit.code, ExitCode::kDone);
  EXPECT_THAT(audit.out, HasSubstr("\nka.verb  "));
  EXPECT_THAT(audit.out, ::testing::Not(HasSubstr("\nproc.name  ")));
  const Result all = RunEyrie({"rules", "fields"});
  EXPECT_THAT(all.out, HasSubstr("\nka.verb  "));
  EXPECT_THAT(all.out, HasSubstr("\nproc.name  "));
}

TEST(RulesFieldsTest, SaysWhatAFieldIs) {
  const Result table = RunEyrie({"rules", "fields", "proc.aname"});
  EXPECT_THAT(table.out, MatchesRegex("FIELD +TYPE +ARGUMENT +VALUES "
                                      "+AVAILABLE +MEANING\n"
                                      "proc.aname  string  .N. or none  any "
                                      "+yes +Names of all.*\n"));
  const Result json = RunEyrie({"rules", "fields", "util.cnt", "-o", "json"});
  EXPECT_THAT(json.out,
              StartsWith("{\"name\":\"util.cnt\",\"type\":\"unsigned integer\","
                         "\"values\":\"one\",\"argument\":\"\","
                         "\"argument_required\":false,\"owner\":\"node\","
                         "\"available\":false,\"missing\":\"a counter"));
  EXPECT_EQ(Lines(json.out), 1);
  EXPECT_THAT(RunEyrie({"rules", "fields", "util.cnt"}).out,
              HasSubstr("not yet"));
}

TEST(RulesFieldsTest, NothingFoundIsAFailureWithAHint) {
  const Result field = RunEyrie({"rules", "fields", "proc.nme"});
  EXPECT_EQ(field.code, ExitCode::kFailed);
  EXPECT_THAT(field.out, IsEmpty());
  EXPECT_THAT(field.err, HasSubstr("no field begins with \"proc.nme\"; did you "
                                   "mean proc.name?"));
  const Result event = RunEyrie({"rules", "events", "opne"});
  EXPECT_EQ(event.code, ExitCode::kFailed);
  EXPECT_THAT(event.err, HasSubstr("did you mean open?"));
  EXPECT_EQ(RunEyrie({"rules", "fields", "a", "b"}).code, ExitCode::kUsage);
  EXPECT_EQ(RunEyrie({"rules", "fields", "--source", "gitlab"}).code,
            ExitCode::kUsage);
}

TEST(RulesEventsTest, ListsWhatTheSensorReports) {
  const Result table = RunEyrie({"rules", "events"});
  EXPECT_EQ(table.code, ExitCode::kDone);
  EXPECT_EQ(Lines(table.out), static_cast<int>(AllEvents().size()) + 1);
  EXPECT_THAT(table.out, Not(HasSubstr("\nexit_group")));
  EXPECT_THAT(RunEyrie({"rules", "events", "--all"}).out,
              HasSubstr("\nexit_group "));
  EXPECT_THAT(RunEyrie({"rules", "events", "exit_g"}).out,
              HasSubstr("not yet"));
  EXPECT_EQ(RunEyrie({"rules", "events", "exit_group", "-o", "json"}).out,
            "{\"name\":\"exit_group\",\"available\":false}\n");
}

TEST(RulesEventsTest, AWholeNameShowsTheArguments) {
  EXPECT_EQ(RunEyrie({"rules", "events", "setuid"}).out,
            "FIELD        SLOT  TYPE   MEANING\n"
            "evt.arg.res     0  ERRNO  0 or negative errno.\n"
            "evt.arg.uid     1  UID    User as given.\n");
  EXPECT_THAT(RunEyrie({"rules", "events", "setuid", "-o", "json"}).out,
              HasSubstr("\"arguments\":[{\"slot\":0,\"name\":\"res\",\"type\":"
                        "\"ERRNO\",\"meaning\":\"0 or negative errno.\"},"));
}

}  // namespace
}  // namespace eyrie::cli
