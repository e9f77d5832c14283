// SPDX-License-Identifier: Apache-2.0

#include "server/rules/rule_store.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status_macros.h"
#include "rules/reader/rule_files.h"
#include "rules/sources/built_in_sources.h"
#include "rules/sources/source_files.h"

namespace eyrie::server {

RuleStore::RuleStore(Store* store, RuleStoreOptions options)
    : store_(store),
      options_(std::move(options)),
      sources_(rules::BuiltInSources()) {
  rules::Diagnostics none;
  auto loaded = std::make_shared<LoadedRules>();
  loaded->set = rules::LoadRules({}, rules::LoadOptions(), none);
  loaded->sources = rules::BuiltInSources();
  absl::MutexLock lock(&mutex_);
  current_ = std::move(loaded);
}

absl::Status RuleStore::Reload(rules::Diagnostics& diagnostics) {
  absl::MutexLock change(&change_mutex_);
  EYRIE_ASSIGN_OR_RETURN(
      auto sources, rules::ReadSourceFiles(options_.source_files, diagnostics));
  if (sources == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the descriptions of sources have ", diagnostics.errors(),
                     diagnostics.errors() == 1 ? " error" : " errors"));
  }
  EYRIE_ASSIGN_OR_RETURN(
      const Files files,
      rules::ReadRuleFiles(options_.paths, rules::LoadLimits().max_bytes));
  sources_ = std::move(sources);
  return Load(files, /*validate_only=*/false, diagnostics, nullptr);
}

absl::Status RuleStore::Apply(const Files& files, bool validate_only,
                              rules::Diagnostics& diagnostics,
                              size_t* rule_count) {
  absl::MutexLock change(&change_mutex_);
  return Load(files, validate_only, diagnostics, rule_count);
}

absl::Status RuleStore::Load(const Files& files, bool validate_only,
                             rules::Diagnostics& diagnostics,
                             size_t* rule_count) {
  rules::LoadOptions options;
  options.compat = options_.compat;
  options.sources = sources_;
  EYRIE_ASSIGN_OR_RETURN(const auto switches, store_->ListRuleSwitches());
  for (const auto& [rule, enabled] : switches) {
    (enabled ? options.enabled_rules : options.disabled_rules).push_back(rule);
  }
  auto set = rules::LoadRules(files, options, diagnostics);
  if (set == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the rules have ", diagnostics.errors(),
                     diagnostics.errors() == 1 ? " error" : " errors"));
  }
  if (rule_count != nullptr) *rule_count = set->rules().size();
  if (validate_only) return absl::OkStatus();
  files_ = files;
  Publish(std::move(set));
  for (const auto& listener : listeners_) listener();
  return absl::OkStatus();
}

void RuleStore::Publish(std::shared_ptr<const rules::RuleSet> set) {
  auto loaded = std::make_shared<LoadedRules>();
  const size_t count = set->rules().size();
  loaded->detections = std::make_unique<std::atomic<uint64_t>[]>(count);
  loaded->set = std::move(set);
  loaded->sources = sources_;
  absl::MutexLock lock(&mutex_);
  loaded->version = current_->version + 1;
  // Counts of a rule survive a reload under its name.
  absl::flat_hash_map<absl::string_view, uint64_t> counts;
  const auto before = current_->set->rules();
  for (size_t i = 0; i < before.size(); ++i) {
    counts[before[i].name] = current_->detections[i].load();
  }
  for (size_t i = 0; i < count; ++i) {
    const auto it = counts.find(loaded->set->rules()[i].name);
    if (it != counts.end()) loaded->detections[i] = it->second;
  }
  current_ = std::move(loaded);
}

absl::Status RuleStore::SetEnabled(absl::string_view rule, bool enabled) {
  absl::MutexLock change(&change_mutex_);
  if (Current()->set->FindRule(rule) == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("no rule is called \"", rule, "\""));
  }
  EYRIE_RETURN_IF_ERROR(store_->PutRuleSwitch(rule, enabled));
  rules::Diagnostics diagnostics;
  const Files files = files_;
  return Load(files, /*validate_only=*/false, diagnostics, nullptr);
}

std::shared_ptr<const LoadedRules> RuleStore::Current() const {
  absl::MutexLock lock(&mutex_);
  return current_;
}

void RuleStore::OnChange(std::function<void()> listener) {
  absl::MutexLock change(&change_mutex_);
  listeners_.push_back(std::move(listener));
}

}  // namespace eyrie::server
