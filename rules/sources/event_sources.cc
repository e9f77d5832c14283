// SPDX-License-Identifier: Apache-2.0

#include "rules/sources/event_sources.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "rules/check/default_catalog.h"

namespace eyrie::rules {
namespace {

// Plugins of the reference that add fields to sources, and are built in here.
constexpr absl::string_view kFieldPlugins[] = {"container", "json", "k8smeta"};

}  // namespace

// Looks a field up in the catalogue of each source.
class EventSources::AnyCatalog : public Catalog {
 public:
  explicit AnyCatalog(const EventSources& sources) : sources_(sources) {}

  const FieldInfo* Find(absl::string_view name,
                        std::string* dot_argument) const override {
    const FieldInfo* field = DefaultCatalog().Find(name, dot_argument);
    for (const auto& source : sources_.json_sources_) {
      if (field != nullptr) break;
      field = source->catalog.Find(name, dot_argument);
    }
    return field;
  }

  absl::StatusOr<FieldArgument> ParseArgument(
      const FieldInfo& field, bool given,
      absl::string_view text) const override {
    std::string ignored;
    for (const auto& source : sources_.json_sources_) {
      const FieldInfo* const own = source->catalog.Find(field.name, &ignored);
      if (own != nullptr && (own == &field || own->in_reference == &field)) {
        return source->catalog.ParseArgument(field, given, text);
      }
    }
    return DefaultCatalog().ParseArgument(field, given, text);
  }

  std::vector<absl::string_view> Names() const override {
    std::vector<absl::string_view> names = DefaultCatalog().Names();
    for (const auto& source : sources_.json_sources_) {
      const std::vector<absl::string_view> more = source->catalog.Names();
      names.insert(names.end(), more.begin(), more.end());
    }
    return names;
  }

 private:
  const EventSources& sources_;
};

EventSources::EventSources()
    : any_catalog_(std::make_unique<const AnyCatalog>(*this)) {}

EventSources::~EventSources() = default;

absl::Status EventSources::Add(std::unique_ptr<const JsonSource> source) {
  if (CatalogOf(source->name) != nullptr) {
    return absl::AlreadyExistsError(
        absl::StrCat("source ", source->name, " stands twice"));
  }
  json_sources_.push_back(std::move(source));
  return absl::OkStatus();
}

const JsonSource* EventSources::Find(absl::string_view name) const {
  for (const auto& source : json_sources_) {
    if (source->name == name) return source.get();
  }
  return nullptr;
}

const Catalog* EventSources::CatalogOf(absl::string_view name) const {
  if (name == kSyscallSource) return &DefaultCatalog();
  const JsonSource* const source = Find(name);
  return source == nullptr ? nullptr : &source->catalog;
}

const Catalog& EventSources::any_catalog() const { return *any_catalog_; }

std::string EventSources::NamesText() const {
  std::string names(kSyscallSource);
  for (const auto& source : json_sources_) {
    absl::StrAppend(&names, ", ", source->name);
  }
  return names;
}

KnownSources EventSources::Known() const {
  KnownSources known;
  for (const absl::string_view plugin : kFieldPlugins) {
    known.plugins.emplace_back(plugin);
  }
  for (const auto& source : json_sources_) {
    known.sources.push_back(source->name);
    known.plugins.push_back(source->plugin);
  }
  return known;
}

}  // namespace eyrie::rules
