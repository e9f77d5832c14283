// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/event_text.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "clients/cli/table_printer.h"
#include "clients/cli/text.h"
#include "clients/cli/time_text.h"
#include "common/proto_time.h"
#include "proto/record.h"

namespace eyrie::cli {
namespace {

constexpr uint32_t kUnsetUid = 0xffffffff;
// Columns of a process in a tree; command lines may be 8 KiB long.
constexpr size_t kMaxTreeColumns = 160;
// Columns of an argument in a line; paths of most files fit.
constexpr size_t kMaxArgumentColumns = 100;

// Arguments in alphabetical order, without empty ones.
std::map<std::string, std::string> SortedArguments(const v1::Event& event) {
  std::map<std::string, std::string> sorted;
  for (const auto& [name, value] : event.arguments()) {
    if (!value.empty()) sorted.emplace(name, value);
  }
  return sorted;
}

bool IsExec(const v1::Event& event) {
  return event.type() == "execve" || event.type() == "execveat";
}

// What a shell would take for one word.
std::string Word(absl::string_view argument) {
  const bool is_plain =
      !argument.empty() && argument.find_first_of(" \t\n\"'\\$;|&<>()*?`") ==
                               absl::string_view::npos;
  return is_plain ? std::string(argument) : absl::StrCat("'", argument, "'");
}

std::string ProcessName(const v1::Process& process) {
  return absl::StrCat(process.comm(), "[", process.key().pid(), "]");
}

std::string FlagsText(uint32_t flags) {
  struct Name {
    uint32_t flag;
    const char* name;
  };
  const Name names[] = {
      {EYRIE_RECORD_TRUNCATED, "some text was cut"},
      {EYRIE_RECORD_UNVERIFIED, "a path is the process's word only"},
      {EYRIE_RECORD_FAULTED, "user memory could not be read"},
      {EYRIE_RECORD_COMPAT32, "32-bit system call"},
      {EYRIE_RECORD_IO_URING, "through io_uring"},
      {EYRIE_RECORD_SNAPSHOT, "from the snapshot at start"},
  };
  std::vector<std::string> parts;
  for (const Name& name : names) {
    if ((flags & name.flag) != 0) parts.push_back(name.name);
  }
  return absl::StrJoin(parts, ", ");
}

void AddProcess(const v1::Process& process, FieldPrinter* fields) {
  fields->Add("process", ProcessName(process));
  fields->Add("command", CommandLineText(process));
  fields->Add("executable", process.exe_path());
  fields->Add("directory", process.cwd());
  fields->Add("login user", process.loginuid() == kUnsetUid
                                ? ""
                                : absl::StrCat(process.loginuid()));
  fields->Add("cgroup", process.cgroup());
}

}  // namespace

std::string CommandLineText(const v1::Process& process) {
  if (process.exe().empty()) return process.comm();
  std::string text = Word(process.exe());
  absl::string_view arguments = process.args();
  if (arguments.empty()) return text;
  absl::ConsumeSuffix(&arguments, absl::string_view("\0", 1));
  for (const absl::string_view argument : absl::StrSplit(arguments, '\0')) {
    absl::StrAppend(&text, " ", Word(argument));
  }
  if (process.truncated()) absl::StrAppend(&text, " …");
  return text;
}

std::string EventLine(const v1::Event& event, absl::TimeZone zone) {
  std::string line = SafeText(absl::StrCat(
      TimeTextMillis(FromProtoTime(event.time()), zone), " ", event.node(), " ",
      event.type(), " ", event.comm(), "[", event.process().key().pid(), "]"));
  const auto add = [&line](absl::string_view name, const std::string& value) {
    absl::StrAppend(&line, " ", SafeText(name), "=",
                    CutText(SafeText(value), kMaxArgumentColumns));
  };
  if (IsExec(event)) {
    const auto result = event.arguments().find("res");
    if (result != event.arguments().end()) add("res", result->second);
    add("command", CommandLineText(event.process()));
    return line;
  }
  for (const auto& [name, value] : SortedArguments(event)) {
    add(name, Word(value));
  }
  return line;
}

std::string ProcessTreeText(const v1::Event& event) {
  std::vector<const v1::Process*> line;
  if (event.has_process()) line.push_back(&event.process());
  for (const v1::Process& ancestor : event.ancestors()) {
    line.push_back(&ancestor);
  }
  std::reverse(line.begin(), line.end());
  std::string text;
  for (size_t depth = 0; depth < line.size(); ++depth) {
    if (depth > 0) {
      absl::StrAppend(&text, std::string(2 * (depth - 1), ' '), "└ ");
    }
    const std::string process = SafeText(absl::StrCat(
        ProcessName(*line[depth]), "  ", CommandLineText(*line[depth])));
    absl::StrAppend(&text, CutText(process, kMaxTreeColumns), "\n");
  }
  return text;
}

std::string EventDetails(const v1::Event& event, absl::TimeZone zone) {
  FieldPrinter fields;
  fields.Add("event", event.type());
  fields.Add("time", TimeTextMillis(FromProtoTime(event.time()), zone));
  if (event.has_result()) fields.Add("result", absl::StrCat(event.result()));
  if (event.has_process()) {
    AddProcess(event.process(), &fields);
  } else {
    fields.Add("process", event.comm());
  }
  fields.Add("user",
             event.uid() == event.euid()
                 ? absl::StrCat(event.uid())
                 : absl::StrCat(event.uid(), ", acting as ", event.euid()));
  fields.Add("remark", FlagsText(event.flags()));
  for (const auto& [name, value] : SortedArguments(event)) {
    fields.Add(absl::StrCat("  ", name), value);
  }
  return fields.ToString();
}

}  // namespace eyrie::cli
