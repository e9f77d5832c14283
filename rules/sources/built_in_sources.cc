// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/built_in_sources.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "rules/diagnostics.h"
#include "rules/source.h"
#include "rules/sources/source_reader.h"

namespace eyrie::rules {
namespace {

const BuiltInDescription kDescriptions[] = {
#include "rules/sources/descriptions.inc"
};

}  // namespace

absl::Span<const BuiltInDescription> BuiltInDescriptions() {
  return kDescriptions;
}

// That the files have no mistakes and the names differ is tested.
std::unique_ptr<EventSources> MakeBuiltInSources() {
  auto sources = std::make_unique<EventSources>();
  sources->Add(MakeK8sAuditSource()).IgnoreError();
  for (const BuiltInDescription& description : kDescriptions) {
    Diagnostics diagnostics;
    std::unique_ptr<JsonSource> source = ReadJsonSource(
        std::make_shared<const SourceFile>(std::string(description.name),
                                           std::string(description.text)),
        {}, diagnostics);
    if (source != nullptr) sources->Add(std::move(source)).IgnoreError();
  }
  return sources;
}

std::shared_ptr<const EventSources> BuiltInSources() {
  static const auto* const sources =
      new std::shared_ptr<const EventSources>(MakeBuiltInSources());
  return *sources;
}

}  // namespace eyrie::rules
