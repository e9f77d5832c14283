// SPDX-License-Identifier: Apache-2.0

#include "rules/check/types.h"

namespace eyrie::rules {

absl::string_view FieldTypeName(FieldType type) {
  switch (type) {
    case FieldType::kString:
      return "string";
    case FieldType::kPath:
      return "path";
    case FieldType::kBytes:
      return "bytes";
    case FieldType::kBool:
      return "bool";
    case FieldType::kInt64:
      return "signed integer";
    case FieldType::kUint64:
      return "unsigned integer";
    case FieldType::kDouble:
      return "number";
    case FieldType::kPort:
      return "port";
    case FieldType::kIpAddress:
      return "IP address";
    case FieldType::kIpNet:
      return "IP network";
    case FieldType::kRelativeTime:
      return "duration";
    case FieldType::kAbsoluteTime:
      return "time";
  }
  return "";
}

}  // namespace eyrie::rules
