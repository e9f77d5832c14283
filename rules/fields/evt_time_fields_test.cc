// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/evt_time_fields.h"

#include <gtest/gtest.h>

#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;

TEST(EvtTimeFieldsTest, FormatsTheTimeInUtc) {
  EventBuilder builder("setuid");
  builder.record().Time(2'000'000'015);
  ExpectFields(builder.Build(),
               {{"evt.rawtime", "1700000002000000015"},
                {"evt.rawtime.s", "1700000002"},
                {"evt.rawtime.ns", "15"},
                {"evt.time", "22:13:22.000000015"},
                {"evt.outputtime", "22:13:22.000000015"},
                {"evt.time.s", "22:13:22"},
                {"evt.time.iso8601", "2023-11-14T22:13:22.000000015+0000"},
                {"evt.datetime", "2023-11-14 22:13:22.000000015"},
                {"evt.datetime.s", "2023-11-14 22:13:22"},
                {"evt.reltime", "<unknown>"},
                {"evt.latency", "<unknown>"}});
}

}  // namespace
}  // namespace eyrie::rules
