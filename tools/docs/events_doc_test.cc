// SPDX-License-Identifier: Apache-2.0
//
// Tests of docs/events.md.

#include "tools/docs/events_doc.h"

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"

namespace eyrie {
namespace {

TEST(EventsDocTest, PageIsFresh) {
  std::ifstream file("docs/events.md", std::ios::binary);
  const std::string page(std::istreambuf_iterator<char>(file), {});
  EXPECT_TRUE(page == EventsDoc())
      << "docs/events.md is not what the catalogue gives; update it:\n"
         "  bazel run //tools/docs:events_doc > docs/events.md";
}

TEST(EventsDocTest, ShowsNamedAndHiddenArguments) {
  const std::string page = EventsDoc();
  EXPECT_TRUE(absl::StrContains(page,
                                "### setuid\n\nId 60.\n\n"
                                "| slot | argument | type | meaning |\n"
                                "|---:|---|---|---|\n"
                                "| 0 | `res` | ERRNO | 0 or negative errno. "
                                "|\n"
                                "| 1 | `uid` | UID | User as given. |\n"));
  EXPECT_TRUE(absl::StrContains(page, "| (realpath) | PATH |"));
}

TEST(EventsDocTest, ShowsCallsWithoutArgumentsOfTheirOwnAsOneList) {
  const std::string page = EventsDoc();
  EXPECT_TRUE(absl::StrContains(
      page, "| 0 | `ID` | SYSCALL_ID | The system call. |\n"));
  EXPECT_TRUE(absl::StrContains(page, "`getpid`"));
  EXPECT_FALSE(absl::StrContains(page, "### getpid"));
}

TEST(EventsDocTest, ShowsDescriptionsOfDescriptorsOnce) {
  const std::string page = EventsDoc();
  const size_t first = page.find("| (fd_path) | PATH |");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(page.find("| (fd_path) | PATH |", first + 1), std::string::npos);
  EXPECT_TRUE(absl::StrContains(page,
                                "| 1 | `fd` | FD | Descriptor. |\n"
                                "| 2... | | | What the descriptor is, see "));
}

TEST(EventsDocTest, ShowsOtherNamesAndThoseThatAreNotCarried) {
  const std::string page = EventsDoc();
  EXPECT_TRUE(absl::StrContains(page, "| `pread64` | `pread` |\n"));
  EXPECT_TRUE(absl::StrContains(page, "`exit_group`"));
}

TEST(EventsDocTest, ShowsEveryEvent) {
  const std::string page = EventsDoc();
  for (const EventInfo& event : AllEvents()) {
    EXPECT_TRUE(absl::StrContains(page, absl::StrCat("### ", event.name)) ||
                absl::StrContains(page, absl::StrCat("`", event.name, "`")))
        << event.name;
  }
}

}  // namespace
}  // namespace eyrie
