// SPDX-License-Identifier: Apache-2.0

#include "tests/kubernetes/detection_watch.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"

namespace eyrie::testing {
namespace {

using Json = nlohmann::json;

absl::Time TimeOf(const Json& detection) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full,
                              detection.value("time", std::string()), &time,
                              &error))
      << error << " in " << detection;
  return time;
}

}  // namespace

std::string SeenDetection::Field(const std::string& name) const {
  const Json& fields = detection["outputFields"];
  const auto it = fields.find(name);
  if (it == fields.end() || it->is_null()) return "";
  return it->is_string() ? it->get<std::string>() : it->dump();
}

std::string SeenDetection::Missing() const {
  return absl::StrJoin(
      detection.value("missingMetadata", std::vector<std::string>()), ",");
}

DetectionWatch::DetectionWatch(const std::string& server_address,
                               const std::string& directory) {
  const std::string pipe = absl::StrCat(directory, "/watch");
  EXPECT_EQ(mkfifo(pipe.c_str(), 0600), 0) << pipe;
  auto watch = Subprocess::Start(
      {"/bin/sh", "-c",
       "exec \"$1\" --server \"$2\" incidents watch -o json >$3", "sh",
       BuiltFile("clients/cli/eyrie"), server_address, pipe});
  EXPECT_TRUE(watch.ok()) << watch.status();
  if (!watch.ok()) return;
  watch_ = *std::move(watch);
  reader_ = std::thread([this, pipe] { Read(pipe); });
}

DetectionWatch::~DetectionWatch() {
  watch_.reset();
  if (reader_.joinable()) reader_.join();
}

void DetectionWatch::Read(const std::string& pipe) {
  std::ifstream input(pipe);
  std::string line;
  while (std::getline(input, line)) {
    const absl::Time arrival = absl::Now();
    Json change = Json::parse(line, nullptr, false);
    if (!change.is_object() || !change.contains("detection")) continue;
    SeenDetection seen{std::move(change["detection"]), {}, arrival};
    seen.time = TimeOf(seen.detection);
    absl::MutexLock lock(&mutex_);
    seen_.push_back(std::move(seen));
  }
}

std::vector<SeenDetection> DetectionWatch::Of(const std::string& rule,
                                              const Filter& filter) const {
  std::vector<SeenDetection> found;
  absl::MutexLock lock(&mutex_);
  for (const SeenDetection& seen : seen_) {
    if (seen.detection.value("rule", "") == rule && filter(seen)) {
      found.push_back(seen);
    }
  }
  return found;
}

std::vector<SeenDetection> DetectionWatch::Await(const std::string& rule,
                                                 size_t count,
                                                 absl::Duration timeout,
                                                 const Filter& filter) const {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    std::vector<SeenDetection> found = Of(rule, filter);
    if (found.size() >= count) return found;
    if (absl::Now() > deadline) {
      ADD_FAILURE() << found.size() << " detections of \"" << rule
                    << "\" instead of " << count << "; of all "
                    << Of(rule).size();
      return found;
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
}

}  // namespace eyrie::testing
