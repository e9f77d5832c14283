// SPDX-License-Identifier: Apache-2.0

#include "tests/conformance/rule_case.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "rules/reader/read_limits.h"
#include "rules/reader/yaml_reader.h"
#include "rules/reader/yaml_values.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kCode = "bad-case";
constexpr absl::string_view kCaseKeys[] = {
    "name", "files", "loads", "codes", "rules", "matches", "events", "compat"};
constexpr absl::string_view kRuleKeys[] = {"condition",
                                           "output",
                                           "desc",
                                           "priority",
                                           "source",
                                           "tags",
                                           "enabled",
                                           "warn_evttypes",
                                           "capture",
                                           "capture_duration",
                                           "skip-if-unknown-filter"};
constexpr absl::string_view kMatchKeys[] = {"fields", "match"};

template <typename T>
auto ValueOf(const std::optional<T>& located)
    -> std::optional<decltype(located->value)> {
  if (!located) return std::nullopt;
  return located->value;
}

std::optional<std::string> TextOf(std::optional<LocatedText> located) {
  if (!located) return std::nullopt;
  return located->text();
}

// Reads one case.
class CaseReader {
 public:
  CaseReader(const YamlNode& node, Diagnostics& diagnostics)
      : node_(node),
        map_(node, "case", diagnostics),
        diagnostics_(diagnostics) {}

  // Nothing if there was a mistake.
  std::optional<RuleCase> Read() {
    const size_t errors = diagnostics_.errors() + diagnostics_.warnings();
    map_.WarnUnknownKeys(kCaseKeys);
    case_.range = node_.range;
    case_.name = TextOf(map_.RequiredText("name")).value_or("");
    ReadFiles();
    case_.loads = ValueOf(map_.Bool("loads")).value_or(true);
    case_.is_compat = ValueOf(map_.Bool("compat")).value_or(false);
    case_.codes = Texts(map_, "codes").value_or(std::vector<std::string>());
    ReadRules();
    ReadMatches();
    ReadEvents();
    CheckWhatIsExpected();
    if (diagnostics_.errors() + diagnostics_.warnings() > errors) {
      return std::nullopt;
    }
    return std::move(case_);
  }

 private:
  static std::optional<std::vector<std::string>> Texts(MapReader& map,
                                                       absl::string_view key) {
    const auto located = map.Texts(key);
    if (!located) return std::nullopt;
    std::vector<std::string> texts;
    for (const LocatedText& text : located->value) texts.push_back(text.text());
    return texts;
  }

  void ReadFiles() {
    const YamlNode* const files = map_.Sequence("files");
    if (files == nullptr || files->items.empty()) {
      map_.Fail(kCode, node_.range, "a case has at least one file");
      return;
    }
    for (const YamlNodePtr& file : files->items) {
      // {hex: ff} is for what YAML cannot hold.
      const YamlNode* const hex = file->Find("hex");
      case_.files.push_back(std::make_shared<SourceFile>(
          absl::StrCat(case_.files.size() + 1, ".yaml"),
          hex == nullptr ? file->text.text()
                         : absl::HexStringToBytes(hex->text.text())));
    }
  }

  void ReadRules() {
    const YamlNode* const rules = map_.Find("rules");
    if (rules == nullptr) return;
    case_.rules.emplace();
    for (const auto& [name, value] : rules->entries) {
      MapReader map(*value, "rule", diagnostics_);
      map.WarnUnknownKeys(kRuleKeys);
      ExpectedRule rule;
      rule.name = name->text.text();
      rule.condition = TextOf(map.Text("condition"));
      rule.output = TextOf(map.Text("output"));
      rule.description = TextOf(map.Text("desc"));
      rule.priority = TextOf(map.Text("priority"));
      rule.source = TextOf(map.Text("source"));
      rule.tags = Texts(map, "tags");
      rule.enabled = ValueOf(map.Bool("enabled"));
      rule.warn_evttypes = ValueOf(map.Bool("warn_evttypes"));
      rule.skip_if_unknown_filter = ValueOf(map.Bool("skip-if-unknown-filter"));
      rule.capture = ValueOf(map.Bool("capture"));
      rule.capture_duration_ms = ValueOf(map.Integer("capture_duration"));
      case_.rules->push_back(std::move(rule));
    }
  }

  void ReadMatches() {
    if (!map_.Has("matches")) return;
    const YamlNode* const matches = map_.Sequence("matches");
    if (matches == nullptr) return;
    for (const YamlNodePtr& item : matches->items) {
      MapReader map(*item, "match", diagnostics_);
      map.WarnUnknownKeys(kMatchKeys);
      ExpectedMatch match;
      match.range = item->range;
      if (const YamlNode* const fields = map.Find("fields")) {
        for (const auto& [name, value] : fields->entries) {
          match.fields.emplace_back(name->text.text(), value);
        }
      }
      const auto rules = Texts(map, "match");
      if (!rules) map.Fail(kCode, item->range, "'match' is missing");
      match.rules = rules.value_or(std::vector<std::string>());
      case_.matches.push_back(std::move(match));
    }
  }

  void ReadEvents() {
    if (!map_.Has("events")) return;
    const YamlNode* const events = map_.Sequence("events");
    if (events == nullptr) return;
    for (const YamlNodePtr& item : events->items) {
      auto fixture = testing::ReadRuleFixture(*item, diagnostics_);
      if (fixture) case_.events.push_back(*std::move(fixture));
    }
  }

  // A case that expects nothing shows nothing.
  void CheckWhatIsExpected() {
    const bool has_rules =
        case_.rules || !case_.matches.empty() || !case_.events.empty();
    if (case_.loads && !has_rules) {
      map_.Fail(kCode, node_.range, "give rules, matches or events");
    }
    if (!case_.loads && (has_rules || case_.codes.empty())) {
      map_.Fail(kCode, node_.range,
                "files that do not load have codes, no rules");
    }
  }

  const YamlNode& node_;
  MapReader map_;
  Diagnostics& diagnostics_;
  RuleCase case_;
};

}  // namespace

std::vector<RuleCase> ReadRuleCases(
    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  std::vector<RuleCase> cases;
  const auto documents = ReadYaml(file, ReadLimits(), diagnostics);
  if (!documents) return cases;
  for (const YamlNodePtr& document : *documents) {
    if (!document->is_sequence()) {
      diagnostics.Error(kCode, document->range,
                        "a file of cases is a list of them");
      continue;
    }
    for (const YamlNodePtr& item : document->items) {
      auto read = CaseReader(*item, diagnostics).Read();
      if (read) cases.push_back(*std::move(read));
    }
  }
  return cases;
}

}  // namespace eyrie::rules
