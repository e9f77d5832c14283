// SPDX-License-Identifier: Apache-2.0

#include "tools/docs/fields_doc.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

#include "rules/fields/field.h"
#include "rules/fields/field_catalog.h"
#include "rules/fields/field_text.h"
#include "rules/json/json_catalog.h"
#include "rules/json/json_event_fields.h"
#include "rules/sources/built_in_sources.h"

namespace eyrie {
namespace {

using rules::ArgumentRule;
using rules::FieldInfo;

constexpr char kIntroduction[] =
    R"(<!-- Made by `bazel run //tools/docs:fields_doc > docs/fields.md`. -->
# Fields

What conditions and outputs may name. A field may be *absent* for an event: it
has no value there and every comparison with it is false. It may be *unknown*:
it may have a value that cannot be known here; a rule whose truth hangs on it
does not fire.

- **argument**: `[N]` is a number from 0, `[NAME]` a text; in italics where it
  may be left out. That of `evt.arg`, `evt.rawarg`, `evt.type.is`, `evt.abspath`
  and `thread.cgroup` may stand behind a dot: `evt.arg.flags`. The arguments of
  each event are listed in `events.md`.
- **values**: *one*; a *list*, all of whose elements `in` wants; *any*, where a
  comparison holds if it does for any of them; *either*, the two ends or names
  of one thing, where `=` and the like hold for either and `!=` only if both
  differ.
- **owner**: a field of the *centre* is unknown on nodes, and a field of the
  *node* is what the node says.
- **not available yet**: the field is absent where that is certain and else
  unknown, for want of what is named. Loading a rule that uses it warns.

A rule uses the fields of its `source`. First come those of `syscall`, the
kernel's events.

)";

constexpr char kJsonIntroduction[] =
    R"(## Events of all JSON sources

Rules of every source but `syscall` may use these, besides the fields of their
source.

)";

constexpr char kTableHead[] =
    "| field | type | argument | values | owner | meaning |\n"
    "|---|---|---|---|---|---|\n";

// A section of the page: fields with one of the prefixes.
struct Group {
  absl::string_view title;
  std::vector<absl::string_view> prefixes;
};

const std::vector<Group>& Groups() {
  static const auto* const groups = new std::vector<Group>{
      {"Events", {"evt.", "syscall.", "util."}},
      {"Processes", {"proc."}},
      {"Threads", {"thread."}},
      {"Users and groups", {"user.", "group."}},
      {"Files and sockets", {"fd.", "fdlist."}},
      {"Paths", {"fs."}},
      {"Containers", {"container."}},
      {"Kubernetes", {"k8s.", "k8smeta."}},
      {"Others", {""}},
  };
  return *groups;
}

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"|", "\\|"}, {"<", "&lt;"}, {"*", "\\*"}, {"_", "\\_"}});
}

std::string ArgumentColumn(const FieldInfo& field) {
  const absl::string_view form = rules::ArgumentText(field.argument_kind);
  return field.argument_rule == ArgumentRule::kOptional
             ? absl::StrCat("*", form, "*")
             : std::string(form);
}

void AppendField(const FieldInfo& field, std::string* page) {
  const std::string note =
      field.unavailable.empty()
          ? ""
          : absl::StrCat(" *Not available yet: ", Escape(field.unavailable),
                         ".*");
  absl::StrAppend(
      page, "| `", field.name, "` | ", rules::TypeText(field), " | ",
      ArgumentColumn(field), " | ", rules::ValuesText(field.quantifier), " | ",
      rules::OwnerText(field.owner), " | ", Escape(field.doc), note, " |\n");
}

bool IsIn(const Group& group, const FieldInfo& field) {
  return std::any_of(group.prefixes.begin(), group.prefixes.end(),
                     [&field](absl::string_view prefix) {
                       return absl::StartsWith(field.name, prefix);
                     });
}

void AppendTable(const std::vector<const FieldInfo*>& fields,
                 std::string* page) {
  *page += kTableHead;
  for (const FieldInfo* field : fields) AppendField(*field, page);
  *page += '\n';
}

// Fields of the kernel's events, by groups.
void AppendKernelFields(std::string* page) {
  std::vector<const FieldInfo*> left(rules::AllFields().begin(),
                                     rules::AllFields().end());
  for (const Group& group : Groups()) {
    const auto end = std::stable_partition(
        left.begin(), left.end(),
        [&group](const FieldInfo* field) { return IsIn(group, *field); });
    if (end == left.begin()) continue;
    absl::StrAppend(page, "## ", group.title, "\n\n");
    AppendTable({left.begin(), end}, page);
    left.erase(left.begin(), end);
  }
}

// Fields of JSON sources: those that all have, then each source's own.
void AppendJsonFields(std::string* page) {
  rules::JsonCatalog common;
  rules::AddJsonEventFields(common);
  *page += kJsonIntroduction;
  AppendTable(common.Fields(), page);
  for (const auto& source : rules::BuiltInSources()->json_sources()) {
    std::vector<const FieldInfo*> own;
    std::string ignored;
    for (const FieldInfo* field : source->catalog.Fields()) {
      if (common.Find(field->name, &ignored) == nullptr) own.push_back(field);
    }
    absl::StrAppend(page, "## Source ", source->name, "\n\n", source->doc,
                    "\n\n");
    AppendTable(own, page);
  }
}

}  // namespace

std::string FieldsDoc() {
  std::string page = kIntroduction;
  AppendKernelFields(&page);
  AppendJsonFields(&page);
  page.pop_back();
  return page;
}

}  // namespace eyrie
