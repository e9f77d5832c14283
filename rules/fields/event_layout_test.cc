// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/event_layout.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"

#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"

namespace eyrie::rules {
namespace {

const EventLayout& Layout(absl::string_view event) {
  return LayoutOf(FindEvent(event)->id);
}

TEST(EventLayoutTest, FindsSlotsOfOpen) {
  const EventLayout& layout = Layout("openat");
  EXPECT_EQ(layout.info->name, "openat");
  EXPECT_EQ(layout.descriptor, SlotOf(&eyrie_openat_args::fd));
  EXPECT_EQ(layout.name, SlotOf(&eyrie_openat_args::name));
  EXPECT_EQ(layout.path, SlotOf(&eyrie_openat_args::name));
  EXPECT_EQ(layout.base[layout.name], SlotOf(&eyrie_openat_args::base));
  EXPECT_EQ(layout.base[SlotOf(&eyrie_openat_args::dirfd)],
            SlotOf(&eyrie_openat_args::base));
  EXPECT_EQ(layout.realpath, SlotOf(&eyrie_openat_args::realpath));
  EXPECT_EQ(layout.open_flags, SlotOf(&eyrie_openat_args::flags));
  EXPECT_EQ(layout.inode, SlotOf(&eyrie_openat_args::ino));
  EXPECT_EQ(layout.local, -1);
  EXPECT_EQ(layout.source_path, -1);
}

TEST(EventLayoutTest, FindsBothPathsOfRename) {
  const EventLayout& layout = Layout("renameat2");
  EXPECT_EQ(layout.path, -1);
  EXPECT_EQ(layout.source_path, SlotOf(&eyrie_renameat2_args::oldpath));
  EXPECT_EQ(layout.target_path, SlotOf(&eyrie_renameat2_args::newpath));
  EXPECT_EQ(layout.base[layout.source_path],
            SlotOf(&eyrie_renameat2_args::oldbase));
  EXPECT_EQ(layout.base[layout.target_path],
            SlotOf(&eyrie_renameat2_args::newbase));
}

TEST(EventLayoutTest, KnowsWhatTheDescriptorIs) {
  const struct {
    const char* event;
    DescriptorRole role;
  } cases[] = {
      {"open", DescriptorRole::kOpen},
      {"openat", DescriptorRole::kOpen},
      {"openat2", DescriptorRole::kOpen},
      {"creat", DescriptorRole::kOpen},
      {"connect", DescriptorRole::kConnect},
      {"accept", DescriptorRole::kAccept},
      {"accept4", DescriptorRole::kAccept},
      {"bind", DescriptorRole::kBind},
      {"fchdir", DescriptorRole::kWorkingDirectory},
      {"unlinkat", DescriptorRole::kParentDirectory},
      {"unlink", DescriptorRole::kNone},
      {"rename", DescriptorRole::kNone},
      {"renameat", DescriptorRole::kNone},
      {"renameat2", DescriptorRole::kNone},
      {"chdir", DescriptorRole::kNone},
      {"execve", DescriptorRole::kNone},
      {"procexit", DescriptorRole::kNone},
      {"setuid", DescriptorRole::kNone},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(Layout(test.event).role, test.role) << test.event;
  }
}

// A new event with a descriptor or a path must get a meaning, not by accident.
TEST(EventLayoutTest, EveryPathHasABase) {
  for (const EventInfo& event : AllEvents()) {
    const EventLayout& layout = LayoutOf(event.id);
    for (size_t slot = 0; slot < event.arguments.size(); ++slot) {
      if (event.arguments[slot].type != ArgumentType::kRequestedPath) continue;
      EXPECT_GE(layout.base[slot], 0)
          << event.name << "." << event.arguments[slot].field;
    }
  }
}

TEST(EventLayoutTest, UnknownTypesHaveNoSlots) {
  for (const uint16_t type : {0, 19, 4000, 65535}) {
    const EventLayout& layout = LayoutOf(type);
    EXPECT_EQ(layout.info, nullptr) << type;
    EXPECT_EQ(layout.role, DescriptorRole::kNone) << type;
    EXPECT_EQ(layout.path, -1) << type;
  }
}

}  // namespace
}  // namespace eyrie::rules
