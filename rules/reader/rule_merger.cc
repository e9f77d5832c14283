// SPDX-License-Identifier: Apache-2.0

#include "rules/reader/rule_merger.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "rules/reader/exception_merger.h"

namespace eyrie::rules {
namespace {

constexpr absl::string_view kPriorities =
    "priorities: EMERGENCY ALERT CRITICAL ERROR WARNING NOTICE INFORMATIONAL "
    "DEBUG";

void AddTags(const std::vector<LocatedText>& tags,
             std::vector<std::string>& all) {
  for (const LocatedText& tag : tags) {
    if (std::find(all.begin(), all.end(), tag.text()) == all.end()) {
      all.push_back(tag.text());
    }
  }
}

void SetPriority(const LocatedText& text, RuleDefinition& rule,
                 Diagnostics& diagnostics) {
  if (ParsePriority(text.text(), &rule.priority)) return;
  diagnostics.Error("bad-priority", text.Whole(),
                    absl::StrCat("'", text.text(), "' is no priority"),
                    std::string(kPriorities));
}

void SetSource(const std::optional<LocatedText>& source,
               const KnownSources& known, RuleDefinition& rule,
               Diagnostics& diagnostics) {
  rule.source = source ? source->text() : "syscall";
  rule.is_source_known =
      !source || std::find(known.sources.begin(), known.sources.end(),
                           rule.source) != known.sources.end();
  if (rule.is_source_known) return;
  diagnostics.Warning(
      "unknown-source", source->Whole(),
      absl::StrCat("rule '", rule.name.text(),
                   "' is skipped: there is no source '", rule.source, "'"),
      absl::StrCat("sources: ", absl::StrJoin(known.sources, " ")));
}

void AppendOrReplace(const LocatedText& text, OverrideKind kind,
                     LocatedText& target) {
  if (kind == OverrideKind::kReplace) target = LocatedText();
  target.AppendSpaced(text);
}

// A key of a rule that `override` may name.
struct OverridableKey {
  absl::string_view name;
  bool can_append;
  bool (*is_given)(const RawRule&);
  // REQUIRES: it is given.
  void (*apply)(const RawRule&, OverrideKind, RuleDefinition&, Diagnostics&);
};

constexpr OverridableKey kOverridableKeys[] = {
    {"condition", true,
     [](const RawRule& raw) { return raw.condition.has_value(); },
     [](const RawRule& raw, OverrideKind kind, RuleDefinition& rule,
        Diagnostics&) {
       AppendOrReplace(*raw.condition, kind, rule.condition);
     }},
    {"output", true, [](const RawRule& raw) { return raw.output.has_value(); },
     [](const RawRule& raw, OverrideKind kind, RuleDefinition& rule,
        Diagnostics&) { AppendOrReplace(*raw.output, kind, rule.output); }},
    {"desc", true,
     [](const RawRule& raw) { return raw.description.has_value(); },
     [](const RawRule& raw, OverrideKind kind, RuleDefinition& rule,
        Diagnostics&) {
       AppendOrReplace(*raw.description, kind, rule.description);
     }},
    {"tags", true, [](const RawRule& raw) { return raw.tags.has_value(); },
     [](const RawRule& raw, OverrideKind kind, RuleDefinition& rule,
        Diagnostics&) {
       if (kind == OverrideKind::kReplace) rule.tags.clear();
       AddTags(raw.tags->value, rule.tags);
     }},
    {"exceptions", true,
     [](const RawRule& raw) { return raw.exceptions.has_value(); },
     [](const RawRule& raw, OverrideKind kind, RuleDefinition& rule,
        Diagnostics& diagnostics) {
       if (kind == OverrideKind::kAppend) {
         AppendExceptions(raw.exceptions->value, rule.exceptions, diagnostics);
       } else {
         rule.exceptions = DefineExceptions(
             raw.exceptions->value, /*warn_of_holes=*/true, diagnostics);
       }
     }},
    {"priority", false,
     [](const RawRule& raw) { return raw.priority.has_value(); },
     [](const RawRule& raw, OverrideKind, RuleDefinition& rule,
        Diagnostics& diagnostics) {
       SetPriority(*raw.priority, rule, diagnostics);
     }},
    {"enabled", false,
     [](const RawRule& raw) { return raw.enabled.has_value(); },
     [](const RawRule& raw, OverrideKind, RuleDefinition& rule, Diagnostics&) {
       rule.enabled = raw.enabled->value;
     }},
    {"warn_evttypes", false,
     [](const RawRule& raw) { return raw.warn_evttypes.has_value(); },
     [](const RawRule& raw, OverrideKind, RuleDefinition& rule, Diagnostics&) {
       rule.warn_evttypes = raw.warn_evttypes->value;
     }},
    {"skip-if-unknown-filter", false,
     [](const RawRule& raw) { return raw.skip_if_unknown_filter.has_value(); },
     [](const RawRule& raw, OverrideKind, RuleDefinition& rule, Diagnostics&) {
       rule.skip_if_unknown_filter = raw.skip_if_unknown_filter->value;
     }},
    {"capture", false,
     [](const RawRule& raw) { return raw.capture.has_value(); },
     [](const RawRule& raw, OverrideKind, RuleDefinition& rule, Diagnostics&) {
       rule.capture = raw.capture->value;
     }},
    {"capture_duration", false,
     [](const RawRule& raw) { return raw.capture_duration_ms.has_value(); },
     [](const RawRule& raw, OverrideKind, RuleDefinition& rule, Diagnostics&) {
       rule.capture_duration_ms = raw.capture_duration_ms->value;
     }},
};

const OverridableKey* FindKey(absl::string_view name) {
  for (const OverridableKey& key : kOverridableKeys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

// Merges one rule item.
class RuleMerger {
 public:
  RuleMerger(const RawRule& raw, uint32_t position, const KnownSources& sources,
             Definitions<RuleDefinition>& rules, Diagnostics& diagnostics)
      : raw_(raw),
        position_(position),
        sources_(sources),
        rules_(rules),
        known_(rules.Find(raw.name.text())),
        diagnostics_(diagnostics) {}

  void Merge() {
    if (!raw_.update.overrides.empty()) {
      Override();
    } else if (raw_.update.append) {
      Append();
    } else if (!raw_.condition && !raw_.output && !raw_.description &&
               !raw_.priority) {
      Switch();
    } else {
      Define();
    }
  }

 private:
  // False, with an error, if there is no rule to change.
  bool CheckKnown() {
    if (known_ != nullptr) return true;
    std::vector<absl::string_view> names;
    if (!diagnostics_.is_full()) {
      for (const RuleDefinition& rule : rules_.all()) {
        names.push_back(rule.name.text());
      }
    }
    const std::string nearest = NearestName(raw_.name.text(), names);
    diagnostics_.Error(
        "unknown-target", raw_.name.Whole(),
        absl::StrCat("there is no rule '", raw_.name.text(),
                     "' yet that this could change"),
        nearest.empty() ? "" : absl::StrCat("did you mean '", nearest, "'?"));
    return false;
  }

  // False, with an error, if the item names another source than the rule has.
  bool CheckSource() {
    const std::string source = raw_.source ? raw_.source->text() : "syscall";
    if (known_ == nullptr || known_->source == source) return true;
    diagnostics_.Error(
        "source-changed",
        raw_.source ? raw_.source->Whole() : raw_.name.Whole(),
        absl::StrCat("rule '", raw_.name.text(), "' has source '",
                     known_->source, "', which cannot become '", source, "'"));
    return false;
  }

  bool CheckOverride(const rules::Override& entry) {
    const OverridableKey* key = FindKey(entry.key);
    std::string message;
    if (key == nullptr) {
      message =
          absl::StrCat("'", entry.key, "' of a rule cannot be overridden");
    } else if (entry.kind == OverrideKind::kAppend && !key->can_append) {
      message = absl::StrCat("nothing can be appended to '", entry.key,
                             "', it can only be replaced");
    } else if (!key->is_given(raw_)) {
      message = absl::StrCat("'", entry.key,
                             "' is to be overridden, but is not given");
    } else {
      return true;
    }
    diagnostics_.Error("bad-override", entry.range, std::move(message));
    return false;
  }

  // Whether every key that is given is named in `override`.
  bool CheckAllNamed() {
    bool complete = true;
    for (const OverridableKey& key : kOverridableKeys) {
      if (!key.is_given(raw_)) continue;
      const bool is_named = std::any_of(raw_.update.overrides.begin(),
                                        raw_.update.overrides.end(),
                                        [&key](const rules::Override& entry) {
                                          return entry.key == key.name;
                                        });
      if (is_named) continue;
      complete = false;
      diagnostics_.Error(
          "bad-override", raw_.name.Whole(),
          absl::StrCat("'", key.name,
                       "' is given, but 'override' does not say "
                       "what to do with it"),
          absl::StrCat("add '", key.name, ": replace' to 'override'"));
    }
    return complete;
  }

  void Override() {
    bool is_valid = CheckKnown() && (!raw_.source || CheckSource());
    for (const rules::Override& entry : raw_.update.overrides) {
      is_valid &= CheckOverride(entry);
    }
    is_valid &= CheckAllNamed();
    if (!is_valid) return;
    for (const rules::Override& entry : raw_.update.overrides) {
      FindKey(entry.key)->apply(raw_, entry.kind, *known_, diagnostics_);
    }
    known_->order.visibility = position_;
  }

  // Warns of keys that this form of item does not read.
  void WarnOfIgnored(absl::Span<const absl::string_view> read,
                     absl::string_view form) {
    for (const OverridableKey& key : kOverridableKeys) {
      if (!key.is_given(raw_)) continue;
      if (std::find(read.begin(), read.end(), key.name) != read.end()) continue;
      diagnostics_.Warning(
          "ignored-key", raw_.name.Whole(),
          absl::StrCat("'", key.name, "' is ignored: this item only ", form),
          "use 'override'");
    }
  }

  void Append() {
    WarnOfAppend(raw_.update, diagnostics_);
    if (!CheckKnown() || (raw_.source && !CheckSource())) return;
    if (!raw_.condition && !raw_.exceptions) {
      diagnostics_.Error("missing-key", raw_.range,
                         "this rule appends nothing: it has neither "
                         "'condition' nor 'exceptions'");
      return;
    }
    WarnOfIgnored({"condition", "exceptions"},
                  "appends conditions and exceptions");
    for (const absl::string_view name : {"condition", "exceptions"}) {
      const OverridableKey& key = *FindKey(name);
      if (key.is_given(raw_)) {
        key.apply(raw_, OverrideKind::kAppend, *known_, diagnostics_);
      }
    }
    known_->order.visibility = position_;
  }

  // The short form that only has `enabled`.
  void Switch() {
    if (!raw_.enabled) {
      diagnostics_.Error("missing-key", raw_.range,
                         absl::StrCat("rule '", raw_.name.text(),
                                      "' has no 'condition', 'output', 'desc' "
                                      "and 'priority'"));
      return;
    }
    diagnostics_.Warning("deprecated", raw_.enabled->range,
                         "a rule with 'enabled' alone is an old form",
                         "add 'override: {enabled: replace}'");
    if (!CheckKnown()) return;
    WarnOfIgnored({"enabled"}, "switches the rule on or off");
    known_->enabled = raw_.enabled->value;
  }

  // Reports each key that a new rule must have and this has not.
  bool CheckComplete() {
    bool complete = true;
    for (const absl::string_view name :
         {"condition", "output", "desc", "priority"}) {
      if (FindKey(name)->is_given(raw_)) continue;
      complete = false;
      diagnostics_.Error(
          "missing-key", raw_.range,
          absl::StrCat("rule '", raw_.name.text(), "' has no '", name, "'"));
    }
    return complete;
  }

  void Define() {
    if (!CheckComplete() || !CheckSource()) return;
    RuleDefinition rule;
    rule.name = raw_.name;
    rule.range = raw_.range;
    SetSource(raw_.source, sources_, rule, diagnostics_);
    for (const OverridableKey& key : kOverridableKeys) {
      if (key.is_given(raw_) && key.name != "exceptions") {
        key.apply(raw_, OverrideKind::kReplace, rule, diagnostics_);
      }
    }
    if (raw_.exceptions) {
      rule.exceptions = DefineExceptions(raw_.exceptions->value,
                                         /*warn_of_holes=*/false, diagnostics_);
    }
    rule.order = {known_ == nullptr ? position_ : known_->order.index,
                  position_};
    if (known_ == nullptr) {
      rules_.Add(std::move(rule));
    } else {
      *known_ = std::move(rule);
    }
  }

  const RawRule& raw_;
  const uint32_t position_;
  const KnownSources& sources_;
  Definitions<RuleDefinition>& rules_;
  RuleDefinition* const known_;  // null: a new rule
  Diagnostics& diagnostics_;
};

}  // namespace

void MergeRule(const RawRule& rule, uint32_t position,
               const KnownSources& known, Definitions<RuleDefinition>& rules,
               Diagnostics& diagnostics) {
  RuleMerger(rule, position, known, rules, diagnostics).Merge();
}

void WarnOfAppend(const Update& update, Diagnostics& diagnostics) {
  if (!update.append) return;
  diagnostics.Warning("deprecated", update.append_range,
                      "'append: true' is an old form", "use 'override'");
}

}  // namespace eyrie::rules
