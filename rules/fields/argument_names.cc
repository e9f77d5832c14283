// SPDX-License-Identifier: Apache-2.0

#include "rules/fields/argument_names.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "absl/strings/string_view.h"

#include "proto/event_catalog.h"

namespace eyrie::rules {
namespace {

// An argument that the reference's events have and ours do not yet.
struct FutureArgument {
  absl::string_view name;
  absl::string_view events;
};

// Sorted by name (rule language, appendix A). An argument that is added to
// proto/events.def is removed here.
constexpr FutureArgument kFutureArguments[] = {
    {"action", "event cpu_hotplug (later sensor work)"},
    {"argv", "event task (later sensor work)"},
    {"container_id",
     "events useradded, userdeleted and others (later sensor work)"},
    {"cpu_sys", "event procinfo (later sensor work)"},
    {"cpu_usr", "event procinfo (later sensor work)"},
    {"desc", "event notification (later sensor work)"},
    {"event_data", "events scapevent, pluginevent (later sensor work)"},
    {"event_type", "event scapevent (later sensor work)"},
    {"exe_ino_num", "event task (later sensor work)"},
    {"exepath", "event task (later sensor work)"},
    {"fd_type", "event task_file_anon_inode (later sensor work)"},
    {"home", "events useradded, userdeleted (later sensor work)"},
    {"ino_num",
     "events task_file_pipe, task_file_memfd and others (later sensor work)"},
    {"json", "event container (later sensor work)"},
    {"local_ip", "events task_file_socket_inet and others (later sensor work)"},
    {"local_port",
     "events task_file_socket_inet and others (later sensor work)"},
    {"mnt_id", "event task_file_regular (later sensor work)"},
    {"pidns_init_start_ts",
     "events clone, fork, vfork, clone3 and others (later sensor work)"},
    {"plugin_id", "events pluginevent, asyncevent (later sensor work)"},
    {"ppid", "event task (later sensor work)"},
    {"ratio", "event drop (later sensor work)"},
    {"remote_ip",
     "events task_file_socket_inet and others (later sensor work)"},
    {"remote_port",
     "events task_file_socket_inet and others (later sensor work)"},
    {"root", "event task (later sensor work)"},
    {"scope", "event infra (later sensor work)"},
    {"shell", "events useradded, userdeleted (later sensor work)"},
    {"sid", "event task (later sensor work)"},
    {"sk_pointer", "event task_file_socket_unix (later sensor work)"},
    {"sk_proto", "events task_file_socket_inet and others (later sensor work)"},
    {"sk_type", "events task_file_socket_inet and others (later sensor work)"},
    {"start_time", "event task (later sensor work)"},
    {"sun_path", "event task_file_socket_unix (later sensor work)"},
    {"vtgid", "event task (later sensor work)"},
};

// All names and, for each event type, the slot of each name.
class ArgumentTable {
 public:
  ArgumentTable() {
    for (const EventInfo& event : AllEvents()) {
      // Nobody judges a snapshot.
      if (event.category == EventCategory::kSnapshot) continue;
      for (const ArgumentInfo& argument : event.arguments) {
        if (!argument.name.empty()) names_.push_back(argument.name);
      }
    }
    for (const FutureArgument& argument : kFutureArguments) {
      names_.push_back(argument.name);
    }
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
    slots_.assign((AllEvents().back().id + 1) * names_.size(), -1);
    for (const EventInfo& event : AllEvents()) {
      for (size_t i = 0; i < names_.size(); ++i) {
        slots_[event.id * names_.size() + i] =
            static_cast<int8_t>(event.FindArgument(names_[i]));
      }
    }
  }

  const std::vector<absl::string_view>& names() const { return names_; }

  int64_t Find(absl::string_view name) const {
    const auto it = std::lower_bound(names_.begin(), names_.end(), name);
    if (it == names_.end() || *it != name) return -1;
    return it - names_.begin();
  }

  int Slot(uint16_t type, int64_t argument) const {
    const size_t at = type * names_.size() + static_cast<size_t>(argument);
    return at < slots_.size() ? slots_[at] : -1;
  }

 private:
  std::vector<absl::string_view> names_;
  std::vector<int8_t> slots_;  // [type * names + argument]
};

const ArgumentTable& Table() {
  static const auto* const table = new ArgumentTable();
  return *table;
}

}  // namespace

int64_t FindArgumentName(absl::string_view name) { return Table().Find(name); }

int SlotOfArgument(uint16_t type, int64_t argument) {
  return Table().Slot(type, argument);
}

absl::string_view FutureEventsOf(int64_t argument) {
  const absl::string_view name = Table().names()[static_cast<size_t>(argument)];
  const auto* const it = std::find_if(
      std::begin(kFutureArguments), std::end(kFutureArguments),
      [name](const FutureArgument& entry) { return entry.name == name; });
  return it == std::end(kFutureArguments) ? absl::string_view() : it->events;
}

std::vector<absl::string_view> AllArgumentNames() { return Table().names(); }

}  // namespace eyrie::rules
