// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/rule_collection.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "rules/reader/rule_document.h"
#include "rules/reader/rule_merger.h"
#include "rules/reader/rule_reader.h"
#include "rules/reader/version_check.h"

namespace eyrie::rules {
namespace {

// Whether a condition can name a list so.
bool IsListName(absl::string_view name) {
  return std::none_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isspace(c) ||
           absl::string_view("()\"'=,").find(c) != absl::string_view::npos;
  });
}

// Whether a condition can name a macro so.
bool IsMacroName(absl::string_view name) {
  return absl::ascii_isalpha(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

// What an item does to what was there before.
enum class Change { kDefine, kReplace, kAppend };

// Puts items together, one by one.
class Collector {
 public:
  Collector(const ReadLimits& limits, const KnownSources& known,
            Diagnostics& diagnostics)
      : limits_(limits), known_(known), diagnostics_(diagnostics) {}

  void Add(const RuleDocument& document) {
    for (const RawItem& item : document.items) {
      if (!AddItem(item)) return;
    }
  }

  RuleCollection Take() { return std::move(collection_); }

 private:
  // False if the rest of the file must not be read.
  bool AddItem(const RawItem& item) {
    if (const auto* version = std::get_if<RequiredEngineVersion>(&item)) {
      return CheckEngineVersion(*version, diagnostics_);
    }
    if (const auto* plugin = std::get_if<RequiredPlugin>(&item)) {
      CheckPlugin(*plugin, known_, diagnostics_);
      return true;
    }
    if (const auto* list = std::get_if<RawList>(&item)) {
      if (!CheckCount(list->range)) return false;
      AddList(*list);
    } else if (const auto* macro = std::get_if<RawMacro>(&item)) {
      if (!CheckCount(macro->range)) return false;
      AddMacro(*macro);
    } else {
      const auto& rule = std::get<RawRule>(item);
      if (!CheckCount(rule.range) || !CheckRules(rule)) return false;
      MergeRule(rule, position_, known_, collection_.rules, diagnostics_);
    }
    ++position_;
    return true;
  }

  bool CheckCount(const SourceRange& range) {
    if (position_ < limits_.max_items) return true;
    FailFull(range, limits_.max_items, "items");
    return false;
  }

  bool CheckRules(const RawRule& rule) {
    const Definitions<RuleDefinition>& rules = collection_.rules;
    if (rules.all().size() < limits_.max_rules ||
        rules.Find(rule.name.text()) != nullptr) {
      return true;
    }
    FailFull(rule.range, limits_.max_rules, "rules");
    return false;
  }

  void FailFull(const SourceRange& range, size_t limit,
                absl::string_view what) {
    if (is_full_) return;
    is_full_ = true;
    diagnostics_.Error(
        "limit-exceeded", range,
        absl::StrCat("all files together have more than ", limit, " ", what));
  }

  // What `update` of a list or macro does to `key`, the only one it may change.
  // Nothing, with an error, if it names others, or if there is no definition.
  std::optional<Change> ChangeOf(const Update& update, absl::string_view key,
                                 absl::string_view kind,
                                 const LocatedText& name, bool is_known) {
    WarnOfAppend(update, diagnostics_);
    Change change = update.append ? Change::kAppend : Change::kDefine;
    for (const Override& entry : update.overrides) {
      if (entry.key != key) {
        diagnostics_.Error("bad-override", entry.range,
                           absl::StrCat("'", entry.key, "' of a ", kind,
                                        " cannot be overridden"),
                           absl::StrCat("only '", key, "' can"));
        return std::nullopt;
      }
      change = entry.kind == OverrideKind::kAppend ? Change::kAppend
                                                   : Change::kReplace;
    }
    if (change == Change::kDefine || is_known) return change;
    diagnostics_.Error("unknown-target", name.Whole(),
                       absl::StrCat("there is no ", kind, " '", name.text(),
                                    "' yet that this could change"));
    return std::nullopt;
  }

  void WarnOfName(const LocatedText& name, absl::string_view kind,
                  absl::string_view hint) {
    diagnostics_.Warning(
        "invalid-name", name.Whole(),
        absl::StrCat("no condition can name a ", kind, " '", name.text(), "'"),
        std::string(hint));
  }

  void AddList(const RawList& raw) {
    if (!IsListName(raw.name.text())) {
      WarnOfName(raw.name, "list", "a name has no blanks and none of ()\"'=,");
    }
    ListDefinition* known = collection_.lists.Find(raw.name.text());
    const std::optional<Change> change =
        ChangeOf(raw.update, "items", "list", raw.name, known != nullptr);
    if (!change) return;
    if (*change == Change::kAppend) {
      known->items.insert(known->items.end(), raw.items.begin(),
                          raw.items.end());
      known->order.visibility = position_;
      return;
    }
    Put(ListDefinition{raw.name, raw.items, {}, raw.range}, known,
        collection_.lists);
  }

  void AddMacro(const RawMacro& raw) {
    if (!IsMacroName(raw.name.text())) {
      WarnOfName(raw.name, "macro",
                 "a name is made of letters, digits and '_', a letter first");
    }
    MacroDefinition* known = collection_.macros.Find(raw.name.text());
    const std::optional<Change> change =
        ChangeOf(raw.update, "condition", "macro", raw.name, known != nullptr);
    if (!change) return;
    if (*change == Change::kAppend) {
      known->condition.AppendSpaced(raw.condition);
      known->order.visibility = position_;
      return;
    }
    Put(MacroDefinition{raw.name, raw.condition, {}, raw.range}, known,
        collection_.macros);
  }

  // Adds `definition`, or puts it in the place of the `known` one.
  template <typename T>
  void Put(T definition, T* known, Definitions<T>& all) {
    definition.order = {known == nullptr ? position_ : known->order.index,
                        position_};
    if (known == nullptr) {
      all.Add(std::move(definition));
    } else {
      *known = std::move(definition);
    }
  }

  const ReadLimits& limits_;
  const KnownSources& known_;
  Diagnostics& diagnostics_;
  RuleCollection collection_;
  uint32_t position_ = 0;
  bool is_full_ = false;
};

}  // namespace

RuleCollection ReadRules(
    const std::vector<std::shared_ptr<const SourceFile>>& files,
    const ReadLimits& limits, const KnownSources& known,
    Diagnostics& diagnostics) {
  size_t bytes = 0;
  Collector collector(limits, known, diagnostics);
  for (const std::shared_ptr<const SourceFile>& file : files) {
    bytes += file->text().size();
    if (bytes > limits.max_bytes) {
      diagnostics.Error("limit-exceeded", {file, 0, 0},
                        absl::StrCat("all files together have more than ",
                                     limits.max_bytes, " bytes"));
      break;
    }
    collector.Add(ReadRuleDocument(file, limits, diagnostics));
  }
  return collector.Take();
}

}  // namespace eyrie::rules
