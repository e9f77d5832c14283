// SPDX-License-Identifier: Apache-2.0

#include "tests/conformance/case_values.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace eyrie::rules {
namespace {

using Json = nlohmann::json;

GivenScalar ToScalar(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() &&
      json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) {
    return json.get<uint64_t>();
  }
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_object()) {
    return GivenBytes{
        absl::HexStringToBytes(json.at("hex").get<std::string>())};
  }
  return std::monostate();
}

std::string TruthText(const absl::StatusOr<Truth>& truth) {
  if (!truth.ok()) return absl::StrCat("bad value: ", truth.status().message());
  return *truth == Truth::kTrue    ? "true"
         : *truth == Truth::kFalse ? "false"
                                   : "unknown";
}

}  // namespace

GivenFields ReadGivenFields(const Json& json) {
  GivenFields fields;
  for (const auto& [name, value] : json.items()) {
    GivenValue given;
    given.is_array = value.is_array();
    if (given.is_array) {
      for (const Json& item : value) given.items.push_back(ToScalar(item));
    } else {
      given.items.push_back(ToScalar(value));
    }
    fields.emplace(name, std::move(given));
  }
  return fields;
}

absl::Status AddTestFields(const Json& json, OverlayCatalog& catalog) {
  for (const auto& [name, field] : json.items()) {
    TestField test;
    test.name = name;
    test.type = field.at("type").get<std::string>();
    test.is_list = field.value("list", false);
    test.argument = field.value("arg", "");
    test.is_index = field.value("arg_index", false);
    test.is_key = field.value("arg_key", false);
    test.no_transformer = field.value("no_transformer", false);
    test.no_right_side = field.value("no_rhs", false);
    if (absl::Status status = catalog.Add(test); !status.ok()) return status;
  }
  return absl::OkStatus();
}

std::string Verdict(const Condition* compiled, const GivenFields& fields) {
  if (compiled == nullptr) return "error";
  const std::string verdict = TruthText(compiled->Evaluate(fields));
  const std::string reference =
      TruthText(compiled->EvaluateByReference(fields));
  if (verdict == reference) return verdict;
  return absl::StrCat(verdict, ", but ", reference,
                      " by the reference evaluator");
}

}  // namespace eyrie::rules
