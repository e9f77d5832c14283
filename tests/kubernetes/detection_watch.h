// SPDX-License-Identifier: Apache-2.0
//
// Detections as `eyrie incidents watch` tells them, with when it did.

#ifndef EYRIE_TESTS_KUBERNETES_DETECTION_WATCH_H_
#define EYRIE_TESTS_KUBERNETES_DETECTION_WATCH_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include <nlohmann/json.hpp>

#include "tests/testing/subprocess.h"

namespace eyrie::testing {

struct SeenDetection {
  nlohmann::json detection;  // v1.Detection
  absl::Time time;           // of the event
  absl::Time arrival;        // here

  // Value of a field of the output, as text; empty if absent.
  std::string Field(const std::string& name) const;
  // What was not known in time, joined by commas.
  std::string Missing() const;
};

// Watches from the constructor on; what is detected while it connects is not
// seen.
//
// Thread safety: one thread.
class DetectionWatch {
 public:
  using Filter = std::function<bool(const SeenDetection&)>;

  // `directory` is for a pipe.
  DetectionWatch(const std::string& server_address,
                 const std::string& directory);
  ~DetectionWatch();

  // Those of the rule that pass the filter so far, in order of arrival.
  std::vector<SeenDetection> Of(
      const std::string& rule,
      const Filter& filter = [](const SeenDetection&) { return true; }) const;

  // The same, once there are so many; fails the test after `timeout`.
  std::vector<SeenDetection> Await(
      const std::string& rule, size_t count, absl::Duration timeout,
      const Filter& filter = [](const SeenDetection&) { return true; }) const;

 private:
  void Read(const std::string& pipe);

  std::unique_ptr<Subprocess> watch_;
  std::thread reader_;
  mutable absl::Mutex mutex_;
  std::vector<SeenDetection> seen_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_KUBERNETES_DETECTION_WATCH_H_
