// SPDX-License-Identifier: Apache-2.0
//
// Tests that C and C++ agree on every offset of the record.

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_layout_c.h"

namespace eyrie {
namespace {

using Layout = std::map<std::string, std::pair<size_t, size_t>>;

Layout LayoutOfC() {
  Layout layout;
  for (const eyrie_layout_entry* entry = eyrie_c_layout; entry->name != nullptr;
       ++entry) {
    layout[entry->name] = {entry->offset, entry->size};
  }
  return layout;
}

TEST(RecordLayoutTest, ArgumentsLieWhereTheCatalogSays) {
  const Layout layout = LayoutOfC();
  size_t arguments = 0;
  for (const EventInfo& event : AllEvents()) {
    for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
      const std::string name =
          absl::StrCat(event.name, ".", event.arguments[slot].field);
      const auto found = layout.find(name);
      ASSERT_NE(found, layout.end()) << name;
      EXPECT_EQ(found->second, std::make_pair(8 * slot, size_t{8})) << name;
      ++arguments;
    }
  }
  EXPECT_EQ(layout.size(), arguments + 9);
}

TEST(RecordLayoutTest, HeaderIsTheSameInCpp) {
  const Layout layout = LayoutOfC();
#define EYRIE_EXPECT_MEMBER(member)                        \
  EXPECT_EQ(layout.at("record." #member),                  \
            std::make_pair(offsetof(eyrie_record, member), \
                           sizeof(eyrie_record::member)))  \
      << #member
  EYRIE_EXPECT_MEMBER(size);
  EYRIE_EXPECT_MEMBER(type);
  EYRIE_EXPECT_MEMBER(slots);
  EYRIE_EXPECT_MEMBER(flags);
  EYRIE_EXPECT_MEMBER(time_ns);
  EYRIE_EXPECT_MEMBER(process);
  EYRIE_EXPECT_MEMBER(comm);
  EYRIE_EXPECT_MEMBER(result);
  EYRIE_EXPECT_MEMBER(cgroup_id);
#undef EYRIE_EXPECT_MEMBER
}

}  // namespace
}  // namespace eyrie
