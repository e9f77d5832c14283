// SPDX-License-Identifier: Apache-2.0
//
// The fields of an output as alerts carry them.

#ifndef EYRIE_RULES_OUTPUT_OUTPUT_STRUCT_H_
#define EYRIE_RULES_OUTPUT_OUTPUT_STRUCT_H_

#include "google/protobuf/struct.pb.h"

#include "rules/output/output_template.h"

namespace eyrie::rules {

// The fields by name; null where there is no value.
google::protobuf::Struct ToStruct(const FormattedOutput& output);

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_OUTPUT_OUTPUT_STRUCT_H_
