// SPDX-License-Identifier: Apache-2.0
//
// The sensor's programs and variables (bpf/) as one object of libbpf.

#ifndef EYRIE_COLLECTOR_SOURCE_SENSOR_OBJECT_H_
#define EYRIE_COLLECTOR_SOURCE_SENSOR_OBJECT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "bpf/control.h"

struct bpf_map;
struct bpf_object;
struct bpf_program;

namespace eyrie::collector {

// Two objects are built of the same sources: one loads kernel memory directly,
// one by helper (bpf/read.bpf.h). This is either of them.
//
// Thread safety: one thread calls everything.
class SensorObject {
 public:
  // Nothing is in the kernel yet.
  static absl::StatusOr<std::unique_ptr<SensorObject>> Open(bool direct_loads);
  virtual ~SensorObject() = default;

  // Loads the programs that are set to be. kInternal and the like with what the
  // verifier said last.
  absl::Status Load();

  // By their names in bpf/. REQUIRES: there is one.
  bpf_program* program(const std::string& name) const;
  bpf_map* map(const std::string& name) const;

  // Changed before Load() only.
  virtual eyrie_settings* settings() = 0;
  // Changed at any time, value by value.
  virtual eyrie_config* config() = 0;
  // After Load(). `event_of` and `uring_event_of` of sensor.bpf.c, the first by
  // row and system call number.
  using CallRow = uint16_t[EYRIE_SYSCALL_NUMBERS];
  virtual CallRow* event_of() = 0;
  virtual uint16_t* uring_event_of() = 0;

 protected:
  virtual bpf_object* object() const = 0;
  // 0 or a negative errno.
  virtual int LoadSkeleton() = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_SOURCE_SENSOR_OBJECT_H_
