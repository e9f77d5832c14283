// SPDX-License-Identifier: Apache-2.0
//
// Tests of the event catalogue's tables.

#include "proto/event_catalog.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"

#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie {
namespace {

TEST(EventCatalogTest, IdsAscendWithinTheirRange) {
  int previous = EYRIE_EVENT_NONE;
  for (const EventInfo& event : AllEvents()) {
    EXPECT_GT(event.id, previous) << event.name;
    EXPECT_LT(event.id, EYRIE_EVENT_LIMIT) << event.name;
    previous = event.id;
  }
}

TEST(EventCatalogTest, NamesAreUnique) {
  std::set<std::string> names;
  for (const EventInfo& event : AllEvents()) {
    EXPECT_TRUE(names.insert(std::string(event.name)).second) << event.name;
    std::set<std::string> fields, arguments;
    for (const ArgumentInfo& argument : event.arguments) {
      EXPECT_TRUE(fields.insert(std::string(argument.field)).second)
          << event.name << "." << argument.field;
      if (argument.name.empty()) continue;
      EXPECT_TRUE(arguments.insert(std::string(argument.name)).second)
          << event.name << "." << argument.name;
    }
  }
}

TEST(EventCatalogTest, EveryArgumentIsDocumented) {
  for (const EventInfo& event : AllEvents()) {
    EXPECT_LE(event.arguments.size(), size_t{EYRIE_MAX_SLOTS}) << event.name;
    for (const ArgumentInfo& argument : event.arguments) {
      EXPECT_TRUE(absl::EndsWith(argument.doc, "."))
          << event.name << "." << argument.field << ": " << argument.doc;
    }
  }
}

TEST(EventCatalogTest, FindsEventsByIdAndName) {
  for (const EventInfo& event : AllEvents()) {
    EXPECT_EQ(FindEvent(event.id), &event) << event.name;
    EXPECT_EQ(FindEvent(event.name), &event) << event.name;
  }
  for (const uint16_t id : {0, 19, 63, 4095, 65535}) {
    EXPECT_EQ(FindEvent(id), nullptr) << id;
  }
  for (const char* name : {"", "open ", "OPEN", "openat3", "nosuchcall"}) {
    EXPECT_EQ(FindEvent(absl::string_view(name)), nullptr) << name;
  }
}

TEST(EventCatalogTest, SlotsAreThoseOfTheStructs) {
  const EventInfo* openat = FindEvent(EYRIE_EVENT_openat);
  ASSERT_NE(openat, nullptr);
  EXPECT_EQ(openat->category, EventCategory::kFile);
  EXPECT_EQ(openat->arguments.size(), EYRIE_SLOTS(openat));
  EXPECT_EQ(openat->FindArgument("flags"), SlotOf(&eyrie_openat_args::flags));
  EXPECT_EQ(openat->FindArgument("name"), SlotOf(&eyrie_openat_args::name));
  EXPECT_EQ(openat->FindArgument("FLAGS"), -1);

  const EventInfo* fork = FindEvent("fork");
  ASSERT_NE(fork, nullptr);
  EXPECT_EQ(fork->arguments.size(), EYRIE_SLOTS(fork));
  // The name in rules may differ from the field's.
  EXPECT_EQ(fork->FindArgument("tid"), SlotOf(&eyrie_fork_args::child_tid));
  EXPECT_EQ(fork->arguments[2].doc,
            "Process id of the child; a new thread has its maker's.");
}

TEST(EventCatalogTest, HiddenArgumentsCannotBeFound) {
  const EventInfo* openat = FindEvent("openat");
  ASSERT_NE(openat, nullptr);
  EXPECT_EQ(openat->FindArgument(""), -1);
  EXPECT_EQ(openat->FindArgument("realpath"), -1);
}

TEST(EventCatalogTest, TypesSayWhetherTheyAreVariable) {
  for (const ArgumentType type :
       {ArgumentType::kString, ArgumentType::kStrings, ArgumentType::kPath,
        ArgumentType::kRequestedPath, ArgumentType::kSockaddr}) {
    EXPECT_TRUE(IsVariable(type)) << ArgumentTypeName(type);
  }
  for (const ArgumentType type :
       {ArgumentType::kTuple, ArgumentType::kInt64, ArgumentType::kNewFd,
        ArgumentType::kSocketFlags}) {
    EXPECT_FALSE(IsVariable(type)) << ArgumentTypeName(type);
  }
  EXPECT_EQ(ArgumentTypeName(ArgumentType::kNewFd), "NEW_FD");
  EXPECT_EQ(EventCategoryName(EventCategory::kSnapshot), "SNAPSHOT");
}

TEST(EventCatalogTest, TextHasALineForEventAndArgument) {
  const std::string text = EventCatalogText();
  EXPECT_TRUE(absl::StrContains(text,
                                "event 60 setuid USER\n"
                                "  0 ERRNO res res # 0 or negative errno.\n"
                                "  1 UID uid uid # User as given.\n"))
      << text;
  EXPECT_TRUE(absl::StrContains(
      text, "  7 PATH realpath - # Path from the kernel; empty on failure.\n"))
      << text;
  EXPECT_NE(EventCatalogHash(), 0u);
}

TEST(EventCatalogTest, FutureNamesAreSortedAndNotCarried) {
  const absl::Span<const absl::string_view> names = FutureEventNames();
  for (size_t i = 1; i < names.size(); ++i) {
    EXPECT_LT(names[i - 1], names[i]);
  }
  for (const absl::string_view name : names) {
    EXPECT_EQ(FindEvent(name), nullptr)
        << name << " is carried now: remove it from future_events.cc";
  }
  for (const absl::string_view name :
       {"exit_group", "ptrace", "mount", "sendto", "listen", "bpf", "setns",
        "container", "signaldeliver", "io_uring_setup", "umount", "getrandom",
        "waitpid", "renameat", "openat"}) {
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), name) ||
                FindEvent(name) != nullptr)
        << name;
  }
  EXPECT_FALSE(std::binary_search(names.begin(), names.end(), "nosuchcall"));
}

TEST(EventCatalogTest, AliasesAreSortedAndOfEventsThatAreCarried) {
  absl::string_view last;
  for (const EventAlias& alias : EventAliases()) {
    EXPECT_LT(last, alias.name);
    last = alias.name;
    EXPECT_NE(FindEvent(alias.event), nullptr) << alias.event;
    EXPECT_EQ(FindEvent(alias.name), nullptr) << alias.name;
    EXPECT_EQ(EventOfAlias(alias.name), alias.event);
  }
  EXPECT_EQ(EventOfAlias("pread64"), "pread");
  for (const absl::string_view name : {"", "pread", "pread6", "zzz"}) {
    EXPECT_EQ(EventOfAlias(name), "") << name;
  }
}

}  // namespace
}  // namespace eyrie
