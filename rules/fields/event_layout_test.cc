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
      {"open_by_handle_at", DescriptorRole::kOpen},
      {"symlinkat", DescriptorRole::kParentDirectory},
      {"newfstatat", DescriptorRole::kParentDirectory},
      {"read", DescriptorRole::kDescribed},
      {"close", DescriptorRole::kDescribed},
      {"socket", DescriptorRole::kDescribed},
      {"dup2", DescriptorRole::kDescribed},
      {"mmap", DescriptorRole::kDescribed},
      {"fsopen", DescriptorRole::kUndescribed},
      {"open_tree", DescriptorRole::kUndescribed},
      {"inotify_add_watch", DescriptorRole::kUndescribed},
      {"bpf", DescriptorRole::kUndescribed},
      {"unlink", DescriptorRole::kNone},
      {"linkat", DescriptorRole::kNone},
      {"pipe", DescriptorRole::kNone},
      {"getpid", DescriptorRole::kNone},
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

TEST(EventLayoutTest, DescriptorIsTheOneMadeThenTheOneUsed) {
  EXPECT_EQ(Layout("dup2").descriptor, SlotOf(&eyrie_dup2_args::res));
  EXPECT_EQ(Layout("signalfd").descriptor, SlotOf(&eyrie_signalfd_args::res));
  EXPECT_EQ(Layout("fcntl").descriptor, SlotOf(&eyrie_fcntl_args::fd));
  EXPECT_EQ(Layout("open_tree").descriptor, SlotOf(&eyrie_open_tree_args::fd));
  EXPECT_EQ(Layout("mkdirat").descriptor, SlotOf(&eyrie_mkdirat_args::dirfd));
}

TEST(EventLayoutTest, FindsTheDescriptionOfADescriptor) {
  const EventLayout& layout = Layout("sendto");
  EXPECT_EQ(layout.realpath, SlotOf(&eyrie_sendto_args::fd_path));
  EXPECT_EQ(layout.kind, SlotOf(&eyrie_sendto_args::fd_kind));
  EXPECT_EQ(layout.device, SlotOf(&eyrie_sendto_args::fd_dev));
  EXPECT_EQ(layout.inode, SlotOf(&eyrie_sendto_args::fd_ino));
  EXPECT_EQ(layout.file_flags, SlotOf(&eyrie_sendto_args::fd_flags));
  EXPECT_EQ(layout.local, SlotOf(&eyrie_sendto_args::local));
  EXPECT_EQ(layout.address, SlotOf(&eyrie_sendto_args::addr));
  EXPECT_EQ(layout.buffer, SlotOf(&eyrie_sendto_args::data));
  EXPECT_EQ(layout.name, -1);
  EXPECT_EQ(layout.open_flags, -1);
}

TEST(EventLayoutTest, PlacesInMemoryAreNoAddressesAndNoData) {
  EXPECT_EQ(Layout("mmap").address, -1);
  EXPECT_EQ(Layout("ptrace").buffer, -1);
}

TEST(EventLayoutTest, FindsPathsOfLinksAndMounts) {
  const EventLayout& link = Layout("linkat");
  EXPECT_EQ(link.source_path, SlotOf(&eyrie_linkat_args::newpath));
  EXPECT_EQ(link.target_path, SlotOf(&eyrie_linkat_args::oldpath));
  EXPECT_EQ(link.old_path, SlotOf(&eyrie_linkat_args::oldpath));
  const EventLayout& symlink = Layout("symlinkat");
  EXPECT_EQ(symlink.path, -1);
  EXPECT_EQ(symlink.source_path, SlotOf(&eyrie_symlinkat_args::linkpath));
  EXPECT_EQ(symlink.target_path, SlotOf(&eyrie_symlinkat_args::target));
  EXPECT_EQ(symlink.base[symlink.source_path],
            SlotOf(&eyrie_symlinkat_args::base));
  EXPECT_EQ(symlink.base[symlink.descriptor],
            SlotOf(&eyrie_symlinkat_args::base));
  const EventLayout& mount = Layout("mount");
  EXPECT_EQ(mount.path, -1);
  EXPECT_EQ(mount.source_path, SlotOf(&eyrie_mount_args::dev));
  EXPECT_EQ(mount.target_path, SlotOf(&eyrie_mount_args::dir));
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
