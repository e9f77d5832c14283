// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/testing/cgroup_watcher.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "collector/containers/cgroup_directory.h"
#include "common/file.h"

namespace eyrie::testing {
namespace {

std::string UnifiedMount() {
  const auto mounts = ReadFile("/proc/self/mountinfo", 8 << 20);
  return mounts.ok() ? collector::FindUnifiedMount(*mounts) : std::string();
}

}  // namespace

CgroupWatcher::CgroupWatcher(collector::ContainerRegistry* registry,
                             std::string parent)
    : registry_(registry),
      mount_(UnifiedMount()),
      parent_(std::move(parent)),
      thread_([this] {
        while (true) {
          {
            absl::MutexLock lock(&mutex_);
            if (is_stopping_) return;
          }
          Look();
          absl::SleepFor(absl::Milliseconds(1));
        }
      }) {}

CgroupWatcher::~CgroupWatcher() {
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  thread_.join();
}

void CgroupWatcher::Look() {
  std::error_code error;
  const std::filesystem::directory_iterator entries(
      absl::StrCat(mount_, parent_), error);
  absl::MutexLock lock(&mutex_);
  if (!error) {
    for (const auto& entry : entries) {
      struct stat status;
      if (stat(entry.path().c_str(), &status) != 0) continue;
      if (!S_ISDIR(status.st_mode) || seen_.contains(status.st_ino)) continue;
      SeenContainer& seen = seen_[status.st_ino];
      seen.path = absl::StrCat(parent_, "/", entry.path().filename().string());
      seen.seen = absl::Now();
    }
  }
  for (auto& [id, seen] : seen_) {
    if (seen.known == absl::InfiniteFuture()) Ask(id, &seen);
  }
}

void CgroupWatcher::Ask(uint64_t id, SeenContainer* seen) {
  const collector::Place place = registry_->Classify(id, "");
  if (place.is_pending) return;
  if (!place.cgroup->container_id().empty()) {
    const collector::Found found =
        registry_->Find(place.cgroup->container_id());
    if (found.is_pending) return;
    seen->container = found.container;
  }
  seen->known = absl::Now();
}

std::map<std::string, SeenContainer> CgroupWatcher::answered() const {
  std::map<std::string, SeenContainer> answered;
  absl::MutexLock lock(&mutex_);
  for (const auto& [id, seen] : seen_) {
    if (seen.known != absl::InfiniteFuture()) answered[seen.path] = seen;
  }
  return answered;
}

size_t CgroupWatcher::seen() const {
  absl::MutexLock lock(&mutex_);
  return seen_.size();
}

bool CgroupWatcher::WaitForAnswers(size_t count, absl::Duration timeout) const {
  const absl::Time deadline = absl::Now() + timeout;
  while (answered().size() < count) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

}  // namespace eyrie::testing
