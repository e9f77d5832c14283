// SPDX-License-Identifier: Apache-2.0

#include "rules/compile/program.h"

#include "absl/strings/str_cat.h"

namespace eyrie::rules {

std::string PrintProgram(const RuleProgram& program) {
  std::string text;
  for (size_t i = 0; i < program.nodes.size(); ++i) {
    const NodeCode& node = program.nodes[i];
    absl::StrAppend(&text, i, ": ");
    switch (node.kind) {
      case NodeCode::Kind::kConstant:
        absl::StrAppend(&text, i == 0 ? "false" : "unknown");
        break;
      case NodeCode::Kind::kPredicate:
        absl::StrAppend(&text, program.predicate_texts[node.first]);
        break;
      case NodeCode::Kind::kAnd:
      case NodeCode::Kind::kOr:
        absl::StrAppend(&text,
                        node.kind == NodeCode::Kind::kAnd ? "and" : "or");
        for (uint32_t c = 0; c < node.count; ++c) {
          const NodeRef child = program.children[node.first + c];
          absl::StrAppend(&text, child % 2 != 0 ? " not " : " ", child / 2);
        }
        break;
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace eyrie::rules
