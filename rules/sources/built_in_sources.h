// SPDX-License-Identifier: Apache-2.0
//
// The sources of the product.

#ifndef EYRIE_RULES_SOURCES_BUILT_IN_SOURCES_H_
#define EYRIE_RULES_SOURCES_BUILT_IN_SOURCES_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/sources/event_sources.h"

namespace eyrie::rules {

// The text of a file that describes a source, built in.
struct BuiltInDescription {
  absl::string_view name;  // "okta.yaml"
  absl::string_view text;
};

// The files rules/sources/*.yaml, sorted by name.
absl::Span<const BuiltInDescription> BuiltInDescriptions();

// Makes the sources anew, so that more can be added: syscall, k8s_audit, and
// those of BuiltInDescriptions().
std::unique_ptr<EventSources> MakeBuiltInSources();

// The same, made once. Lives for ever.
//
// Thread safety: may be called from any thread.
std::shared_ptr<const EventSources> BuiltInSources();

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_SOURCES_BUILT_IN_SOURCES_H_
