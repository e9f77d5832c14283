// SPDX-License-Identifier: Apache-2.0
//
// Leaves of a recording what happened in one room.
//
//   keep_room PID IN OUT
//
// The sensor sees the whole machine. Of the recording IN this copies to OUT
// what the process PID and its descendants did while they ran /bin/busybox of
// the room; the rest of the machine, the room's starter included, is left out:
// records, processes, users, the time of day, and bytes of records that belong
// to no argument. The first program of the room has no parent.
// record_streams.sh uses it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "eyrie/v1/event.pb.h"

#include "collector/uplink/recording_writer.h"
#include "common/recording_reader.h"
#include "common/status_macros.h"
#include "proto/event_catalog.h"
#include "proto/record.h"
#include "proto/record_view.h"
#include "rules/fields/process_tree.h"

namespace eyrie::testing {
namespace {

using Kept = absl::flat_hash_set<rules::ProcessKey>;

// Whether `process` is PID or descends from it and runs the room's program.
bool IsInRoom(const rules::BatchProcessTree& tree, uint32_t pid,
              const rules::ProcessNode* process) {
  if (process == nullptr || process->facts().exe_path() != "/bin/busybox") {
    return false;
  }
  while (process != nullptr && process->facts().key().pid() != pid) {
    process = tree.Parent(*process);
  }
  return process != nullptr;
}

// Forgets `key` if it names a process that is left out.
void Cut(const Kept& kept, bool has_key, v1::ProcessKey* key) {
  if (has_key && !kept.contains(rules::ProcessKey(*key))) key->Clear();
}

Kept CopyProcesses(const v1::EventBatch& batch, uint32_t pid,
                   v1::EventBatch& out) {
  const rules::BatchProcessTree tree(batch.processes());
  Kept kept;
  for (const v1::Process& process : batch.processes()) {
    const rules::ProcessKey key(process.key());
    if (!IsInRoom(tree, pid, tree.Find(key))) continue;
    kept.insert(key);
    *out.add_processes() = process;
  }
  for (v1::Process& process : *out.mutable_processes()) {
    if (!kept.contains(rules::ProcessKey(process.parent()))) {
      process.clear_parent();
      process.clear_ppid();
    }
    Cut(kept, process.has_session_leader(), process.mutable_session_leader());
    Cut(kept, process.has_group_leader(), process.mutable_group_leader());
  }
  return kept;
}

// The record with zeros where no argument stands.
std::string Clean(const RecordView& record, const EventInfo& info,
                  absl::string_view bytes) {
  std::string clean(bytes.size(), 0);
  const auto copy = [&](absl::string_view part) {
    const auto begin = static_cast<size_t>(part.data() - bytes.data());
    part.copy(clean.data() + begin, part.size());
  };
  const size_t slots = record.header().slots;
  copy(bytes.substr(0, sizeof(eyrie_record) + slots * sizeof(uint64_t)));
  for (size_t i = 0; i < std::min(slots, info.arguments.size()); ++i) {
    if (!IsVariable(info.arguments[i].type)) continue;
    const absl::string_view value = record.bytes(static_cast<int>(i));
    if (!value.empty()) copy(value);
  }
  return clean;
}

absl::Status CopyRecords(const v1::EventBatch& batch, const Kept& kept,
                         v1::EventBatch& out) {
  absl::string_view bytes(batch.records());
  uint32_t count = 0;
  while (!bytes.empty()) {
    EYRIE_ASSIGN_OR_RETURN(const RecordView record, RecordView::Check(bytes));
    const absl::string_view own = bytes.substr(0, record.size());
    bytes.remove_prefix(record.size());
    const EventInfo* info = FindEvent(record.type());
    if (info == nullptr || info->category == EventCategory::kSnapshot ||
        !kept.contains(rules::ProcessKey(record.process()))) {
      continue;
    }
    out.mutable_records()->append(Clean(record, *info, own));
    ++count;
  }
  out.set_record_count(count);
  return absl::OkStatus();
}

absl::Status KeepRoom(uint32_t pid, const std::string& from,
                      const std::string& to) {
  EYRIE_ASSIGN_OR_RETURN(const auto reader, RecordingReader::Open(from));
  collector::RecordingWriterOptions options;
  options.path = to;
  options.compress = true;
  options.catalog_hash = reader->catalog_hash();
  EYRIE_ASSIGN_OR_RETURN(const auto writer,
                         collector::RecordingWriter::Create(options));
  uint64_t records = 0;
  while (true) {
    const absl::StatusOr<v1::EventBatch> batch = reader->Next();
    if (absl::IsOutOfRange(batch.status())) break;
    EYRIE_RETURN_IF_ERROR(batch.status());
    v1::EventBatch room;
    const Kept kept = CopyProcesses(*batch, pid, room);
    EYRIE_RETURN_IF_ERROR(CopyRecords(*batch, kept, room));
    if (room.record_count() == 0) continue;
    records += room.record_count();
    collector::Batch written;
    written.body = room.SerializeAsString();
    written.records = room.record_count();
    EYRIE_RETURN_IF_ERROR(writer->Write(written));
  }
  std::printf("%s: %llu records in %llu batches, %llu bytes\n", to.c_str(),
              static_cast<unsigned long long>(records),
              static_cast<unsigned long long>(writer->batches()),
              static_cast<unsigned long long>(writer->bytes()));
  return absl::OkStatus();
}

}  // namespace
}  // namespace eyrie::testing

int main(int argc, char** argv) {
  uint32_t pid = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[1], &pid)) {
    std::fprintf(stderr, "usage: keep_room PID IN OUT\n");
    return 2;
  }
  const absl::Status status = eyrie::testing::KeepRoom(pid, argv[2], argv[3]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "keep_room: %s\n", status.ToString().c_str());
  return 1;
}
