// SPDX-License-Identifier: Apache-2.0
//
// All sources that rules may name.

#ifndef EYRIE_RULES_SOURCES_EVENT_SOURCES_H_
#define EYRIE_RULES_SOURCES_EVENT_SOURCES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "rules/check/catalog.h"
#include "rules/reader/known_sources.h"
#include "rules/sources/json_source.h"

namespace eyrie::rules {

// The source of the kernel's events.
inline constexpr absl::string_view kSyscallSource = "syscall";

// The kernel's source, and JSON sources.
//
// Thread safety: const methods may be called from any thread, once all is
// added.
class EventSources {
 public:
  // The kernel's source alone.
  EventSources();
  EventSources(const EventSources&) = delete;
  EventSources& operator=(const EventSources&) = delete;
  ~EventSources();

  // Returns kAlreadyExists if there is a source of this name.
  absl::Status Add(std::unique_ptr<const JsonSource> source);

  // Null if there is no JSON source of this name.
  const JsonSource* Find(absl::string_view name) const;
  // In the order in which they were added.
  const std::vector<std::unique_ptr<const JsonSource>>& json_sources() const {
    return json_sources_;
  }

  // The fields that rules of source `name` may use. Null if there is none.
  const Catalog* CatalogOf(absl::string_view name) const;
  // The fields of all sources together; of two with the same name that of the
  // source added first, the kernel's before all. For conditions that are judged
  // over given values, of no source.
  const Catalog& any_catalog() const;

  // All names for a message: "syscall, k8s_audit, …".
  std::string NamesText() const;

  // What the reader of rule files asks.
  KnownSources Known() const;

 private:
  class AnyCatalog;

  std::vector<std::unique_ptr<const JsonSource>> json_sources_;
  const std::unique_ptr<const AnyCatalog> any_catalog_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SOURCES_EVENT_SOURCES_H_
