// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/user_fields.h"

#include <gtest/gtest.h>

#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;

TEST(UserFieldsTest, ReadsTheEffectiveUser) {
  EventBuilder builder("openat");
  builder.Uid(0);
  builder.record().EffectiveUid(1000).EffectiveGid(1000).LoginUid(1000);
  ExpectFields(builder.Build(), {{"user.uid", "1000"},
                                 {"user.name", "alice"},
                                 {"user.homedir", "/home/alice"},
                                 {"user.shell", "/bin/zsh"},
                                 {"user.loginuid", "1000"},
                                 {"user.loginname", "alice"},
                                 {"group.gid", "1000"},
                                 {"group.name", "alice"}});
}

TEST(UserFieldsTest, UnknownUserHasAValue) {
  EventBuilder builder("openat");
  builder.Uid(4711);
  ExpectFields(builder.Build(), {{"user.uid", "4711"},
                                 {"user.name", "<NA>"},
                                 {"user.homedir", "<NA>"},
                                 {"user.shell", "<NA>"},
                                 {"user.loginuid", "-1"},
                                 {"user.loginname", "<NA>"},
                                 {"group.gid", "4711"},
                                 {"group.name", "<NA>"}});
}

TEST(UserFieldsTest, RootIsKnownWithoutTables) {
  EventBuilder builder("openat");
  builder.record().LoginUid(0);
  Event event = builder.Build();
  event.names = nullptr;
  ExpectFields(event, {{"user.name", "root"},
                       {"user.homedir", "/root"},
                       {"user.shell", "<NA>"},
                       {"user.loginname", "root"},
                       {"group.name", "root"}});
}

}  // namespace
}  // namespace eyrie::rules
