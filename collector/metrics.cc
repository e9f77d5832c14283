// SPDX-License-Identifier: Apache-2.0

#include "collector/metrics.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

#include "proto/event_catalog.h"

namespace eyrie::collector {
namespace {

// As in `evt.type`; empty for 0, which says that the type is not known.
std::string TypeName(uint16_t type) {
  const EventInfo* event = FindEvent(type);
  if (event != nullptr) return std::string(event->name);
  return type == 0 ? "" : absl::StrCat("type_", type);
}

v1::LossReport::Reason ToReason(SourceLoss::Reason reason) {
  switch (reason) {
    case SourceLoss::Reason::kLifecycleRingFull:
      return v1::LossReport::REASON_LIFECYCLE_RING_FULL;
    case SourceLoss::Reason::kEventRingFull:
      return v1::LossReport::REASON_EVENT_RING_FULL;
    case SourceLoss::Reason::kScratchBusy:
      return v1::LossReport::REASON_SCRATCH_BUSY;
  }
  return v1::LossReport::REASON_UNSPECIFIED;
}

// "spool_full" for REASON_SPOOL_FULL.
std::string ReasonName(v1::LossReport::Reason reason) {
  const std::string name = v1::LossReport::Reason_Name(reason);
  return absl::AsciiStrToLower(absl::StripPrefix(name, "REASON_"));
}

// A number of one of the structs of statistics.
template <typename Stats>
struct Number {
  const char* name;
  const char* help;
  uint64_t Stats::*value;
};

template <typename Source, typename Stats, size_t kCount>
void AddCounters(const Source* source, const Number<Stats> (&numbers)[kCount],
                 MetricRegistry* metrics) {
  for (const Number<Stats>& number : numbers) {
    metrics->AddCounterCallback(
        absl::StrCat("eyrie_collector_", number.name), number.help, {},
        [source, value = number.value] {
          return static_cast<double>(source->stats().*value);
        });
  }
}

template <typename Source, typename Stats, size_t kCount>
void AddGauges(const Source* source, const Number<Stats> (&numbers)[kCount],
               MetricRegistry* metrics) {
  for (const Number<Stats>& number : numbers) {
    metrics->AddGaugeCallback(
        absl::StrCat("eyrie_collector_", number.name), number.help, {},
        [source, value = number.value] {
          return static_cast<double>(source->stats().*value);
        });
  }
}

constexpr Number<PipelineStats> kPipelineCounters[] = {
    {"events", "Records that went into batches.", &PipelineStats::records},
    {"batches", "Batches that were closed.", &PipelineStats::batches},
    {"batch_bytes", "Bytes of the closed batches.",
     &PipelineStats::batch_bytes},
};

constexpr Number<SpoolStats> kSpoolGauges[] = {
    {"spool_batches", "Batches that wait for an acknowledgement.",
     &SpoolStats::batches},
    {"spool_bytes", "Bytes of these batches.", &SpoolStats::bytes},
    {"spool_events", "Records in these batches.", &SpoolStats::records},
    {"acked_sequence", "Last batch of this run that the server has.",
     &SpoolStats::acked_sequence},
    {"last_sequence", "Last batch of this run.", &SpoolStats::last_sequence},
};

constexpr Number<SpoolStats> kSpoolCounters[] = {
    {"spool_refused_batches", "Batches dropped because the spool was full.",
     &SpoolStats::refused_batches},
};

constexpr Number<UplinkStats> kUplinkCounters[] = {
    {"connects", "Streams that the server welcomed.", &UplinkStats::streams},
    {"connect_failures", "Attempts that the server did not welcome.",
     &UplinkStats::failed_attempts},
    {"batches_sent", "Batches sent, each time.", &UplinkStats::batches_sent},
    {"batches_resent", "Batches sent that were sent before.",
     &UplinkStats::batches_resent},
    {"bytes_sent", "Bytes of the batches sent.", &UplinkStats::bytes_sent},
    {"acks", "Acknowledgements received.", &UplinkStats::acks},
    {"heartbeats", "Heartbeats sent.", &UplinkStats::heartbeats},
    {"configs", "Configurations received.", &UplinkStats::configs},
    {"inventories", "Messages about containers sent.",
     &UplinkStats::inventories},
    {"batches_missing", "Acknowledged batches that the server wanted again.",
     &UplinkStats::batches_missing},
};

constexpr Number<ProcessTableStats> kProcessGauges[] = {
    {"processes", "Process images in the table.", &ProcessTableStats::images},
    {"process_bytes", "Bytes of facts about them.", &ProcessTableStats::bytes},
};

constexpr Number<ProcessTableStats> kProcessCounters[] = {
    {"processes_evicted_ended",
     "Ended images that left before their time because the table was full.",
     &ProcessTableStats::evicted_ended},
    {"processes_evicted_live",
     "Images of running processes that left because the table was full.",
     &ProcessTableStats::evicted_live},
    {"processes_unknown", "Images first heard of by something they did.",
     &ProcessTableStats::unknown},
    {"proc_reads", "Lookups of unknown processes in /proc.",
     &ProcessTableStats::proc_reads},
    {"proc_reads_skipped", "Lookups left out because there were too many.",
     &ProcessTableStats::proc_reads_skipped},
};

constexpr Number<CgroupTableStats> kCgroupGauges[] = {
    {"cgroups", "Control groups that are remembered.",
     &CgroupTableStats::cgroups},
    {"cgroup_containers", "Containers of these.",
     &CgroupTableStats::containers},
};

constexpr Number<CgroupTableStats> kCgroupCounters[] = {
    {"cgroup_overflows",
     "Times all of these were forgotten because there were too many.",
     &CgroupTableStats::overflows},
    {"late_containers",
     "Containers whose events went without what the runtime tells, because it "
     "had not told in time.",
     &CgroupTableStats::late_containers},
};

constexpr Number<HoldBackStats> kHoldBackGauges[] = {
    {"waiting_events", "Records that wait for a container runtime's answer.",
     &HoldBackStats::records},
    {"waiting_bytes", "Bytes of these.", &HoldBackStats::bytes},
};

constexpr Number<HoldBackStats> kHoldBackCounters[] = {
    {"waited_events", "Records that waited for a container runtime's answer.",
     &HoldBackStats::held},
};

constexpr Number<ContainerRegistryStats> kContainerGauges[] = {
    {"containers", "Containers that a runtime told of, ended ones included.",
     &ContainerRegistryStats::containers},
    {"containers_pending", "Containers that runtimes are being asked for.",
     &ContainerRegistryStats::pending},
    {"containers_unknown", "Containers that no runtime knows.",
     &ContainerRegistryStats::unknown},
};

constexpr Number<ContainerRegistryStats> kContainerCounters[] = {
    {"containers_evicted",
     "Containers forgotten before their time because there were too many.",
     &ContainerRegistryStats::evicted_containers},
    {"containers_truncated",
     "Containers whose labels, mounts or the like were cut.",
     &ContainerRegistryStats::truncated},
    {"container_id_conflicts",
     "Containers ignored because another one has their id.",
     &ContainerRegistryStats::id_conflicts},
    {"cgroup_reads", "Paths of control groups looked up by id.",
     &ContainerRegistryStats::cgroup_reads},
    {"cgroup_read_failures", "Of these, without a path.",
     &ContainerRegistryStats::cgroup_read_failures},
};

constexpr Number<ContainerRuntimeStats> kRuntimeCounters[] = {
    {"container_runtime_connects",
     "Times that a container runtime answered after it had not.",
     &ContainerRuntimeStats::connects},
    {"container_lookups", "Containers that runtimes were asked for.",
     &ContainerRuntimeStats::lookups},
    {"container_lookup_failures", "Of these, without an answer in time.",
     &ContainerRuntimeStats::lookup_failures},
    {"container_lookups_dropped",
     "Containers not asked for because too many questions waited.",
     &ContainerRuntimeStats::dropped_lookups},
    {"container_runtime_events", "Changes that container runtimes told of.",
     &ContainerRuntimeStats::events},
};

void AddContainers(const ContainerRegistry* containers,
                   MetricRegistry* metrics) {
  AddGauges(containers, kContainerGauges, metrics);
  AddCounters(containers, kContainerCounters, metrics);
  for (const Number<ContainerRuntimeStats>& number : kRuntimeCounters) {
    metrics->AddCounterCallback(
        absl::StrCat("eyrie_collector_", number.name), number.help, {},
        [containers, value = number.value] {
          return static_cast<double>(containers->stats().runtimes.*value);
        });
  }
}

// Numbers of one part of the pipeline.
template <typename Stats, size_t kCount>
void AddPart(const Pipeline* pipeline, Stats PipelineStats::*part,
             const Number<Stats> (&numbers)[kCount], bool is_gauge,
             MetricRegistry* metrics) {
  for (const Number<Stats>& number : numbers) {
    const std::string name = absl::StrCat("eyrie_collector_", number.name);
    const auto read = [pipeline, part, value = number.value] {
      return static_cast<double>(pipeline->stats().*part.*value);
    };
    if (is_gauge) {
      metrics->AddGaugeCallback(name, number.help, {}, read);
    } else {
      metrics->AddCounterCallback(name, number.help, {}, read);
    }
  }
}

void AddPipeline(const Pipeline* pipeline, MetricRegistry* metrics) {
  AddCounters(pipeline, kPipelineCounters, metrics);
  using Stats = PipelineStats;
  AddPart(pipeline, &Stats::processes, kProcessGauges, true, metrics);
  AddPart(pipeline, &Stats::processes, kProcessCounters, false, metrics);
  AddPart(pipeline, &Stats::cgroups, kCgroupGauges, true, metrics);
  AddPart(pipeline, &Stats::cgroups, kCgroupCounters, false, metrics);
  AddPart(pipeline, &Stats::hold_back, kHoldBackGauges, true, metrics);
  AddPart(pipeline, &Stats::hold_back, kHoldBackCounters, false, metrics);
  metrics->AddCounterCallback(
      "eyrie_collector_records_read",
      "Records from the source, wanted by the server or not.", [pipeline] {
        std::vector<MetricSample> samples;
        for (const auto& [type, count] : pipeline->stats().read_by_type) {
          samples.push_back(
              {{{"type", TypeName(type)}}, static_cast<double>(count)});
        }
        return samples;
      });
}

// A number of each of the source's buffers.
void AddFill(const EventSource* source, const std::string& name,
             const std::string& help, uint64_t BufferFill::*value,
             MetricRegistry* metrics) {
  metrics->AddGaugeCallback(
      absl::StrCat("eyrie_collector_", name), help, [source, value] {
        std::vector<MetricSample> samples;
        for (const BufferFill& fill : source->Fills()) {
          samples.push_back(
              {{{"ring", fill.buffer}}, static_cast<double>(fill.*value)});
        }
        return samples;
      });
}

void AddSource(const EventSource* source, MetricRegistry* metrics) {
  AddFill(source, "ring_bytes", "Size of a ring.", &BufferFill::size, metrics);
  AddFill(source, "ring_waiting_bytes",
          "Bytes that waited in it when it was last read.",
          &BufferFill::waiting, metrics);
  AddFill(source, "ring_most_waiting_bytes",
          "Most bytes that waited in it since the start.",
          &BufferFill::most_waiting, metrics);
}

}  // namespace

std::vector<v1::LossReport> CollectLosses(const MetricSources& sources) {
  std::vector<v1::LossReport> reports;
  const auto add = [&reports](v1::LossReport::Reason reason, uint16_t type,
                              uint64_t count) {
    if (count == 0) return;
    v1::LossReport& report = reports.emplace_back();
    report.set_reason(reason);
    report.set_event_type(TypeName(type));
    report.set_count(count);
  };
  if (sources.source != nullptr) {
    for (const SourceLoss& loss : sources.source->Losses()) {
      add(ToReason(loss.reason), loss.event_type, loss.count);
    }
  }
  for (const auto& [type, count] : sources.spool->refused()) {
    add(v1::LossReport::REASON_SPOOL_FULL, type, count);
  }
  return reports;
}

void RegisterMetrics(const MetricSources& sources, MetricRegistry* metrics) {
  if (sources.source != nullptr) AddSource(sources.source, metrics);
  if (sources.pipeline != nullptr) AddPipeline(sources.pipeline, metrics);
  if (sources.containers != nullptr) AddContainers(sources.containers, metrics);
  AddGauges(sources.spool, kSpoolGauges, metrics);
  AddCounters(sources.spool, kSpoolCounters, metrics);
  AddCounters(sources.uplink, kUplinkCounters, metrics);
  metrics->AddGaugeCallback(
      "eyrie_collector_connected", "1 while the server has welcomed us.", {},
      [uplink = sources.uplink] { return uplink->is_connected() ? 1.0 : 0.0; });
  metrics->AddCounterCallback(
      "eyrie_collector_lost_events", "Events lost, by reason and type.",
      [sources] {
        std::vector<MetricSample> samples;
        for (const v1::LossReport& loss : CollectLosses(sources)) {
          samples.push_back({{{"reason", ReasonName(loss.reason())},
                              {"type", loss.event_type()}},
                             static_cast<double>(loss.count())});
        }
        return samples;
      });
}

}  // namespace eyrie::collector
