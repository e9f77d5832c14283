// SPDX-License-Identifier: Apache-2.0
//
// The rules in force: loaded, reloaded, switched on and off, never half.

#ifndef EYRIE_SERVER_RULES_RULE_STORE_H_
#define EYRIE_SERVER_RULES_RULE_STORE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

#include "rules/compat.h"
#include "rules/diagnostics.h"
#include "rules/engine.h"
#include "rules/ruleset/rule_set.h"
#include "rules/source.h"
#include "rules/sources/event_sources.h"
#include "server/storage/store.h"

namespace eyrie::server {

// Rules as one immutable snapshot, with a count of matches per rule.
struct LoadedRules {
  uint64_t version = 0;  // counts the rule sets of this server, from 1
  std::shared_ptr<const rules::RuleSet> set;
  // What the rules may name. Never null.
  std::shared_ptr<const rules::EventSources> sources;
  // One per rule of set->rules().
  std::unique_ptr<std::atomic<uint64_t>[]> detections;
};

// Where rules are read from, and how they are judged.
struct RuleStoreOptions {
  // Files and folders of `--rules`.
  std::vector<std::string> paths;
  // Files and folders that describe further sources, of `--source-file`.
  std::vector<std::string> source_files;
  rules::Compat compat;
};

// Thread safety: all methods may be called from any thread.
class RuleStore {
 public:
  // Borrows `store`, which keeps the switches of SetEnabled.
  RuleStore(Store* store, RuleStoreOptions options);

  // Reads all files of the paths (of a folder its *.yaml and *.yml that do not
  // end in _test.yaml, by name) and puts them in force. On any error, in a
  // source's description too, the rules before stay and kInvalidArgument says
  // how many errors there were; `diagnostics` has them.
  absl::Status Reload(rules::Diagnostics& diagnostics);

  // Puts these files in force instead, until the next Reload; with
  // `validate_only` just checks them.
  absl::Status Apply(
      const std::vector<std::shared_ptr<const rules::SourceFile>>& files,
      bool validate_only, rules::Diagnostics& diagnostics, size_t* rule_count);

  // Switches a rule, across reloads and restarts. kNotFound if no rule in force
  // has that name.
  absl::Status SetEnabled(absl::string_view rule, bool enabled);

  // Never null after the first successful load; an empty set before.
  std::shared_ptr<const LoadedRules> Current() const;

  // Called after each change, on the thread that made it.
  void OnChange(std::function<void()> listener);

 private:
  using Files = std::vector<std::shared_ptr<const rules::SourceFile>>;

  absl::Status Load(const Files& files, bool validate_only,
                    rules::Diagnostics& diagnostics, size_t* rule_count)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(change_mutex_);
  void Publish(std::shared_ptr<const rules::RuleSet> set)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(change_mutex_);

  Store* const store_;
  const RuleStoreOptions options_;
  // One change at a time.
  absl::Mutex change_mutex_;
  Files files_ ABSL_GUARDED_BY(change_mutex_);
  // What rules may name; as of the last Reload that could read it.
  std::shared_ptr<const rules::EventSources> sources_
      ABSL_GUARDED_BY(change_mutex_);
  std::vector<std::function<void()>> listeners_ ABSL_GUARDED_BY(change_mutex_);
  mutable absl::Mutex mutex_;
  std::shared_ptr<const LoadedRules> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_RULES_RULE_STORE_H_
