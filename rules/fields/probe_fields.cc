// SPDX-License-Identifier: Apache-2.0
//
// A probe is a command that the runtime starts inside the container, from
// outside of it. So a process belongs to one if the topmost of its ancestors
// in the container, or itself, runs the probe's command and is not the
// container's own first process:
//
//   containerd-shim (host)
//   ├── nginx (container, pid 1)
//   │   └── sh -c healthy      the container's own: no probe
//   └── sh -c healthy          the probe
//       └── curl localhost     of the probe
//
// A probe that replaces itself with another program by exec is not recognized
// from then on.

#include "rules/fields/probe_fields.h"

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "eyrie/v1/process.pb.h"

#include "rules/check/types.h"
#include "rules/check/value.h"
#include "rules/fields/ancestors.h"
#include "rules/fields/container.h"
#include "rules/fields/event.h"
#include "rules/fields/extractor.h"
#include "rules/fields/field.h"
#include "rules/fields/process_facts.h"

namespace eyrie::rules {
namespace {

using v1::Container;

// Whether the process was started with this command.
bool Runs(const v1::Process& process, const Container::Probe& probe) {
  if (probe.command_size() == 0 || process.exe() != probe.command(0)) {
    return false;
  }
  int word = 1;
  bool is_same = true;
  ForEachString(process.args(), [&](absl::string_view argument) {
    is_same = word < probe.command_size() && argument == probe.command(word);
    ++word;
    return is_same;
  });
  return is_same && word == probe.command_size();
}

// Whether it is the process that the container was made for.
bool IsFirst(const v1::Process& process, const Container& container) {
  return process.vpid() == 1 || process.key().pid() == container.pid();
}

Place PlaceIn(const Event& event, const v1::Process& process,
              const Container& container) {
  absl::string_view id;
  const Place place = PlaceOf(event, process, &id);
  if (place != Place::kContainer) return place;
  return id == container.id() ? Place::kContainer : Place::kHost;
}

Extracted IsOfProbe(const Event& event, const Container& container,
                    const Container::Probe& probe) {
  if (event.process == nullptr) return Unknown();
  const v1::Process* top = &event.process->facts();
  AncestorWalk walk(event);
  while (!IsFirst(*top, container)) {
    walk.Next();
    if (walk.at().presence == Presence::kUnknown) return Unknown();
    if (walk.at().node == nullptr) break;
    const v1::Process& ancestor = walk.at().node->facts();
    const Place place = PlaceIn(event, ancestor, container);
    if (place == Place::kUnknown) return Unknown();
    if (place == Place::kHost) break;
    top = &ancestor;
  }
  if (IsFirst(*top, container)) return Bool(false);
  if (top->partial()) return Unknown();
  return Bool(Runs(*top, probe));
}

// False outside of containers.
template <bool (Container::*Has)() const,
          const Container::Probe& (Container::*Get)() const>
Extracted IsProbe(const Event& event) {
  const KnownContainer container = ContainerOf(event);
  if (container.facts == nullptr) {
    return container.presence == Presence::kAbsent ? Bool(false) : Unknown();
  }
  const Container& facts = *container.facts;
  if ((facts.*Has)()) return IsOfProbe(event, facts, (facts.*Get)());
  if (facts.metadata() == Container::COMPLETE) return Bool(false);
  return {MissingFact(facts), {}};
}

const FieldInfo kFields[] = {
    {.name = "proc.is_container_healthcheck",
     .type = FieldType::kBool,
     .doc = "Whether the process is the container's health check, or was "
            "started by it.",
     .read =
         Read<IsProbe<&Container::has_healthcheck, &Container::healthcheck>>},
    {.name = "proc.is_container_liveness_probe",
     .type = FieldType::kBool,
     .doc = "Whether the process is the container's liveness probe, or was "
            "started by it.",
     .read = Read<
         IsProbe<&Container::has_liveness_probe, &Container::liveness_probe>>},
    {.name = "proc.is_container_readiness_probe",
     .type = FieldType::kBool,
     .doc = "Whether the process is the container's readiness probe, or was "
            "started by it.",
     .read = Read<IsProbe<&Container::has_readiness_probe,
                          &Container::readiness_probe>>},
};

}  // namespace

absl::Span<const FieldInfo> ProbeFields() { return kFields; }

}  // namespace eyrie::rules
