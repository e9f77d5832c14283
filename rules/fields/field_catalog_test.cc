// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/field_catalog.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"
#include "rules/check/types.h"
#include "rules/fields/field.h"

namespace eyrie::rules {
namespace {

const FieldInfo* Find(absl::string_view name) {
  std::string dot_argument;
  return FindField(name, &dot_argument);
}

std::string ArgumentError(absl::string_view field, bool given,
                          absl::string_view text) {
  const absl::StatusOr<FieldArgument> argument =
      ParseFieldArgument(*Find(field), given, text);
  return argument.ok() ? "" : std::string(argument.status().message());
}

// Type and width that testdata/reference_fields.tsv calls `name`.
std::pair<FieldType, int> ReferenceType(const std::string& name) {
  static const auto* const types =
      new std::map<std::string, std::pair<FieldType, int>>{
          {"string", {FieldType::kString, 64}},
          {"bytes", {FieldType::kBytes, 64}},
          {"bool", {FieldType::kBool, 64}},
          {"int16", {FieldType::kInt64, 16}},
          {"int32", {FieldType::kInt64, 32}},
          {"int64", {FieldType::kInt64, 64}},
          {"uint32", {FieldType::kUint64, 32}},
          {"uint64", {FieldType::kUint64, 64}},
          {"double", {FieldType::kDouble, 64}},
          {"port", {FieldType::kPort, 64}},
          {"ip", {FieldType::kIpAddress, 64}},
          {"net", {FieldType::kIpNet, 64}},
          {"duration", {FieldType::kRelativeTime, 64}},
          {"time", {FieldType::kAbsoluteTime, 64}},
          // The type depends on the argument.
          {"dynamic", {FieldType::kUint64, 64}},
      };
  return types->at(name);
}

TEST(FieldCatalogTest, HasEveryFieldOfTheReference) {
  std::ifstream file("rules/fields/testdata/reference_fields.tsv");
  ASSERT_TRUE(file.good());
  int count = 0;
  for (std::string line; std::getline(file, line);) {
    if (absl::StartsWith(line, "#")) continue;
    std::vector<std::string> columns = absl::StrSplit(line, '\t');
    columns.resize(4);
    ++count;
    // evt.dir alone of the deprecated ones has a meaning here.
    const FieldInfo* field = Find(columns[0]);
    ASSERT_NE(field, nullptr) << columns[0];
    const auto [type, bits] = ReferenceType(columns[1]);
    EXPECT_EQ(FieldTypeName(field->type), FieldTypeName(type)) << columns[0];
    EXPECT_EQ(field->bits, bits) << columns[0];
    EXPECT_EQ(field->quantifier == Quantifier::kList,
              absl::StrContains(columns[2], "list"))
        << columns[0];
    if (absl::StrContains(columns[2], "required")) {
      EXPECT_NE(field->argument_rule, ArgumentRule::kNone) << columns[0];
    }
    if (absl::StrContains(columns[2], "optional")) {
      EXPECT_EQ(field->argument_rule, ArgumentRule::kOptional) << columns[0];
    }
  }
  EXPECT_EQ(count, 233);
}

TEST(FieldCatalogTest, FieldsAreSortedUniqueAndWhole) {
  absl::string_view before;
  for (const FieldInfo* field : AllFields()) {
    EXPECT_LT(before, field->name);
    before = field->name;
    EXPECT_NE(field->read, nullptr) << field->name;
    EXPECT_FALSE(field->doc.empty()) << field->name;
    EXPECT_EQ(field->doc.back(), '.') << field->name;
    EXPECT_EQ(field->argument_rule == ArgumentRule::kNone,
              field->argument_kind == ArgumentKind::kNone)
        << field->name;
    EXPECT_EQ(Find(field->name), field) << field->name;
  }
}

TEST(FieldCatalogTest, FindsFamiliesWithTheirArgumentBehindADot) {
  const struct {
    const char* name;
    const char* field;
    const char* argument;
  } cases[] = {
      {"evt.arg.flags", "evt.arg", "flags"},
      {"evt.arg.0", "evt.arg", "0"},
      {"evt.rawarg.res", "evt.rawarg", "res"},
      {"evt.type.is.openat", "evt.type.is", "openat"},
      {"evt.abspath.src", "evt.abspath", "src"},
      {"thread.cgroup.cpu", "thread.cgroup", "cpu"},
      {"proc.name", "proc.name", ""},
      {"evt.type", "evt.type", ""},
      {"thread.cgroups", "thread.cgroups", ""},
  };
  for (const auto& test : cases) {
    std::string argument = "left over";
    const FieldInfo* field = FindField(test.name, &argument);
    ASSERT_NE(field, nullptr) << test.name;
    EXPECT_EQ(field->name, test.field) << test.name;
    EXPECT_EQ(argument, test.argument) << test.name;
  }
}

TEST(FieldCatalogTest, DoesNotFindWhatIsNoField) {
  for (const absl::string_view name :
       {"", "proc", "proc.nam", "proc.name.x", "proc.aname.2", "evt.arg.",
        "evt.arg.a.b", "evt.arg.a-b", "Proc.name", "foo.bar", ".", "evt."}) {
    EXPECT_EQ(Find(name), nullptr) << name;
  }
}

TEST(FieldCatalogTest, ChecksArguments) {
  const struct {
    const char* field;
    bool given;
    const char* text;
    const char* error;  // empty: none
  } cases[] = {
      {"proc.name", false, "", ""},
      {"proc.name", true, "1", "`proc.name` takes no argument"},
      {"proc.aname", false, "", ""},
      {"proc.aname", true, "0", ""},
      {"proc.aname", true, "63", ""},
      {"proc.aname", true, "-1",
       "`proc.aname` wants a number from 0 in brackets, not `-1`"},
      {"proc.aname", true, "x",
       "`proc.aname` wants a number from 0 in brackets, not `x`"},
      {"proc.aname", true, "", "the argument of `proc.aname` is empty"},
      // Reaches nothing, as 64 does.
      {"proc.aname", true, "9999999999999999999999", ""},
      {"proc.env", true, "HOME", ""},
      {"proc.aenv", true, "2", ""},
      {"proc.aenv", true, "HOME", ""},
      {"evt.arg", false, "", "`evt.arg` needs an argument in brackets"},
      {"evt.arg", true, "flags", ""},
      {"evt.arg", true, "0", ""},
      {"evt.arg", true, "64", "no event has more than 64 arguments"},
      {"evt.arg", true, "nosuch", "no event has an argument called `nosuch`"},
      {"evt.arg", true, "request", ""},
      {"evt.rawarg", true, "nosuch",
       "no event has an argument called `nosuch`"},
      {"evt.rawarg", true, "ino", ""},
      {"evt.rawarg", true, "name",
       "write `evt.rawarg.name` instead of brackets"},
      {"evt.type.is", true, "openat", ""},
      {"evt.type.is", true, "ptrace", ""},
      {"evt.type.is", true, "nosuch", "no event is called `nosuch`"},
      {"evt.abspath", true, "src", ""},
      {"evt.abspath", true, "x", "evt.abspath knows `src` and `dst`, not `x`"},
      {"container.label", false, "",
       "`container.label` needs an argument in brackets"},
      {"container.mount.dest", true, "/etc*", ""},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(ArgumentError(test.field, test.given, test.text), test.error)
        << test.field << "[" << test.text << "]";
  }
}

TEST(FieldCatalogTest, SaysWhyAFieldIsNotAvailable) {
  const struct {
    const char* name;
    const char* reason;
  } cases[] = {
      {"proc.name", ""},
      {"evt.arg.flags", ""},
      {"evt.arg.0", ""},
      {"evt.arg.request", ""},
      {"evt.arg.ratio", "event drop (later sensor work)"},
      {"evt.rawarg.ratio", "event drop (later sensor work)"},
      {"evt.type.is.openat", ""},
      {"evt.type.is.ptrace", ""},
      {"evt.type.is.pread64", ""},
      {"evt.type.is.exit_group", "this event (later sensor work)"},
      {"container.id", ""},
      {"container.image.repository", ""},
      {"k8s.ns.name", ""},
      {"evt.buffer", ""},
      {"fdlist.nums", ""},
      {"fdlist.names", "what the polled descriptors are (later sensor work)"},
  };
  for (const auto& test : cases) {
    std::string argument;
    const FieldInfo* field = FindField(test.name, &argument);
    ASSERT_NE(field, nullptr) << test.name;
    const absl::StatusOr<FieldArgument> parsed =
        ParseFieldArgument(*field, !argument.empty(), argument);
    ASSERT_TRUE(parsed.ok()) << test.name;
    EXPECT_EQ(UnavailableReason(*field, *parsed), test.reason) << test.name;
  }
}

TEST(FieldCatalogTest, RawArgumentsHaveTheTypeOfTheArgument) {
  const struct {
    const char* name;
    FieldType type;
    bool only_exists;
  } cases[] = {
      {"evt.rawarg.res", FieldType::kInt64, false},
      {"evt.rawarg.fd", FieldType::kInt64, false},
      {"evt.rawarg.flags", FieldType::kUint64, false},
      {"evt.rawarg.name", FieldType::kString, false},
      {"evt.rawarg.args", FieldType::kBytes, false},
      {"evt.rawarg.uid", FieldType::kUint64, true},
      {"evt.rawarg.core", FieldType::kBool, false},
      {"evt.rawarg.exe_ino_ctime", FieldType::kAbsoluteTime, false},
      {"evt.rawarg.request", FieldType::kUint64, false},
      {"evt.rawarg.data", FieldType::kBytes, false},
      {"evt.rawarg.val", FieldType::kBytes, false},
      {"evt.rawarg.type", FieldType::kUint64, false},
      {"evt.rawarg.addr", FieldType::kString, false},
  };
  for (const auto& test : cases) {
    const FieldInfo* field = Find(test.name);
    ASSERT_NE(field, nullptr) << test.name;
    EXPECT_EQ(field->type, test.type) << test.name;
    EXPECT_EQ(field->only_exists, test.only_exists) << test.name;
  }
}

// evt.rawarg.NAME has one type whatever the event, so an argument that is of
// another kind than others of its name cannot be read that way.
TEST(FieldCatalogTest, FewArgumentsOfOneNameAreOfTwoKinds) {
  const std::set<absl::string_view> two_kinds = {"addr", "data", "dev",
                                                 "key",  "type", "val"};
  const auto kind = [](ArgumentType type) { return IsVariable(type) ? 1 : 0; };
  std::map<absl::string_view, int> kinds;
  for (const EventInfo& event : AllEvents()) {
    if (event.category == EventCategory::kSnapshot) continue;
    for (const ArgumentInfo& argument : event.arguments) {
      if (argument.name.empty()) continue;
      const auto it = kinds.emplace(argument.name, kind(argument.type)).first;
      EXPECT_TRUE(it->second == kind(argument.type) ||
                  two_kinds.count(argument.name) > 0)
          << event.name << "." << argument.name;
    }
  }
}

TEST(FieldCatalogTest, MarksFieldsThatTransformersDoNotTake) {
  for (const absl::string_view name :
       {"fd.ip", "fd.net", "fd.port", "fd.proto", "fd.cnet", "fd.sip.name",
        "proc.apid", "proc.aname", "proc.aexe", "proc.aexepath",
        "proc.acmdline", "proc.aenv", "evt.rawarg.res"}) {
    EXPECT_TRUE(Find(name)->no_transformer) << name;
  }
  for (const absl::string_view name :
       {"fd.name", "fd.cip", "proc.name", "evt.arg.name", "proc.aargs"}) {
    EXPECT_FALSE(Find(name)->no_transformer) << name;
  }
}

TEST(FieldCatalogTest, CentreOwnsWhatOnlyTheKubernetesApiOrDnsKnows) {
  for (const FieldInfo* field : AllFields()) {
    if (field->owner != Owner::kCentre) continue;
    EXPECT_TRUE(field->is_domain || absl::StartsWith(field->name, "k8s.") ||
                absl::StartsWith(field->name, "k8smeta."))
        << field->name;
  }
  EXPECT_EQ(Find("k8s.deployment.name")->owner, Owner::kCentre);
  EXPECT_EQ(Find("k8s.pod.labels")->owner, Owner::kCentre);
  EXPECT_EQ(Find("k8s.pod.name")->owner, Owner::kNode);
  EXPECT_EQ(Find("k8smeta.pod.labels")->owner, Owner::kCentre);
  EXPECT_EQ(Find("k8smeta.pod.name")->owner, Owner::kNode);
  EXPECT_EQ(Find("container.id")->owner, Owner::kNode);
  EXPECT_EQ(Find("fd.sip.name")->owner, Owner::kCentre);
  EXPECT_EQ(Find("fd.sip")->owner, Owner::kNode);
}

}  // namespace
}  // namespace eyrie::rules
