// SPDX-License-Identifier: Apache-2.0
//
// Prints what the sensor reports, one line per record: a tool for developers.
//
// Usage: dump_events [SECONDS [EVENT…]]

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "collector/source/bpf_event_source.h"
#include "proto/event_catalog.h"
#include "proto/record_view.h"

namespace eyrie::collector {
namespace {

std::string Address(const RecordView& record, int slot) {
  eyrie_sockaddr address;
  absl::string_view path;
  if (!record.address(slot, &address, &path)) return "-";
  std::string hex = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<char*>(address.address), 16));
  return absl::StrCat(address.family, "/", hex, ":", address.port, "/",
                      absl::CHexEscape(path));
}

std::string Line(const RecordView& record) {
  const EventInfo* event = FindEvent(record.type());
  const eyrie_record header = record.header();
  std::string line = absl::StrCat(
      header.time_ns, " cpu=", header.cpu, " seq=", header.sequence, " ",
      header.process.pid, "/", header.process.exec_id, " tid=", header.tid,
      " ppid=", header.ppid, " uid=", header.uid, " ", record.comm(),
      " flags=", header.flags, " res=", header.result, " ",
      event != nullptr ? event->name : "?");
  if (event == nullptr) return line;
  for (size_t slot = 0; slot < event->arguments.size(); ++slot) {
    const ArgumentInfo& argument = event->arguments[slot];
    absl::StrAppend(&line, " ", argument.field, "=");
    if (argument.type == ArgumentType::kSockaddr) {
      absl::StrAppend(&line, Address(record, slot));
    } else if (IsVariable(argument.type)) {
      const absl::string_view text = record.bytes(slot);
      absl::StrAppend(&line, text.data() == nullptr
                                 ? "-"
                                 : absl::CHexEscape(text.substr(0, 200)));
    } else {
      absl::StrAppend(&line, record.i64(slot));
    }
  }
  return line;
}

int Run(int seconds, const std::vector<uint16_t>& types) {
  auto source = BpfEventSource::Create({.report_self = true});
  if (!source.ok()) {
    std::fprintf(stderr, "%s\n", source.status().ToString().c_str());
    return 1;
  }
  absl::Status status = (*source)->SetEventTypes(types);
  if (status.ok()) status = (*source)->Start();
  const absl::Time end = absl::Now() + absl::Seconds(seconds);
  while (status.ok() && absl::Now() < end) {
    auto records = (*source)->Poll(absl::Milliseconds(100));
    status = records.status();
    if (!status.ok()) break;
    for (const RecordView& record : *records) {
      if (auto checked = RecordView::Check(record.raw()); !checked.ok()) {
        std::printf("BAD %s: ", checked.status().ToString().c_str());
      }
      std::printf("%s\n", Line(record).c_str());
    }
  }
  for (const SourceLoss& loss : (*source)->Losses()) {
    std::printf("lost %d of type %d for reason %d\n",
                static_cast<int>(loss.count), loss.event_type,
                static_cast<int>(loss.reason));
  }
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace eyrie::collector

int main(int argc, char** argv) {
  std::vector<uint16_t> types;
  for (int i = 2; i < argc; ++i) {
    const eyrie::EventInfo* event = eyrie::FindEvent(argv[i]);
    if (event == nullptr) {
      std::fprintf(stderr, "no event is called %s\n", argv[i]);
      return 2;
    }
    types.push_back(event->id);
  }
  return eyrie::collector::Run(argc > 1 ? std::atoi(argv[1]) : 3, types);
}
