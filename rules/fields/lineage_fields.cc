// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/lineage_fields.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/ancestors.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/process_facts.h"

namespace eyrie::rules {
namespace {

// How far proc.aenv[NAME] looks, as in the reference.
constexpr int kMaxEnvironmentLevels = 20;

using NodeReader = Extracted (*)(const ProcessNode&);

// F of all ancestors, nearest first, the acting process excluded.
void ReadAncestors(const Event& event, NodeReader read, FieldValues& out) {
  bool is_complete = true;
  AncestorWalk walk(event);
  for (walk.Next(); walk.at().node != nullptr; walk.Next()) {
    const Extracted extracted = read(*walk.at().node);
    if (extracted.presence == Presence::kPresent) out.Add(extracted.value);
    if (extracted.presence == Presence::kUnknown) is_complete = false;
  }
  if (!is_complete || walk.at().presence == Presence::kUnknown) {
    out.presence = Presence::kUnknown;
  }
}

// Without argument F of all ancestors, with [N] that of level N, where 0 is the
// acting process.
template <NodeReader F>
void OfAncestors(const Event& event, const FieldArgument& argument, Scratch&,
                 FieldValues& out) {
  if (!argument.given) {
    ReadAncestors(event, F, out);
    return;
  }
  const Ancestor ancestor = AncestorAt(event, argument.index);
  if (ancestor.node == nullptr) {
    out.Clear(ancestor.presence);
    return;
  }
  const Extracted extracted = F(*ancestor.node);
  out.Clear(extracted.presence);
  if (extracted.presence == Presence::kPresent) out.Add(extracted.value);
}

// proc.aargs: all in one string.
void AncestorArguments(const Event& event, const FieldArgument& argument,
                       Scratch& scratch, FieldValues& out) {
  OfAncestors<Arguments>(event, argument, scratch, out);
  if (argument.given || out.presence != Presence::kPresent) {
    // A part of the string would be another string.
    if (!argument.given) out.values.Shrink(0);
    return;
  }
  std::string joined;
  for (const Value& value : out.values) {
    if (value.text.empty()) continue;
    absl::StrAppend(&joined, joined.empty() ? "" : " ", value.text);
  }
  out.Set(Value::Text(scratch.Keep(std::move(joined))));
}

// proc.aenv[NAME].
Extracted AncestorVariable(const Event& event, absl::string_view name) {
  AncestorWalk walk(event);
  for (walk.Next();
       walk.at().node != nullptr && walk.level() <= kMaxEnvironmentLevels;
       walk.Next()) {
    const v1::Process& facts = walk.at().node->facts();
    absl::string_view value;
    if (FindVariable(facts.env(), name, &value) && !value.empty()) {
      return Text(value);
    }
    if (facts.env().empty() && facts.partial()) return Unknown();
  }
  return walk.at().presence == Presence::kUnknown ? Unknown() : Text("");
}

void AncestorEnvironment(const Event& event, const FieldArgument& argument,
                         Scratch& scratch, FieldValues& out) {
  if (!argument.given || argument.is_index) {
    OfAncestors<Environment>(event, argument, scratch, out);
    return;
  }
  const Extracted extracted = AncestorVariable(event, argument.key);
  out.Clear(extracted.presence);
  if (extracted.presence == Presence::kPresent) out.Add(extracted.value);
}

// The oldest process of the chain, the acting one included, that is a shell.
Extracted LoginShell(const Event& event) {
  if (event.process == nullptr) return Unknown();
  Extracted shell;
  const auto visit = [&shell](const ProcessNode& node) {
    if (absl::EndsWith(node.facts().comm(), "sh")) shell = Pid(node);
  };
  visit(*event.process);
  AncestorWalk walk(event);
  for (walk.Next(); walk.at().node != nullptr; walk.Next()) {
    visit(*walk.at().node);
  }
  return walk.at().presence == Presence::kUnknown ? Unknown() : shell;
}

const FieldInfo kFields[] = {
    {.name = "proc.aname",
     .type = FieldType::kString,
     .quantifier = Quantifier::kAny,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kIndex,
     .no_transformer = true,
     .doc = "Names of all ancestors; [N]: of one, where 0 is the process "
            "itself and 1 its parent.",
     .read = Read<OfAncestors<Comm>>},
    {.name = "proc.aexe",
     .type = FieldType::kString,
     .quantifier = Quantifier::kAny,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kIndex,
     .no_transformer = true,
     .doc = "argv[0] of all ancestors; [N]: of one.",
     .read = Read<OfAncestors<Exe>>},
    {.name = "proc.aexepath",
     .type = FieldType::kString,
     .quantifier = Quantifier::kAny,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kIndex,
     .no_transformer = true,
     .doc = "Executables of all ancestors; [N]: of one.",
     .read = Read<OfAncestors<ExePath>>},
    {.name = "proc.acmdline",
     .type = FieldType::kString,
     .quantifier = Quantifier::kAny,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kIndex,
     .no_transformer = true,
     .doc = "Command lines of all ancestors; [N]: of one.",
     .read = Read<OfAncestors<CommandLine>>},
    {.name = "proc.apid",
     .type = FieldType::kInt64,
     .quantifier = Quantifier::kAny,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kIndex,
     .no_transformer = true,
     .doc = "Process ids of all ancestors; [N]: of one.",
     .read = Read<OfAncestors<Pid>>},
    {.name = "proc.aargs",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kIndex,
     .doc = "Arguments of all ancestors joined by blanks; [N]: of one.",
     .read = Read<AncestorArguments>},
    {.name = "proc.aenv",
     .type = FieldType::kString,
     .quantifier = Quantifier::kAny,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kIndexOrKey,
     .no_transformer = true,
     .doc = "Environments of all ancestors; [N]: of one; [NAME]: the first "
            "value of a variable that is not empty, up to 20 levels up.",
     .read = Read<AncestorEnvironment>},
    {.name = "proc.loginshellid",
     .type = FieldType::kInt64,
     .doc = "Process id of the oldest shell among the process and its "
            "ancestors.",
     .read = Read<LoginShell>},
};

}  // namespace

absl::Span<const FieldInfo> LineageFields() { return kFields; }

}  // namespace eyrie::rules
