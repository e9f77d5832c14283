// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/proc_fields.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

#include "proto/record.h"
#include "rules/check/types.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/process_facts.h"
#include "rules/fields/process_tree.h"

namespace eyrie::rules {
namespace {

Extracted Name(const Event& event) { return Text(event.record.comm()); }

Extracted OwnPid(const Event& event) {
  return Signed(event.record.process().pid);
}

Extracted ParentPid(const Event& event) {
  return Signed(event.record.header().ppid);
}

Extracted WorkingDirectory(const ProcessNode& node) {
  return TextFact(node, node.cwd());
}

// proc.args, proc.args[N].
Extracted OwnArguments(const Event& event, const FieldArgument& argument,
                       Scratch&) {
  if (event.process == nullptr) return Unknown();
  if (!argument.given) return Arguments(*event.process);
  absl::string_view found;
  int64_t index = 0;
  ForEachString(event.process->facts().args(), [&](absl::string_view text) {
    if (index++ != argument.index) return true;
    found = text;
    return false;
  });
  return TextFact(*event.process, found);
}

// proc.env, proc.env[NAME].
Extracted OwnEnvironment(const Event& event, const FieldArgument& argument,
                         Scratch&) {
  if (event.process == nullptr) return Unknown();
  if (!argument.given) return Environment(*event.process);
  absl::string_view value = "";
  FindVariable(event.process->facts().env(), argument.key, &value);
  return TextFact(*event.process, value);
}

// argv[0] with the arguments.
Extracted ExeLine(const Event& event, Scratch& scratch) {
  if (event.process == nullptr) return Unknown();
  const ProcessNode& node = *event.process;
  if (node.facts().partial() && node.facts().exe().empty()) return Unknown();
  if (node.args().empty()) return Text(node.facts().exe());
  return Text(scratch.Keep(absl::StrCat(node.facts().exe(), " ", node.args())));
}

Extracted ArgumentCount(const ProcessNode& node) {
  uint64_t count = 0;
  ForEachString(node.facts().args(), [&](absl::string_view) {
    ++count;
    return true;
  });
  return NumberFact(node, count);
}

Extracted ArgumentLength(const ProcessNode& node) {
  uint64_t length = 0;
  ForEachString(node.facts().args(), [&](absl::string_view text) {
    length += text.size();
    return true;
  });
  return NumberFact(node, length);
}

Extracted Terminal(const ProcessNode& node) {
  return NumberFact(node, node.facts().tty());
}

// ---- times ----------------------------------------------------------------

// Start of a process, ns since boot, to what `event` makes of it. A process
// whose start is not known has none of these times.
Extracted StartTime(const Event& event, uint64_t start_ns) {
  if (start_ns == 0) return Absent();
  return Number(start_ns + static_cast<uint64_t>(event.clock_offset_ns));
}

Extracted Duration(const Event& event, uint64_t start_ns) {
  const uint64_t now_ns = event.record.time_ns();
  if (start_ns == 0 || now_ns < start_ns) return Absent();
  return Number(now_ns - start_ns);
}

template <Extracted (*F)(const Event&, uint64_t)>
Extracted OfOwnStart(const Event& event) {
  return F(event, event.record.process().start_time_ns);
}

template <Extracted (*F)(const Event&, uint64_t)>
Extracted OfParentStart(const Event& event) {
  const Ancestor parent = AncestorAt(event, 1);
  if (parent.node == nullptr) return {parent.presence, {}};
  return F(event, parent.node->facts().key().start_time_ns());
}

constexpr absl::string_view kNoDescriptorTable =
    "a table of open descriptors (later sensor work)";

const FieldInfo kFields[] = {
    {.name = "proc.name",
     .type = FieldType::kString,
     .doc = "Name of the acting thread, at most 15 bytes.",
     .read = Read<Name>},
    {.name = "proc.exe",
     .type = FieldType::kString,
     .doc = "argv[0] as given to exec; may be relative or made up.",
     .read = Read<OfProcess<Exe>>},
    {.name = "proc.exepath",
     .type = FieldType::kString,
     .doc = "Path of the executable from the kernel.",
     .read = Read<OfProcess<ExePath>>},
    {.name = "proc.args",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kIndex,
     .doc = "Arguments joined by blanks, without argv[0]; [N]: one of them, "
            "from 0, empty if there are fewer.",
     .read = Read<OwnArguments>},
    {.name = "proc.cmdline",
     .type = FieldType::kString,
     .doc = "Name of the process and its arguments joined by blanks.",
     .read = Read<OfProcess<CommandLine>>},
    {.name = "proc.exeline",
     .type = FieldType::kString,
     .doc = "argv[0] and the arguments joined by blanks.",
     .read = Read<ExeLine>},
    {.name = "proc.cmdnargs",
     .type = FieldType::kUint64,
     .doc = "Number of arguments, without argv[0].",
     .read = Read<OfProcess<ArgumentCount>>},
    {.name = "proc.cmdlenargs",
     .type = FieldType::kUint64,
     .doc = "Bytes of all arguments, without argv[0] and blanks.",
     .read = Read<OfProcess<ArgumentLength>>},
    {.name = "proc.env",
     .type = FieldType::kString,
     .argument_rule = ArgumentRule::kOptional,
     .argument_kind = ArgumentKind::kKey,
     .doc = "Environment as NAME=value joined by blanks, at most 4096 bytes; "
            "[NAME]: value of one variable, empty if it is not set.",
     .read = Read<OwnEnvironment>},
    {.name = "proc.cwd",
     .type = FieldType::kString,
     .doc = "Working directory with a trailing slash.",
     .read = Read<OfProcess<WorkingDirectory>>},
    {.name = "proc.tty",
     .type = FieldType::kUint64,
     .doc = "Device number of the controlling terminal; 0 if none.",
     .read = Read<OfProcess<Terminal>>,
     .bits = 32},
    {.name = "proc.pid",
     .type = FieldType::kInt64,
     .doc = "Process id in the initial pid namespace.",
     .read = Read<OwnPid>},
    {.name = "proc.vpid",
     .type = FieldType::kInt64,
     .doc = "Process id in the process's own pid namespace.",
     .read = Read<OfProcess<VirtualPid>>},
    {.name = "proc.ppid",
     .type = FieldType::kInt64,
     .doc = "Process id of the parent; 0 if none.",
     .read = Read<ParentPid>},
    {.name = "proc.pname",
     .type = FieldType::kString,
     .doc = "Name of the parent process.",
     .read = Read<OfParent<Comm>>},
    {.name = "proc.pexe",
     .type = FieldType::kString,
     .doc = "argv[0] of the parent.",
     .read = Read<OfParent<Exe>>},
    {.name = "proc.pexepath",
     .type = FieldType::kString,
     .doc = "Path of the parent's executable.",
     .read = Read<OfParent<ExePath>>},
    {.name = "proc.pcmdline",
     .type = FieldType::kString,
     .doc = "Name and arguments of the parent.",
     .read = Read<OfParent<CommandLine>>},
    {.name = "proc.pvpid",
     .type = FieldType::kInt64,
     .doc = "The parent's process id in its own pid namespace.",
     .read = Read<OfParent<VirtualPid>>},
    {.name = "proc.duration",
     .type = FieldType::kRelativeTime,
     .doc = "Age of the process, ns.",
     .read = Read<OfOwnStart<Duration>>},
    {.name = "proc.pid.ts",
     .type = FieldType::kRelativeTime,
     .doc = "Start of the process, ns since the epoch.",
     .read = Read<OfOwnStart<StartTime>>},
    {.name = "proc.ppid.duration",
     .type = FieldType::kRelativeTime,
     .doc = "Age of the parent, ns.",
     .read = Read<OfParentStart<Duration>>},
    {.name = "proc.ppid.ts",
     .type = FieldType::kRelativeTime,
     .doc = "Start of the parent, ns since the epoch.",
     .read = Read<OfParentStart<StartTime>>},
    {.name = "proc.stdin.type",
     .type = FieldType::kString,
     .unavailable = kNoDescriptorTable,
     .doc = "Type of descriptor 0, as in fd.type.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.stdin.name",
     .type = FieldType::kString,
     .unavailable = kNoDescriptorTable,
     .doc = "Name of descriptor 0, as in fd.name.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.stdout.type",
     .type = FieldType::kString,
     .unavailable = kNoDescriptorTable,
     .doc = "Type of descriptor 1, as in fd.type.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.stdout.name",
     .type = FieldType::kString,
     .unavailable = kNoDescriptorTable,
     .doc = "Name of descriptor 1, as in fd.name.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.stderr.type",
     .type = FieldType::kString,
     .unavailable = kNoDescriptorTable,
     .doc = "Type of descriptor 2, as in fd.type.",
     .read = Read<ExtractUnknown>},
    {.name = "proc.stderr.name",
     .type = FieldType::kString,
     .unavailable = kNoDescriptorTable,
     .doc = "Name of descriptor 2, as in fd.name.",
     .read = Read<ExtractUnknown>},
};

}  // namespace

absl::Span<const FieldInfo> ProcFields() { return kFields; }

}  // namespace eyrie::rules
