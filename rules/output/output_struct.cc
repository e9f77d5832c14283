// SPDX-License-Identifier: Apache-2.0

#include "rules/output/output_struct.h"

#include <cstdint>
#include <string>
#include <variant>

namespace eyrie::rules {

google::protobuf::Struct ToStruct(const FormattedOutput& output) {
  google::protobuf::Struct fields;
  for (const OutputField& field : output.fields) {
    struct Visitor {
      google::protobuf::Value& value;
      void operator()(std::monostate) {
        value.set_null_value(google::protobuf::NULL_VALUE);
      }
      void operator()(const std::string& text) { value.set_string_value(text); }
      void operator()(int64_t number) {
        value.set_number_value(static_cast<double>(number));
      }
      void operator()(uint64_t number) {
        value.set_number_value(static_cast<double>(number));
      }
      void operator()(bool flag) { value.set_bool_value(flag); }
      void operator()(double number) { value.set_number_value(number); }
    };
    std::visit(Visitor{(*fields.mutable_fields())[field.name]}, field.value);
  }
  return fields;
}

}  // namespace eyrie::rules
