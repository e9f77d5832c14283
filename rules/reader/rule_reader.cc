// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/rule_reader.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "rules/reader/exception_reader.h"
#include "rules/reader/yaml_reader.h"
#include "rules/reader/yaml_values.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kPluginKeys[] = {"name", "version", "alternatives"};
constexpr absl::string_view kAlternativeKeys[] = {"name", "version"};
constexpr absl::string_view kListKeys[] = {"list", "items", "append",
                                           "override"};
constexpr absl::string_view kMacroKeys[] = {"macro", "condition", "append",
                                            "override"};
constexpr absl::string_view kRuleKeys[] = {
    "rule",       "condition", "output",           "desc",
    "priority",   "source",    "enabled",          "tags",
    "exceptions", "capture",   "warn_evttypes",    "skip-if-unknown-filter",
    "append",     "override",  "capture_duration",
};
constexpr absl::string_view kItems[] = {
    "required_engine_version",
    "required_plugin_versions",
    "list",
    "macro",
    "rule",
};

std::optional<LocatedText> Trimmed(std::optional<LocatedText> text) {
  if (!text) return std::nullopt;
  return text->Trimmed();
}

// Reads the items of one file into its document.
class DocumentReader {
 public:
  DocumentReader(const ReadLimits& limits, RuleDocument& document,
                 Diagnostics& diagnostics)
      : limits_(limits), document_(document), diagnostics_(diagnostics) {}

  void ReadYamlDocument(const YamlNode& root);

 private:
  void ReadItem(const YamlNode& item);
  void ReadEngineVersion(const YamlNode& item);
  void ReadPluginVersions(const YamlNode& item);
  std::optional<RequiredPlugin::Version> ReadPluginVersion(
      const YamlNode& node, absl::Span<const absl::string_view> keys);
  void ReadPlugin(const YamlNode& node);
  void ReadList(const YamlNode& item);
  void ReadMacro(const YamlNode& item);
  void ReadRule(const YamlNode& item);
  Update ReadUpdate(MapReader& reader);
  void ReadOverride(const YamlNode& key, const YamlNode& value,
                    MapReader& reader, Update& update);

  const ReadLimits& limits_;
  RuleDocument& document_;
  Diagnostics& diagnostics_;
  bool is_full_ = false;
};

void DocumentReader::ReadYamlDocument(const YamlNode& root) {
  if (root.is_null()) return;
  if (!root.is_sequence()) {
    diagnostics_.Error("wrong-type", root.range,
                       "a rule file must be a list of items",
                       "begin each item with '- rule:', '- macro:' or "
                       "'- list:'");
    return;
  }
  document_.items.reserve(document_.items.size() + root.items.size());
  for (const YamlNodePtr& item : root.items) {
    if (!item->is_null()) ReadItem(*item);
  }
}

void DocumentReader::ReadItem(const YamlNode& item) {
  if (document_.items.size() >= limits_.max_items) {
    if (is_full_) return;
    is_full_ = true;
    diagnostics_.Error(
        "limit-exceeded", item.range,
        absl::StrCat("more than ", limits_.max_items, " items in one file"));
    return;
  }
  if (!item.is_map()) {
    diagnostics_.Error("wrong-type", item.range,
                       "an item must be a map such as 'rule: name'");
    return;
  }
  if (item.Find("required_engine_version") != nullptr) {
    ReadEngineVersion(item);
  } else if (item.Find("required_plugin_versions") != nullptr) {
    ReadPluginVersions(item);
  } else if (item.Find("list") != nullptr) {
    ReadList(item);
  } else if (item.Find("macro") != nullptr) {
    ReadMacro(item);
  } else if (item.Find("rule") != nullptr) {
    ReadRule(item);
  } else {
    const YamlNode* key =
        item.entries.empty() ? &item : item.entries[0].first.get();
    const std::string nearest =
        NearestName(key->text.text(), {std::begin(kItems), std::end(kItems)});
    diagnostics_.Warning(
        "unknown-item", key->range,
        "this item is no rule, macro or list; it is ignored",
        nearest.empty() ? "" : absl::StrCat("did you mean '", nearest, "'?"));
  }
}

void DocumentReader::ReadEngineVersion(const YamlNode& item) {
  MapReader reader(item, "version", diagnostics_);
  reader.WarnUnknownKeys({"required_engine_version"});
  if (auto version = reader.Text("required_engine_version")) {
    document_.items.push_back(RequiredEngineVersion{std::move(*version)});
  }
}

void DocumentReader::ReadPluginVersions(const YamlNode& item) {
  MapReader reader(item, "requirement", diagnostics_);
  reader.WarnUnknownKeys({"required_plugin_versions"});
  const YamlNode* plugins = reader.Sequence("required_plugin_versions");
  if (plugins == nullptr) return;
  for (const YamlNodePtr& plugin : plugins->items) ReadPlugin(*plugin);
}

std::optional<RequiredPlugin::Version> DocumentReader::ReadPluginVersion(
    const YamlNode& node, absl::Span<const absl::string_view> keys) {
  MapReader reader(node, "plugin version", diagnostics_);
  if (!node.is_map()) {
    reader.Fail("wrong-type", node.range,
                "a plugin version must be a map with name and version");
    return std::nullopt;
  }
  reader.WarnUnknownKeys(keys);
  std::optional<LocatedText> name = reader.RequiredText("name");
  std::optional<LocatedText> version = reader.RequiredText("version");
  if (!name || !version) return std::nullopt;
  return RequiredPlugin::Version{std::move(*name), std::move(*version)};
}

void DocumentReader::ReadPlugin(const YamlNode& node) {
  std::optional<RequiredPlugin::Version> first =
      ReadPluginVersion(node, kPluginKeys);
  if (!first) return;
  RequiredPlugin plugin;
  plugin.alternatives.push_back(std::move(*first));
  MapReader reader(node, "plugin version", diagnostics_);
  if (const YamlNode* alternatives = reader.Sequence("alternatives")) {
    for (const YamlNodePtr& alternative : alternatives->items) {
      if (auto version = ReadPluginVersion(*alternative, kAlternativeKeys)) {
        plugin.alternatives.push_back(std::move(*version));
      }
    }
  }
  document_.items.push_back(std::move(plugin));
}

void DocumentReader::ReadOverride(const YamlNode& key, const YamlNode& value,
                                  MapReader& reader, Update& update) {
  const std::string& kind = value.text.text();
  if (!key.is_scalar() || (kind != "append" && kind != "replace")) {
    reader.Fail("bad-override", value.range,
                absl::StrCat("a key can be overridden by 'append' or "
                             "'replace', not '",
                             kind, "'"));
    return;
  }
  const OverrideKind parsed =
      kind == "append" ? OverrideKind::kAppend : OverrideKind::kReplace;
  update.overrides.push_back({key.text.text(), parsed, key.range});
}

Update DocumentReader::ReadUpdate(MapReader& reader) {
  Update update;
  if (const auto append = reader.Bool("append")) {
    update.append = append->value;
    update.append_range = append->range;
  }
  const YamlNode* overrides = reader.Find("override");
  if (overrides == nullptr || overrides->is_null()) return update;
  if (!overrides->is_map()) {
    reader.Fail("wrong-type", overrides->range,
                "'override' must be a map such as 'items: append'");
    return update;
  }
  for (const auto& [key, value] : overrides->entries) {
    ReadOverride(*key, *value, reader, update);
  }
  if (update.append && !update.overrides.empty()) {
    reader.Fail("bad-override", overrides->range,
                "'append' and 'override' exclude each other",
                "delete 'append'");
  }
  return update;
}

void DocumentReader::ReadList(const YamlNode& item) {
  MapReader reader(item, "list", diagnostics_);
  reader.WarnUnknownKeys(kListKeys);
  std::optional<LocatedText> name = reader.RequiredText("list");
  if (!reader.Has("items")) {
    reader.Fail("missing-key", item.range, "this list has no 'items'",
                "an empty list is written 'items: []'");
  }
  auto items = reader.Texts("items");
  Update update = ReadUpdate(reader);
  if (reader.failed()) return;
  document_.items.push_back(RawList{std::move(*name), std::move(items->value),
                                    items->range, std::move(update),
                                    item.range});
}

void DocumentReader::ReadMacro(const YamlNode& item) {
  MapReader reader(item, "macro", diagnostics_);
  reader.WarnUnknownKeys(kMacroKeys);
  std::optional<LocatedText> name = reader.RequiredText("macro");
  std::optional<LocatedText> condition =
      Trimmed(reader.RequiredText("condition"));
  Update update = ReadUpdate(reader);
  if (reader.failed()) return;
  document_.items.push_back(RawMacro{std::move(*name), std::move(*condition),
                                     std::move(update), item.range});
}

void DocumentReader::ReadRule(const YamlNode& item) {
  MapReader reader(item, "rule", diagnostics_);
  reader.WarnUnknownKeys(kRuleKeys);
  RawRule rule;
  rule.range = item.range;
  if (std::optional<LocatedText> name = reader.RequiredText("rule")) {
    rule.name = std::move(*name);
  }
  rule.condition = Trimmed(reader.Text("condition"));
  rule.output = Trimmed(reader.Text("output"));
  rule.description = reader.Text("desc");
  rule.priority = reader.Text("priority");
  rule.source = reader.Text("source");
  rule.enabled = reader.Bool("enabled");
  rule.tags = reader.Texts("tags");
  rule.warn_evttypes = reader.Bool("warn_evttypes");
  rule.skip_if_unknown_filter = reader.Bool("skip-if-unknown-filter");
  rule.capture = reader.Bool("capture");
  rule.capture_duration_ms = reader.Integer("capture_duration");
  rule.update = ReadUpdate(reader);
  bool failed = false;
  if (const YamlNode* exceptions = reader.Find("exceptions")) {
    rule.exceptions = {ReadExceptions(*exceptions, diagnostics_, failed),
                       exceptions->range};
  }
  if (reader.failed() || failed) return;
  document_.items.push_back(std::move(rule));
}

}  // namespace

RuleDocument ReadRuleDocument(std::shared_ptr<const SourceFile> file,
                              const ReadLimits& limits,
                              Diagnostics& diagnostics) {
  RuleDocument document;
  document.file = std::move(file);
  const std::optional<std::vector<YamlNodePtr>> roots =
      ReadYaml(document.file, limits, diagnostics);
  if (!roots) return document;
  DocumentReader reader(limits, document, diagnostics);
  for (const YamlNodePtr& root : *roots) reader.ReadYamlDocument(*root);
  return document;
}

}  // namespace eyrie::rules
