// SPDX-License-Identifier: Apache-2.0
//
// Tests that events are only added and arguments only appended, compared with
// the golden catalogue: nodes of an older release must stay readable.

#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"

namespace eyrie {
namespace {

constexpr char kGolden[] = "proto/testdata/golden/v1/events.txt";
constexpr char kUpdate[] =
    "bazel run //tools/docs:events_doc -- --golden > "
    "proto/testdata/golden/v1/events.txt";

std::string ReadGolden() {
  std::ifstream file(kGolden, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// What is wrong with `current`, compared with `golden`, both as
// EventCatalogText() gives them; one line each, documentation aside.
std::vector<std::string> Breaks(absl::string_view golden,
                                absl::string_view current) {
  std::vector<std::string> breaks;
  std::vector<std::string> current_lines;
  for (absl::string_view line : absl::StrSplit(current, '\n')) {
    current_lines.emplace_back(line.substr(0, line.find(" # ")));
  }
  // Position in current_lines of what must come next in the event.
  size_t position = current_lines.size();
  for (absl::string_view line : absl::StrSplit(golden, '\n')) {
    line = line.substr(0, line.find(" # "));
    if (line.empty()) continue;
    if (absl::StartsWith(line, "event ")) {
      position = 0;
      while (position < current_lines.size() &&
             current_lines[position] != line) {
        ++position;
      }
      if (position == current_lines.size()) {
        breaks.push_back(absl::StrCat("gone or changed: ", line));
      } else {
        ++position;
      }
    } else if (position < current_lines.size()) {
      if (current_lines[position] != line) {
        breaks.push_back(
            absl::StrCat("was:", line, "; is:", current_lines[position]));
      }
      ++position;
    }
  }
  return breaks;
}

TEST(EventsDefTest, OnlyAddsToTheGoldenCatalog) {
  const std::string golden = ReadGolden();
  ASSERT_FALSE(golden.empty()) << kGolden;
  for (const std::string& line : Breaks(golden, EventCatalogText())) {
    ADD_FAILURE() << line << "\nIds are never reused and arguments only "
                  << "appended: put the old line of proto/events.def back.";
  }
  if (golden != EventCatalogText()) {
    std::printf("The catalogue has grown. Before a release, update %s:\n  %s\n",
                kGolden, kUpdate);
  }
}

TEST(EventsDefTest, TellsAdditionsFromBreaks) {
  constexpr char kOld[] =
      "event 1 execve PROCESS\n"
      "  0 ERRNO res res # Result.\n"
      "  1 STRING exe exe # Program.\n"
      "event 20 open FILE\n"
      "  0 NEW_FD fd fd # New.\n";
  struct Case {
    const char* what;
    const char* text;
    size_t breaks;
  };
  for (const Case& test : std::vector<Case>{
           {"same", kOld, 0},
           {"other documentation",
            "event 1 execve PROCESS\n  0 ERRNO res res # R.\n"
            "  1 STRING exe exe # P.\nevent 20 open FILE\n"
            "  0 NEW_FD fd fd # N.\n",
            0},
           {"appended argument and new event",
            "event 1 execve PROCESS\n  0 ERRNO res res # \n"
            "  1 STRING exe exe # \n  2 PID pid - # \n"
            "event 2 execveat PROCESS\n  0 ERRNO res res # \n"
            "event 20 open FILE\n  0 NEW_FD fd fd # \n",
            0},
           {"removed event",
            "event 1 execve PROCESS\n  0 ERRNO res res # \n"
            "  1 STRING exe exe # \n",
            1},
           {"renumbered event",
            "event 1 execve PROCESS\n  0 ERRNO res res # \n"
            "  1 STRING exe exe # \nevent 21 open FILE\n"
            "  0 NEW_FD fd fd # \n",
            1},
           {"inserted argument",
            "event 1 execve PROCESS\n  0 ERRNO res res # \n"
            "  1 PID pid pid # \n  2 STRING exe exe # \n"
            "event 20 open FILE\n  0 NEW_FD fd fd # \n",
            1},
           {"removed argument",
            "event 1 execve PROCESS\n  0 ERRNO res res # \n"
            "event 20 open FILE\n  0 NEW_FD fd fd # \n",
            1},
           {"changed type",
            "event 1 execve PROCESS\n  0 INT64 res res # \n"
            "  1 STRING exe exe # \nevent 20 open FILE\n"
            "  0 NEW_FD fd fd # \n",
            1},
           {"hidden argument",
            "event 1 execve PROCESS\n  0 ERRNO res res # \n"
            "  1 STRING exe - # \nevent 20 open FILE\n"
            "  0 NEW_FD fd fd # \n",
            1},
       }) {
    EXPECT_EQ(Breaks(kOld, test.text).size(), test.breaks) << test.what;
  }
}

}  // namespace
}  // namespace eyrie
