// SPDX-License-Identifier: Apache-2.0

#include "rules/testing/rule_fixture.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"
#include "rules/json/json_parser.h"
#include "rules/reader/read_limits.h"
#include "rules/reader/yaml_reader.h"
#include "rules/reader/yaml_values.h"
#include "rules/testing/argument_value.h"
#include "rules/testing/fixture_container.h"

namespace eyrie::rules::testing {
namespace {

constexpr absl::string_view kCode = "bad-test-case";
constexpr size_t kMaxComm = 15;
// Bytes of all texts of a case. A record has at most 20 KiB, and that of an
// exec holds the command twice.
constexpr size_t kMaxTextBytes = 8 << 10;
constexpr absl::string_view kKeys[] = {
    "rule", "name",     "expect",    "event",     "command", "comm",
    "exe",  "exepath",  "cwd",       "ancestors", "cgroup",  "container",
    "uid",  "loginuid", "exe_flags", "env",       "tty",     "result",
    "args", "output",   "json"};
// Those that say something of the kernel's events.
constexpr absl::string_view kKernelKeys[] = {
    "event",     "command", "comm",      "exe", "exepath",  "cwd",
    "ancestors", "cgroup",  "container", "uid", "loginuid", "exe_flags",
    "env",       "tty",     "result",    "args"};

// Reads one case, key by key.
class CaseReader {
 public:
  CaseReader(const YamlNode& map, Diagnostics& diagnostics)
      : diagnostics_(diagnostics), map_(map, "test case", diagnostics) {
    fixture_.range = map.range;
  }

  // Nothing if there was a mistake.
  std::optional<RuleFixture> ReadCase() {
    ReadExpectation();
    return ReadEvent();
  }

  // The same; of a case only its event is looked at.
  std::optional<RuleFixture> ReadEvent() {
    map_.WarnUnknownKeys(kKeys);
    ReadType();
    ReadProcess();
    fixture_.result = Number("result", ArgumentType::kErrno);
    if (const auto output = map_.Text("output")) {
      fixture_.output = output->text();
    }
    ReadArguments();
    CheckTexts();
    if (map_.failed() || has_bad_container_) return std::nullopt;
    return std::move(fixture_);
  }

 private:
  void ReadExpectation() {
    if (const auto rule = map_.RequiredText("rule")) {
      fixture_.rule = rule->text();
    }
    if (const auto name = map_.Text("name")) fixture_.name = name->text();
    if (const auto expect = map_.RequiredText("expect")) {
      fixture_.fires = expect->text() == "fires";
      if (!fixture_.fires && expect->text() != "silent") {
        map_.Fail(kCode, expect->Whole(), "'expect' is fires or silent");
      }
    }
  }

  void ReadType() {
    if (map_.Has("json")) {
      ReadJson();
    } else if (const auto event = map_.RequiredText("event")) {
      fixture_.event = event->text();
      event_ = FindEvent(fixture_.event);
      if (event_ == nullptr) {
        map_.Fail(kCode, event->Whole(),
                  absl::StrCat("no event is called '", fixture_.event, "'"));
      }
    }
  }

  void ReadJson() {
    for (const absl::string_view key : kKernelKeys) {
      if (map_.Has(key)) FailAt(key, "does not go with 'json'");
    }
    const auto json = map_.Text("json");
    if (!json) return;
    fixture_.json = json->text();
    const absl::Status parsed = ParseJson(fixture_.json).status();
    if (!parsed.ok()) {
      map_.Fail(kCode, json->Whole(),
                absl::StrCat("'json': ", parsed.message()));
    }
  }

  void ReadProcess() {
    fixture_.command = Texts("command");
    fixture_.ancestors = Texts("ancestors");
    fixture_.comm = Text("comm");
    fixture_.exe = Text("exe");
    fixture_.exepath = Text("exepath");
    fixture_.cwd = Text("cwd");
    fixture_.cgroup = Text("cgroup");
    ReadContainer();
    if (map_.Has("command") && fixture_.command.empty()) {
      FailAt("command", "needs at least the program");
    }
    if (fixture_.comm.size() > kMaxComm) {
      FailAt("comm", "is longer than 15 bytes");
    }
    fixture_.uid = Unsigned("uid", ArgumentType::kUid);
    fixture_.loginuid = Unsigned("loginuid", ArgumentType::kUid);
    fixture_.exe_flags = Unsigned("exe_flags", ArgumentType::kExecFlags);
    fixture_.env = Texts("env");
    fixture_.tty = Unsigned("tty", ArgumentType::kUint64);
  }

  // An id alone, or what the container's runtime says.
  void ReadContainer() {
    const YamlNode* const node = map_.Find("container");
    if (node == nullptr) return;
    if (node->is_map()) {
      fixture_.known_container = ReadFixtureContainer(*node, diagnostics_);
      has_bad_container_ = !fixture_.known_container.has_value();
      return;
    }
    fixture_.container = Text("container");
    if (!IsContainerId(fixture_.container)) {
      FailAt("container",
             "must be 64 hexadecimal digits, or a map of what is known");
    }
  }

  void ReadArguments() {
    const YamlNode* const args = map_.Find("args");
    if (args == nullptr || event_ == nullptr) return;
    if (!args->is_map()) {
      FailAt("args", "must be a map of names to values");
      return;
    }
    for (const auto& [name, value] : args->entries) {
      ReadArgument(*name, *value);
    }
  }

  void ReadArgument(const YamlNode& name, const YamlNode& value) {
    const std::string& text = name.text.text();
    const ArgumentInfo* const info = FindArgument(text);
    if (info == nullptr) {
      map_.Fail(kCode, name.range,
                absl::StrCat("event '", event_->name, "' has no argument '",
                             text, "'"));
      return;
    }
    FixtureArgument argument;
    argument.name = text;
    if (!ReadValue(*info, value, &argument)) {
      map_.Fail(kCode, value.range,
                absl::StrCat("argument '", text, "' takes ", Wanted(*info)));
      return;
    }
    fixture_.args.push_back(std::move(argument));
  }

  // By its name in rules or the one in the record.
  const ArgumentInfo* FindArgument(absl::string_view name) const {
    for (const ArgumentInfo& info : event_->arguments) {
      if (info.field == name || (!info.name.empty() && info.name == name)) {
        return &info;
      }
    }
    return nullptr;
  }

  static bool ReadValue(const ArgumentInfo& info, const YamlNode& value,
                        FixtureArgument* argument) {
    const std::string& text = value.text.text();
    switch (info.type) {
      case ArgumentType::kString:
      case ArgumentType::kPath:
      case ArgumentType::kRequestedPath:
      case ArgumentType::kBytes:
      case ArgumentType::kSockoptValue:
        argument->value = text;
        return value.is_scalar();
      case ArgumentType::kStrings: {
        std::vector<std::string> texts;
        for (const YamlNodePtr& item : value.items) {
          if (!item->is_scalar()) return false;
          texts.push_back(item->text.text());
        }
        argument->value = std::move(texts);
        return value.is_sequence();
      }
      case ArgumentType::kSockaddr:
        argument->value = AddressText{text};
        return value.is_scalar() && IsAddress(text);
      case ArgumentType::kTuple:
      case ArgumentType::kFdList:
        return false;
      default: {
        const auto number = ReadNumber(info.type, text);
        argument->value = number.value_or(0);
        return value.is_scalar() && number.has_value();
      }
    }
  }

  static absl::string_view Wanted(const ArgumentInfo& info) {
    switch (info.type) {
      case ArgumentType::kString:
      case ArgumentType::kPath:
      case ArgumentType::kRequestedPath:
      case ArgumentType::kBytes:
      case ArgumentType::kSockoptValue:
        return "a text";
      case ArgumentType::kStrings:
        return "a list of texts";
      case ArgumentType::kSockaddr:
        return "an address such as 10.0.0.1:443 or unix:/run/x.sock";
      case ArgumentType::kTuple:
        return "no value; set 'local' and 'remote'";
      case ArgumentType::kFdList:
        return "no value: test cases have none for a list of descriptors";
      default:
        return "a number or its name, of flags several joined by |";
    }
  }

  // What a record cannot hold.
  void CheckTexts() {
    size_t bytes = 0;
    bool has_nul = false;
    const auto add = [&](const std::string& text) {
      bytes += text.size() + 1;
      has_nul |= text.find('\0') != std::string::npos;
    };
    for (const std::string* text :
         {&fixture_.comm, &fixture_.exe, &fixture_.exepath, &fixture_.cwd,
          &fixture_.cgroup}) {
      add(*text);
    }
    for (const std::string& word : fixture_.command) add(word);
    for (const std::string& name : fixture_.ancestors) add(name);
    for (const std::string& variable : fixture_.env) add(variable);
    for (const FixtureArgument& argument : fixture_.args) {
      if (const auto* text = std::get_if<std::string>(&argument.value)) {
        add(*text);
      } else if (const auto* texts =
                     std::get_if<std::vector<std::string>>(&argument.value)) {
        for (const std::string& text : *texts) add(text);
      }
    }
    if (bytes > kMaxTextBytes) {
      map_.Fail(kCode, fixture_.range,
                absl::StrCat("the texts of a case have at most ", kMaxTextBytes,
                             " bytes together"));
    }
    if (has_nul) {
      map_.Fail(kCode, fixture_.range, "a text of a case holds no zero byte");
    }
  }

  std::string Text(absl::string_view key) {
    const auto text = map_.Text(key);
    return text ? text->text() : "";
  }

  std::vector<std::string> Texts(absl::string_view key) {
    std::vector<std::string> texts;
    const auto located = map_.Texts(key);
    if (!located) return texts;
    for (const LocatedText& text : located->value) texts.push_back(text.text());
    return texts;
  }

  std::optional<int64_t> Number(absl::string_view key, ArgumentType type) {
    const auto text = map_.Text(key);
    if (!text) return std::nullopt;
    const auto number = ReadNumber(type, text->text());
    if (!number) FailAt(key, "must be a number or a name of one");
    return number;
  }

  std::optional<uint32_t> Unsigned(absl::string_view key, ArgumentType type) {
    const auto number = Number(key, type);
    if (!number) return std::nullopt;
    if (*number < 0 || *number > std::numeric_limits<uint32_t>::max()) {
      FailAt(key, "must be between 0 and 4294967295");
      return std::nullopt;
    }
    return static_cast<uint32_t>(*number);
  }

  void FailAt(absl::string_view key, absl::string_view message) {
    map_.Fail(kCode, map_.Find(key)->range,
              absl::StrCat("'", key, "' ", message));
  }

  Diagnostics& diagnostics_;
  MapReader map_;
  RuleFixture fixture_;
  bool has_bad_container_ = false;
  const EventInfo* event_ = nullptr;
};

}  // namespace

std::optional<RuleFixture> ReadRuleFixture(const YamlNode& node,
                                           Diagnostics& diagnostics) {
  if (!node.is_map()) {
    diagnostics.Error(kCode, node.range, "a test case is a map");
    return std::nullopt;
  }
  return CaseReader(node, diagnostics).ReadCase();
}

std::vector<RuleFixture> ReadRuleFixtures(
    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  std::vector<RuleFixture> fixtures;
  const auto documents = ReadYaml(file, ReadLimits(), diagnostics);
  if (!documents) return fixtures;
  for (const YamlNodePtr& document : *documents) {
    if (document->is_null()) continue;
    if (!document->is_sequence()) {
      diagnostics.Error(kCode, document->range,
                        "a file of test cases is a list of them");
      continue;
    }
    for (const YamlNodePtr& item : document->items) {
      auto fixture = ReadRuleFixture(*item, diagnostics);
      if (fixture) fixtures.push_back(*std::move(fixture));
    }
  }
  return fixtures;
}

std::optional<RuleFixture> ReadFixtureEvent(
    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  const auto documents = ReadYaml(file, ReadLimits(), diagnostics);
  if (!documents) return std::nullopt;
  if (documents->size() != 1 || !documents->front()->is_map()) {
    diagnostics.Error(kCode, {file, 0, 0}, "an event is one map of keys");
    return std::nullopt;
  }
  auto event = CaseReader(*documents->front(), diagnostics).ReadEvent();
  if (event.has_value() && !event->json.empty()) {
    diagnostics.Error(kCode, event->range,
                      "a file of one event has one of the kernel's events; "
                      "'json' is for test cases");
    return std::nullopt;
  }
  return event;
}

}  // namespace eyrie::rules::testing
