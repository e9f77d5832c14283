// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/env_filter.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace eyrie::collector {
namespace {

bool HasEnvironment(uint16_t type) {
  return type == EYRIE_EVENT_execve || type == EYRIE_EVENT_execveat ||
         type == EYRIE_EVENT_task;
}

}  // namespace

EnvFilter::EnvFilter(std::vector<std::string> names)
    : names_(std::move(names)),
      keeps_all_(std::find(names_.begin(), names_.end(), "*") != names_.end()) {
}

bool EnvFilter::Keeps(absl::string_view variable) const {
  const absl::string_view name = variable.substr(0, variable.find('='));
  return std::any_of(names_.begin(), names_.end(),
                     [name](absl::string_view wanted) {
                       if (absl::ConsumeSuffix(&wanted, "*")) {
                         return absl::StartsWith(name, wanted);
                       }
                       return !wanted.empty() && name == wanted;
                     });
}

void EnvFilter::Apply(std::string* environment) const {
  if (keeps_all_) return;
  size_t kept = 0;
  absl::string_view rest = *environment;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\0'), rest.size() - 1) + 1;
    const absl::string_view variable = rest.substr(0, end);
    rest.remove_prefix(end);
    if (!Keeps(absl::StripSuffix(variable, absl::string_view("\0", 1)))) {
      continue;
    }
    std::memmove(environment->data() + kept, variable.data(), variable.size());
    kept += variable.size();
  }
  environment->resize(kept);
}

RecordView EnvFilter::Apply(const RecordView& record,
                            std::string* buffer) const {
  // execve, execveat and task have the same arguments.
  constexpr int kSlot = SlotOf(&eyrie_execve_args::env);
  if (keeps_all_ || !HasEnvironment(record.type())) return record;
  const absl::string_view before = record.bytes(kSlot);
  if (before.empty()) return record;
  std::string kept(before);
  Apply(&kept);
  const absl::string_view bytes = record.raw();
  buffer->assign(bytes.data(), bytes.size());
  // What is left stands at the beginning, the rest of its place is blanked.
  char* place = buffer->data() + (before.data() - bytes.data());
  std::memset(place, 0, before.size());
  std::memcpy(place, kept.data(), kept.size());
  char* slot = buffer->data() + sizeof(eyrie_record) + 8 * kSlot;
  eyrie_ref ref;
  std::memcpy(&ref, slot, sizeof(ref));
  ref.length = static_cast<eyrie_u32>(kept.size());
  std::memcpy(slot, &ref, sizeof(ref));
  return RecordView::Trusted(buffer->data());
}

}  // namespace eyrie::collector
