// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/recording_events.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/event.pb.h"

#include "common/recording_reader.h"
#include "common/status_macros.h"
#include "proto/event_catalog.h"
#include "proto/record_view.h"
#include "rules/fields/batch_containers.h"
#include "rules/fields/batch_names.h"
#include "rules/fields/process_tree.h"
#include "rules/fields/unknown_domains.h"
#include "rules/fields/unknown_pods.h"

namespace eyrie::cli {
namespace {

class Reading {
 public:
  Reading(const std::string& path, const EventHandlers<rules::Event>& handlers)
      : path_(path), handlers_(handlers) {}

  // Returns whether to go on.
  bool TakeBatch(uint64_t number, const v1::EventBatch& batch) {
    const rules::BatchProcessTree processes(batch.processes());
    const rules::BatchNames names(batch.users(), batch.groups());
    const rules::BatchContainers containers(batch.cgroups(),
                                            batch.containers());
    const std::string batch_place = absl::StrCat(path_, ":", number);
    absl::string_view bytes(batch.records());
    for (uint64_t index = 0; !bytes.empty(); ++index) {
      const auto record = RecordView::Check(bytes);
      if (!record.ok()) {
        handlers_.on_mistake(batch_place, record.status());
        return true;
      }
      bytes.remove_prefix(record->size());
      const EventInfo* const info = FindEvent(record->type());
      if (info == nullptr || info->category == EventCategory::kSnapshot) {
        continue;
      }
      rules::Event event{*record};
      event.process = processes.Find(rules::ProcessKey(record->process()));
      event.processes = &processes;
      event.names = &names;
      event.containers = &containers;
      event.pods = rules::UnknownPods::Get();
      event.domains = rules::UnknownDomains::Get();
      event.clock_offset_ns = batch.clock_offset_ns();
      event.number = ++events_;
      if (!handlers_.on_event(absl::StrCat(batch_place, "[", index, "]"),
                              event)) {
        return false;
      }
    }
    return true;
  }

 private:
  const std::string& path_;
  const EventHandlers<rules::Event>& handlers_;
  uint64_t events_ = 0;
};

}  // namespace

absl::Status ReadRecording(const std::string& path,
                           const EventHandlers<rules::Event>& handlers) {
  EYRIE_ASSIGN_OR_RETURN(const auto reader, RecordingReader::Open(path));
  Reading reading(path, handlers);
  while (true) {
    const absl::StatusOr<v1::EventBatch> batch = reader->Next();
    if (absl::IsOutOfRange(batch.status())) return absl::OkStatus();
    if (!batch.ok()) {
      handlers.on_mistake(path, batch.status());
      return absl::OkStatus();
    }
    if (!reading.TakeBatch(reader->batches(), *batch)) return absl::OkStatus();
  }
}

}  // namespace eyrie::cli
