// SPDX-License-Identifier: Apache-2.0
//
// Tests of docs/fields.md.

#include "tools/docs/fields_doc.h"

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "rules/fields/field.h"
#include "rules/fields/field_catalog.h"

namespace eyrie {
namespace {

TEST(FieldsDocTest, PageIsFresh) {
  std::ifstream file("docs/fields.md", std::ios::binary);
  const std::string page(std::istreambuf_iterator<char>(file), {});
  EXPECT_TRUE(page == FieldsDoc())
      << "docs/fields.md is not what the catalogue gives; update it:\n"
         "  bazel run //tools/docs:fields_doc > docs/fields.md";
}

TEST(FieldsDocTest, ShowsEveryField) {
  const std::string page = FieldsDoc();
  for (const rules::FieldInfo* field : rules::AllFields()) {
    EXPECT_TRUE(
        absl::StrContains(page, absl::StrCat("| `", field->name, "` |")))
        << field->name;
  }
}

TEST(FieldsDocTest, ShowsWhatAFieldIs) {
  const std::string page = FieldsDoc();
  for (const char* row : {
           "| `proc.aname` | string | *[N]* | any | node | Names of all",
           "| `fd.ip` | IP address |  | either | node | Address of client or",
           "| `k8s.deployment.name` | string |  | one | centre |",
           "| `evt.arg` | string | [N] [NAME] | one | node |",
           "*Not available yet: the time of the event before.* |",
           "the text &lt;NA> if it has none.",
           "| `jevt.value` | string | [NAME] | one | centre | What stands",
           "## Source k8s_audit\n\nKubernetes audit events",
           "| `ka.sourceips` | string | *[N]* | list | centre |",
       }) {
    EXPECT_TRUE(absl::StrContains(page, row)) << row;
  }
}

}  // namespace
}  // namespace eyrie
