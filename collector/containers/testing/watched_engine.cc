// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/testing/watched_engine.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

#include "collector/containers/container_runtimes.h"
#include "collector/containers/runtime_options.h"
#include "common/testing/status_matchers.h"

namespace eyrie::testing {
namespace {

using collector::RuntimeKind;

constexpr absl::Duration kPatience = absl::Seconds(20);

RuntimeKind RuntimeOf(Engine::Kind kind) {
  switch (kind) {
    case Engine::Kind::kContainerd:
      return RuntimeKind::kContainerd;
    case Engine::Kind::kPodman:
      return RuntimeKind::kPodman;
    case Engine::Kind::kDocker:
      return RuntimeKind::kDocker;
  }
  return RuntimeKind::kContainerd;
}

}  // namespace

void WatchedEngineTest::SetUpEngine(Engine::Kind kind) {
  const std::string why_not = Engine::WhyNot(kind);
  if (!why_not.empty()) {
    std::printf("EYRIE_NO_ENGINE: %s\n", why_not.c_str());
    GTEST_SKIP() << why_not;
  }
  ASSERT_OK_AND_ASSIGN(engine_, Engine::Create(kind));
}

void WatchedEngineTest::Watch() {
  ASSERT_OK_AND_ASSIGN(directory_, collector::OpenCgroupDirectory("/"));
  registry_ = std::make_unique<collector::ContainerRegistry>(
      collector::ContainerRegistryOptions{}, directory_.get());
  registry_->AddRuntime(collector::MakeContainerRuntime(
      {RuntimeOf(engine_->kind()), engine_->socket()}));
  registry_->Start();
  watcher_ = std::make_unique<CgroupWatcher>(registry_.get(),
                                             engine_->cgroup_parent());
}

void WatchedEngineTest::StartAndWatch(Engine::Kind kind) {
  SetUpEngine(kind);
  if (IsSkipped() || HasFatalFailure()) return;
  ASSERT_OK(engine_->Start());
  Watch();
  ASSERT_TRUE(WaitForState(v1::ContainerRuntime::CONNECTED))
      << runtime_state().ShortDebugString();
}

v1::ContainerRuntime WatchedEngineTest::runtime_state() {
  const collector::ContainerChanges changes = registry_->TakeChanges();
  if (!changes.runtimes.empty()) state_ = changes.runtimes[0];
  return state_;
}

bool WatchedEngineTest::WaitForState(v1::ContainerRuntime::State state,
                                     absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (runtime_state().state() != state) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(10));
  }
  return true;
}

std::shared_ptr<const v1::Container> WatchedEngineTest::WaitForContainer(
    const std::string& name) {
  const absl::Time deadline = absl::Now() + kPatience;
  std::shared_ptr<const v1::Container> last =
      std::make_shared<const v1::Container>();
  while (absl::Now() < deadline) {
    for (const auto& [path, seen] : watcher_->answered()) {
      if (!absl::EndsWith(path, name) || seen.container == nullptr) continue;
      last = registry_->Find(seen.container->id()).container;
      if (last->pid() != 0) return last;
    }
    absl::SleepFor(absl::Milliseconds(10));
  }
  ADD_FAILURE() << "container " << name << " is not known; last seen as "
                << last->ShortDebugString();
  return last;
}

void WatchedEngineTest::ReportTimes(const std::string& what) {
  std::vector<double> milliseconds;
  for (const auto& [path, seen] : watcher_->answered()) {
    milliseconds.push_back(absl::ToDoubleMilliseconds(seen.known - seen.seen));
  }
  if (milliseconds.empty()) return;
  std::sort(milliseconds.begin(), milliseconds.end());
  std::printf(
      "%s: %zu containers known after a median of %.1f ms, at most %.1f ms\n",
      what.c_str(), milliseconds.size(), milliseconds[milliseconds.size() / 2],
      milliseconds.back());
}

}  // namespace eyrie::testing
