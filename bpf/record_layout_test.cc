// SPDX-License-Identifier: Apache-2.0
//
// C, C++ and the type information of the sensor's object agree on every offset
// of the record.

#include "bpf/testing/record_layout.h"

#include <bpf/btf.h>

#include <cstring>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "proto/record.h"

namespace eyrie {
namespace {

constexpr char kObject[] = "bpf/eyrie_bpf.bpf.o";

const eyrie_member_layout kCxxLayout[] = {EYRIE_LAYOUT_HEADER_ROWS
#define ARG(event, TYPE, field, argument, doc) \
  EYRIE_LAYOUT_ROW(eyrie_##event##_args, field)
#include "proto/events.def"
};

std::string Name(const eyrie_member_layout& row) {
  return std::string(row.structure) + "." + row.member;
}

TEST(RecordLayoutTest, CAgreesWithCxx) {
  size_t count = 0;
  for (const eyrie_member_layout& row : kCxxLayout) {
    const eyrie_member_layout& other = eyrie_c_layout[count++];
    ASSERT_NE(other.structure, nullptr) << Name(row);
    ASSERT_EQ(Name(other), Name(row));
    EXPECT_EQ(other.offset, row.offset) << Name(row);
    EXPECT_EQ(other.size, row.size) << Name(row);
    EXPECT_EQ(other.structure_size, row.structure_size) << Name(row);
  }
  EXPECT_EQ(eyrie_c_layout[count].structure, nullptr);
  EXPECT_GT(count, 200u);
}

class ObjectLayoutTest : public ::testing::Test {
 protected:
  void SetUp() override {
    types_ = btf__parse(kObject, nullptr);
    ASSERT_NE(types_, nullptr) << kObject << ": " << strerror(errno);
  }
  ~ObjectLayoutTest() override { btf__free(types_); }

  // The member's place in the object's structure, or null.
  const btf_member* Find(const eyrie_member_layout& row,
                         const btf_type** structure) {
    const int id =
        btf__find_by_name_kind(types_, row.structure, BTF_KIND_STRUCT);
    if (id < 0) return nullptr;
    *structure = btf__type_by_id(types_, id);
    const btf_member* members = btf_members(*structure);
    for (int i = 0; i < btf_vlen(*structure); ++i) {
      const char* name = btf__name_by_offset(types_, members[i].name_off);
      if (std::strcmp(name, row.member) == 0) return &members[i];
    }
    return nullptr;
  }

  btf* types_ = nullptr;
};

TEST_F(ObjectLayoutTest, AgreesWithCxx) {
  for (const eyrie_member_layout& row : kCxxLayout) {
    const btf_type* structure = nullptr;
    const btf_member* member = Find(row, &structure);
    ASSERT_NE(member, nullptr) << Name(row) << " is not in the object";
    EXPECT_EQ(member->offset / 8, row.offset) << Name(row);
    EXPECT_EQ(btf__resolve_size(types_, member->type),
              static_cast<int64_t>(row.size))
        << Name(row);
    EXPECT_EQ(structure->size, row.structure_size) << Name(row);
  }
}

TEST_F(ObjectLayoutTest, KnowsEveryEvent) {
  const int id =
      btf__find_by_name_kind(types_, "eyrie_arguments", BTF_KIND_UNION);
  ASSERT_GT(id, 0);
  int events = 0;
#define EVENT(id, name, category) ++events;
#include "proto/events.def"
  // One member more: the slots as an array.
  EXPECT_EQ(btf_vlen(btf__type_by_id(types_, id)), events + 1);
}

}  // namespace
}  // namespace eyrie
