// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/fd_list_fields.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"

#include "rules/fields/event.h"
#include "rules/fields/testing/event_builder.h"
#include "rules/fields/testing/read_field.h"

namespace eyrie::rules {
namespace {

using testing::EventBuilder;
using testing::ExpectFields;

std::string Polled(std::initializer_list<pollfd> list) {
  return std::string(reinterpret_cast<const char*>(list.begin()),
                     list.size() * sizeof(pollfd));
}

TEST(FdListFieldsTest, ReadsWhatIsPolled) {
  for (const char* call : {"poll", "ppoll"}) {
    EventBuilder builder(call);
    builder.Result(1).SetBytes(
        "fds",
        Polled({{3, POLLIN, POLLIN}, {-1, 0, 0}, {12, POLLIN, POLLHUP}}));
    SCOPED_TRACE(call);
    ExpectFields(builder.Build(), {{"fdlist.nums", "3,-1,12"},
                                   {"evt.arg.fds", "3:?1 -1:?0 12:?10"},
                                   {"fdlist.names", "<unknown>"},
                                   {"fdlist.sports", "<unknown>"},
                                   {"fd.num", "<absent>"}});
  }
}

TEST(FdListFieldsTest, ListsThatAreEmptyCutOrMissing) {
  EventBuilder empty("poll");
  empty.Result(0).SetBytes("fds", "");
  ExpectFields(empty.Build(),
               {{"fdlist.nums", "<absent>"}, {"evt.arg.fds", "NULL"}});
  EventBuilder cut("poll");
  cut.Result(0).SetBytes("fds", Polled({{3, 0, 0}, {4, 0, 0}}).substr(0, 13));
  ExpectFields(cut.Build(), {{"fdlist.nums", "3"}, {"evt.arg.fds", "3:?0"}});
  EventBuilder missing("poll");
  missing.Result(0);
  ExpectFields(missing.Build(),
               {{"fdlist.nums", "<unknown>"}, {"evt.arg.fds", "NULL"}});
}

TEST(FdListFieldsTest, OtherEventsHaveNoList) {
  EventBuilder builder("open");
  ExpectFields(builder.Build(),
               {{"fdlist.nums", "<absent>"}, {"fdlist.names", "<absent>"}});
}

}  // namespace
}  // namespace eyrie::rules
