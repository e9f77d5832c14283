// SPDX-License-Identifier: Apache-2.0

#include "rules/eval/testing/language.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "rules/check/checker.h"
#include "rules/check/overlay_catalog.h"
#include "rules/diagnostics.h"
#include "rules/eval/condition.h"
#include "rules/source.h"
#include "rules/syntax/parser.h"

namespace eyrie::rules::testing {
namespace {

class EmptyCatalog : public Catalog {
 public:
  const FieldInfo* Find(absl::string_view, std::string*) const override {
    return nullptr;
  }
  absl::StatusOr<FieldArgument> ParseArgument(
      const FieldInfo&, bool, absl::string_view) const override {
    return absl::NotFoundError("no fields");
  }
  std::vector<absl::string_view> Names() const override { return {}; }
};

struct Row {
  absl::string_view name;
  absl::string_view type;
  bool is_list = false;
};
constexpr Row kRows[] = {
    {"x.str", "CHARBUF"},
    {"x.str2", "CHARBUF"},
    {"x.path", "FSPATH"},
    {"x.bytes", "BYTEBUF"},
    {"x.bool", "BOOL"},
    {"x.int", "INT64"},
    {"x.int8", "INT8"},
    {"x.uint", "UINT64"},
    {"x.uint2", "UINT64"},
    {"x.uint32", "UINT32"},
    {"x.real", "DOUBLE"},
    {"x.port", "PORT"},
    {"x.port2", "PORT"},
    {"x.ip", "IPADDR"},
    {"x.ip2", "IPADDR"},
    {"x.net", "IPNET"},
    {"x.duration", "RELTIME"},
    {"x.time", "ABSTIME"},
    {"x.uid", "UID"},
    {"x.strs", "CHARBUF", true},
    {"x.strs2", "CHARBUF", true},
    {"x.uints", "UINT64", true},
    {"x.bools", "BOOL", true},
    {"x.ips", "IPADDR", true},
    {"x.nets", "IPNET", true},
    {"x.ints", "INT64", true},
    {"fd.ip", "IPADDR"},
    {"fd.port", "PORT"},
    {"fd.net", "IPNET"},
    {"ka.verb", "CHARBUF"},
    {"evt.type", "CHARBUF"},
    {"evt.num", "UINT64"},
};

const Catalog* MakeCatalog() {
  static const EmptyCatalog empty;
  auto* catalog = new OverlayCatalog(empty);
  for (const Row& row : kRows) {
    TestField field;
    field.name = std::string(row.name);
    field.type = std::string(row.type);
    field.is_list = row.is_list;
    field.no_transformer = row.name.substr(0, 3) == "fd.";
    EXPECT_TRUE(catalog->Add(field).ok()) << row.name;
  }
  TestField ancestor;
  ancestor.argument = "optional";
  ancestor.is_index = true;
  ancestor.no_transformer = true;
  ancestor.name = "proc.aname";
  ancestor.type = "CHARBUF";
  EXPECT_TRUE(catalog->Add(ancestor).ok());
  ancestor.name = "proc.apid";
  ancestor.type = "INT64";
  EXPECT_TRUE(catalog->Add(ancestor).ok());
  TestField keyed;
  keyed.name = "x.env";
  keyed.type = "CHARBUF";
  keyed.argument = "required";
  keyed.is_key = true;
  EXPECT_TRUE(catalog->Add(keyed).ok());
  return catalog;
}

BoundExprPtr Bind(const std::string& condition, Diagnostics& diagnostics) {
  const LocatedText text = LocatedText::FromFile(
      std::make_shared<const SourceFile>("condition", condition));
  const ast::ExprPtr parsed = ParseCondition(text, {}, diagnostics);
  if (parsed == nullptr) return nullptr;
  return Checker(TestCatalog(), {})
      .Check(parsed, UnknownNames::kError, diagnostics);
}

}  // namespace

const Catalog& TestCatalog() {
  static const Catalog* const catalog = MakeCatalog();
  return *catalog;
}

GivenValue One(GivenScalar value) {
  GivenValue given;
  given.items.push_back(std::move(value));
  return given;
}

GivenValue Many(std::vector<GivenScalar> values) {
  GivenValue given;
  given.is_array = true;
  given.items = std::move(values);
  return given;
}

GivenValue Unknown(std::vector<GivenScalar> known) {
  GivenValue given;
  given.items = std::move(known);
  given.is_unknown = true;
  return given;
}

absl::string_view TruthName(Truth truth) {
  return truth == Truth::kTrue    ? "true"
         : truth == Truth::kFalse ? "false"
                                  : "unknown";
}

std::string Judge(const std::string& condition, const GivenFields& fields) {
  Diagnostics diagnostics;
  const auto compiled =
      Condition::Compile(condition, TestCatalog(), diagnostics);
  if (compiled == nullptr) {
    return absl::StrCat("[", diagnostics.entries().at(0).code, "]");
  }
  const absl::StatusOr<Truth> truth = compiled->Evaluate(fields);
  if (!truth.ok()) return std::string(truth.status().message());
  EXPECT_EQ(TruthName(*truth),
            TruthName(*compiled->EvaluateByReference(fields)))
      << "the evaluator and the reference do not agree on: " << condition;
  return std::string(TruthName(*truth));
}

BoundExprPtr Bind(const std::string& condition) {
  Diagnostics diagnostics;
  BoundExprPtr bound = Bind(condition, diagnostics);
  EXPECT_NE(bound, nullptr) << condition << "\n" << diagnostics.ToString();
  return bound;
}

std::string CheckText(const std::string& condition) {
  Diagnostics diagnostics;
  Bind(condition, diagnostics);
  return diagnostics.ToString();
}

}  // namespace eyrie::rules::testing
