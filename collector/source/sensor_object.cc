// SPDX-License-Identifier: Apache-2.0

#include "collector/source/sensor_object.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstdlib>

// After control.h, whose types they use.
#include "bpf/eyrie_bpf.skel.h"
#include "bpf/eyrie_helper_bpf.skel.h"
#include "collector/source/libbpf_log.h"

namespace eyrie::collector {
namespace {

// A skeleton, whichever: they differ in type only.
template <typename Skeleton, int (*kLoad)(Skeleton*),
          void (*kDestroy)(Skeleton*)>
class SkeletonObject : public SensorObject {
 public:
  // Takes ownership.
  explicit SkeletonObject(Skeleton* skeleton) : skeleton_(skeleton) {}
  ~SkeletonObject() override { kDestroy(skeleton_); }

  eyrie_settings* settings() override { return &skeleton_->rodata->settings; }
  eyrie_config* config() override { return &skeleton_->data->config; }
  CallRow* event_of() override { return skeleton_->bss->event_of; }
  uint16_t* uring_event_of() override { return skeleton_->bss->uring_event_of; }

 protected:
  bpf_object* object() const override { return skeleton_->obj; }
  int LoadSkeleton() override { return kLoad(skeleton_); }

 private:
  Skeleton* const skeleton_;
};

using DirectObject =
    SkeletonObject<eyrie_bpf, eyrie_bpf__load, eyrie_bpf__destroy>;
using HelperObject = SkeletonObject<eyrie_helper_bpf, eyrie_helper_bpf__load,
                                    eyrie_helper_bpf__destroy>;

}  // namespace

absl::StatusOr<std::unique_ptr<SensorObject>> SensorObject::Open(
    bool direct_loads) {
  const LibbpfLog log;
  if (direct_loads) {
    if (eyrie_bpf* skeleton = eyrie_bpf__open(); skeleton != nullptr) {
      return std::make_unique<DirectObject>(skeleton);
    }
  } else if (eyrie_helper_bpf* skeleton = eyrie_helper_bpf__open();
             skeleton != nullptr) {
    return std::make_unique<HelperObject>(skeleton);
  }
  return log.Error(errno, "opening the sensor's programs");
}

absl::Status SensorObject::Load() {
  const LibbpfLog log;
  const int error = LoadSkeleton();
  if (error == 0) return absl::OkStatus();
  return log.Error(-error, "loading the sensor's programs");
}

bpf_program* SensorObject::program(const std::string& name) const {
  bpf_program* found = bpf_object__find_program_by_name(object(), name.c_str());
  if (found == nullptr) std::abort();
  return found;
}

bpf_map* SensorObject::map(const std::string& name) const {
  bpf_map* found = bpf_object__find_map_by_name(object(), name.c_str());
  if (found == nullptr) std::abort();
  return found;
}

}  // namespace eyrie::collector
