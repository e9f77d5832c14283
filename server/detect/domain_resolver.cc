// SPDX-License-Identifier: Apache-2.0

#include "server/detect/domain_resolver.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

#include "common/logging.h"
#include "server/detect/domain_snapshot.h"

namespace eyrie::server {

// All that the thread uses.
class DomainResolver::Work {
 public:
  explicit Work(DomainResolverOptions options) : options_(std::move(options)) {}

  void Run();
  // Returns whether the thread has ended; otherwise it is looking a name up,
  // and touches nothing of others when that ends.
  bool Stop();

  void SetNames(absl::Span<const std::string> names);
  std::shared_ptr<const DomainSnapshot> Current() const;
  DomainResolverStats stats() const;

 private:
  using Addresses = std::vector<rules::IpAddress>;

  struct Name {
    Addresses addresses;
    bool is_asked = false;
    bool is_failing = false;
    absl::Time last_success = absl::InfinitePast();
  };

  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return is_stopping_ || !queue_.empty();
  }
  void WaitForWork() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Resolve(const std::string& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The addresses of the service that `domain` names; nothing if DNS is to be
  // asked.
  ServiceLookup FindService(const std::string& domain)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Store(const std::string& name, absl::StatusOr<Addresses> answer)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Accept(Addresses addresses, Name& name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fail(const std::string& domain, const absl::Status& why, Name& name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Publish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const DomainResolverOptions options_;
  mutable absl::Mutex mutex_;
  // Ascending.
  std::map<std::string, Name> names_ ABSL_GUARDED_BY(mutex_);
  // What to ask for next.
  std::deque<std::string> queue_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const DomainSnapshot> snapshot_ ABSL_GUARDED_BY(mutex_) =
      EmptySnapshot();
  absl::Time next_refresh_ ABSL_GUARDED_BY(mutex_) =
      absl::Now() + options_.refresh;
  absl::Time next_retry_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  absl::Time round_start_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  DomainResolverStats stats_ ABSL_GUARDED_BY(mutex_);
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_looking_up_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_done_ ABSL_GUARDED_BY(mutex_) = false;

  // Of no names all is known.
  static std::shared_ptr<const DomainSnapshot> EmptySnapshot() {
    auto snapshot = std::make_shared<DomainSnapshot>();
    snapshot->SetComplete(true);
    return snapshot;
  }
};

void DomainResolver::Work::Run() {
  absl::MutexLock lock(&mutex_);
  while (!is_stopping_) {
    if (queue_.empty()) {
      WaitForWork();
      continue;
    }
    const std::string name = std::move(queue_.front());
    queue_.pop_front();
    Resolve(name);
  }
  is_done_ = true;
}

bool DomainResolver::Work::Stop() {
  absl::MutexLock lock(&mutex_);
  is_stopping_ = true;
  const auto is_free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return is_done_ || is_looking_up_;
  };
  mutex_.Await(absl::Condition(&is_free));
  return is_done_;
}

void DomainResolver::Work::WaitForWork() {
  absl::Time now = absl::Now();
  if (round_start_ > absl::InfinitePast()) {
    stats_.last_refresh = now - round_start_;
    round_start_ = absl::InfinitePast();
  }
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return HasWork();
  };
  if (mutex_.AwaitWithDeadline(absl::Condition(&has_work),
                               std::min(next_refresh_, next_retry_))) {
    return;
  }
  now = absl::Now();
  const bool is_refresh = now >= next_refresh_;
  for (const auto& [domain, name] : names_) {
    if (is_refresh || !name.is_asked) queue_.push_back(domain);
  }
  next_retry_ = absl::InfiniteFuture();
  if (!is_refresh) return;
  next_refresh_ = now + options_.refresh;
  if (!queue_.empty()) round_start_ = now;
}

void DomainResolver::Work::Resolve(const std::string& name) {
  const ServiceLookup service = FindService(name);
  if (service.is_expected) {
    next_retry_ = std::min(next_retry_, absl::Now() + options_.retry);
    return;
  }
  if (!service.addresses.empty()) {
    Addresses addresses;
    for (const std::string& text : service.addresses) {
      const std::optional<rules::IpAddress> ip = ParseIpAddress(text);
      if (ip.has_value()) addresses.push_back(*ip);
    }
    Store(name, std::move(addresses));
    return;
  }
  is_looking_up_ = true;
  mutex_.Unlock();
  absl::StatusOr<Addresses> answer = options_.look_up(name);
  mutex_.Lock();
  is_looking_up_ = false;
  if (!is_stopping_) Store(name, std::move(answer));
}

ServiceLookup DomainResolver::Work::FindService(const std::string& domain) {
  if (options_.services == nullptr) return {};
  const std::optional<ServiceName> service = ParseServiceName(domain);
  if (!service.has_value()) return {};
  return options_.services->FindService(service->namespace_name, service->name);
}

void DomainResolver::Work::Store(const std::string& name,
                                 absl::StatusOr<Addresses> answer) {
  const auto it = names_.find(name);
  if (it == names_.end()) return;  // No rule mentions it any more.
  Name& stored = it->second;
  const bool was_asked = std::exchange(stored.is_asked, true);
  const Addresses before = stored.addresses;
  if (answer.ok() && !answer->empty()) {
    Accept(*std::move(answer), stored);
  } else {
    Fail(name,
         answer.ok() ? absl::NotFoundError("no address") : answer.status(),
         stored);
  }
  if (!was_asked || stored.addresses != before) Publish();
}

void DomainResolver::Work::Accept(Addresses addresses, Name& name) {
  // Name servers change the order from answer to answer.
  const auto key = [](const rules::IpAddress& ip) {
    return std::pair(ip.is_v6, ip.bytes);
  };
  std::sort(addresses.begin(), addresses.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  addresses.erase(std::unique(addresses.begin(), addresses.end()),
                  addresses.end());
  if (addresses.size() > kMaxAddresses) {
    stats_.addresses_cut += addresses.size() - kMaxAddresses;
    addresses.resize(kMaxAddresses);
  }
  name.addresses = std::move(addresses);
  name.is_failing = false;
  name.last_success = absl::Now();
}

void DomainResolver::Work::Fail(const std::string& domain,
                                const absl::Status& why, Name& name) {
  ++stats_.failures;
  if (!std::exchange(name.is_failing, true)) {
    LogWarning("a domain name of the rules cannot be resolved",
               {{"name", domain}, {"error", why.message()}});
  }
  if (absl::Now() - name.last_success >= options_.keep_failing) {
    name.addresses.clear();
  }
}

void DomainResolver::Work::SetNames(absl::Span<const std::string> names) {
  absl::MutexLock lock(&mutex_);
  std::map<std::string, Name> wanted;
  std::vector<std::string> fresh;
  for (const std::string& name : names) {
    const auto it = names_.find(name);
    if (it == names_.end()) fresh.push_back(name);
    wanted[name] = it == names_.end() ? Name() : it->second;
  }
  names_ = std::move(wanted);
  queue_.erase(std::remove_if(queue_.begin(), queue_.end(),
                              [this](const std::string& name)
                                  ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
                                    return !names_.contains(name);
                                  }),
               queue_.end());
  if (queue_.empty() && !fresh.empty()) round_start_ = absl::Now();
  queue_.insert(queue_.begin(), fresh.begin(), fresh.end());
  Publish();
}

void DomainResolver::Work::Publish() {
  auto snapshot = std::make_shared<DomainSnapshot>();
  bool is_complete = true;
  for (const auto& [domain, name] : names_) {
    for (const rules::IpAddress& address : name.addresses) {
      snapshot->Add(address, domain);
    }
    is_complete = is_complete && name.is_asked;
  }
  snapshot->SetComplete(is_complete);
  snapshot_ = std::move(snapshot);
}

std::shared_ptr<const DomainSnapshot> DomainResolver::Work::Current() const {
  absl::MutexLock lock(&mutex_);
  return snapshot_;
}

DomainResolverStats DomainResolver::Work::stats() const {
  absl::MutexLock lock(&mutex_);
  DomainResolverStats stats = stats_;
  stats.names = names_.size();
  for (const auto& [domain, name] : names_) {
    if (name.addresses.empty()) ++stats.names_without_address;
  }
  stats.addresses = snapshot_->addresses();
  return stats;
}

DomainResolver::DomainResolver(DomainResolverOptions options)
    : work_(std::make_shared<Work>(std::move(options))),
      thread_([work = work_] { work->Run(); }) {}

DomainResolver::~DomainResolver() {
  if (work_->Stop()) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void DomainResolver::SetNames(absl::Span<const std::string> names) {
  work_->SetNames(names);
}

std::shared_ptr<const rules::DomainTable> DomainResolver::Current() const {
  return work_->Current();
}

DomainResolverStats DomainResolver::stats() const { return work_->stats(); }

}  // namespace eyrie::server
