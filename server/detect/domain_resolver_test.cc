// SPDX-License-Identifier: Apache-2.0

#include "server/detect/domain_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace eyrie::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Addresses = std::vector<rules::IpAddress>;

// What DNS and Kubernetes say, as the test wants it.
class FakeNames : public ServiceFinder {
 public:
  void Set(const std::string& name, const std::vector<std::string>& ips) {
    absl::MutexLock lock(&mutex_);
    domains_[name].clear();
    for (const std::string& ip : ips) {
      domains_[name].push_back(*ParseIpAddress(ip));
    }
  }
  void Remove(const std::string& name) {
    absl::MutexLock lock(&mutex_);
    domains_.erase(name);
  }
  void SetService(const std::string& service, const ServiceLookup& lookup) {
    absl::MutexLock lock(&mutex_);
    services_[service] = lookup;
  }
  // How often DNS was asked.
  int asked(const std::string& name) {
    absl::MutexLock lock(&mutex_);
    return asked_[name];
  }

  absl::StatusOr<Addresses> LookUp(const std::string& name) {
    absl::MutexLock lock(&mutex_);
    ++asked_[name];
    const auto it = domains_.find(name);
    if (it == domains_.end()) return absl::NotFoundError("no such name");
    return it->second;
  }
  ServiceLookup FindService(absl::string_view namespace_name,
                            absl::string_view name) override {
    absl::MutexLock lock(&mutex_);
    const auto it = services_.find(absl::StrCat(namespace_name, "/", name));
    return it == services_.end() ? ServiceLookup() : it->second;
  }

 private:
  absl::Mutex mutex_;
  std::map<std::string, Addresses> domains_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, ServiceLookup> services_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> asked_ ABSL_GUARDED_BY(mutex_);
};

bool Await(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(1));
  }
  return true;
}

class DomainResolverTest : public ::testing::Test {
 protected:
  // With a refresh that does not come by itself, unless told otherwise.
  void Start(absl::Duration refresh = absl::Hours(1),
             absl::Duration keep_failing = absl::Hours(1)) {
    DomainResolverOptions options;
    options.look_up = [this](const std::string& name) {
      return names_.LookUp(name);
    };
    options.services = &names_;
    options.refresh = refresh;
    options.retry = absl::Milliseconds(5);
    options.keep_failing = keep_failing;
    resolver_ = std::make_unique<DomainResolver>(std::move(options));
  }

  std::vector<std::string> NamesOf(const std::string& ip) {
    const auto table = resolver_->Current();
    const auto names = table->NamesOf(*ParseIpAddress(ip));
    return {names.begin(), names.end()};
  }
  bool IsComplete() { return resolver_->Current()->is_complete(); }
  bool AwaitComplete() {
    return Await([this] { return IsComplete(); });
  }
  bool AwaitNames(const std::string& ip,
                  const std::vector<std::string>& names) {
    return Await([&] { return NamesOf(ip) == names; });
  }

  FakeNames names_;
  std::unique_ptr<DomainResolver> resolver_;
};

TEST_F(DomainResolverTest, KnowsNothingOfNoNames) {
  Start();
  EXPECT_TRUE(IsComplete());
  EXPECT_THAT(NamesOf("10.0.0.1"), IsEmpty());
}

TEST_F(DomainResolverTest, TellsTheNamesOfAnAddress) {
  names_.Set("a.example", {"10.0.0.1", "fd00::1", "10.0.0.1"});
  names_.Set("b.example", {"10.0.0.2", "::ffff:10.0.0.1"});
  Start();
  resolver_->SetNames({"a.example", "b.example"});
  ASSERT_TRUE(AwaitComplete());
  EXPECT_THAT(NamesOf("10.0.0.1"), ElementsAre("a.example", "b.example"));
  EXPECT_THAT(NamesOf("10.0.0.2"), ElementsAre("b.example"));
  EXPECT_THAT(NamesOf("fd00::1"), ElementsAre("a.example"));
  EXPECT_THAT(NamesOf("10.0.0.3"), IsEmpty());
  const DomainResolverStats stats = resolver_->stats();
  EXPECT_EQ(stats.names, 2u);
  EXPECT_EQ(stats.names_without_address, 0u);
  EXPECT_EQ(stats.addresses, 3u);
  EXPECT_EQ(stats.failures, 0u);
}

TEST_F(DomainResolverTest, OtherRulesHaveOtherNames) {
  names_.Set("a.example", {"10.0.0.1"});
  names_.Set("b.example", {"10.0.0.1"});
  Start();
  resolver_->SetNames({"a.example"});
  ASSERT_TRUE(AwaitComplete());
  resolver_->SetNames({"a.example", "b.example"});
  EXPECT_TRUE(AwaitNames("10.0.0.1", {"a.example", "b.example"}));
  EXPECT_EQ(names_.asked("a.example"), 1);  // New ones alone are asked for.
  resolver_->SetNames({"b.example"});
  EXPECT_THAT(NamesOf("10.0.0.1"), ElementsAre("b.example"));
  EXPECT_TRUE(IsComplete());
}

TEST_F(DomainResolverTest, AsksAgainAndAgain) {
  names_.Set("a.example", {"10.0.0.1"});
  Start(/*refresh=*/absl::Milliseconds(5));
  resolver_->SetNames({"a.example"});
  ASSERT_TRUE(AwaitNames("10.0.0.1", {"a.example"}));
  names_.Set("a.example", {"10.0.0.2"});
  EXPECT_TRUE(AwaitNames("10.0.0.2", {"a.example"}));
  EXPECT_THAT(NamesOf("10.0.0.1"), IsEmpty());
}

TEST_F(DomainResolverTest, AFailingNameKeepsItsAddressesForAWhile) {
  names_.Set("a.example", {"10.0.0.1"});
  Start(/*refresh=*/absl::Milliseconds(5));
  resolver_->SetNames({"a.example"});
  ASSERT_TRUE(AwaitComplete());
  names_.Remove("a.example");
  ASSERT_TRUE(Await([this] { return resolver_->stats().failures > 2; }));
  EXPECT_THAT(NamesOf("10.0.0.1"), ElementsAre("a.example"));
  names_.Set("a.example", {});  // An answer without addresses is none.
  const uint64_t failures = resolver_->stats().failures;
  ASSERT_TRUE(
      Await([&] { return resolver_->stats().failures > failures + 2; }));
  EXPECT_THAT(NamesOf("10.0.0.1"), ElementsAre("a.example"));
}

TEST_F(DomainResolverTest, AFailingNameLosesItsAddressesInTheEnd) {
  names_.Set("a.example", {"10.0.0.1"});
  Start(/*refresh=*/absl::Milliseconds(5),
        /*keep_failing=*/absl::ZeroDuration());
  resolver_->SetNames({"a.example"});
  ASSERT_TRUE(AwaitNames("10.0.0.1", {"a.example"}));
  names_.Remove("a.example");
  EXPECT_TRUE(AwaitNames("10.0.0.1", {}));
  EXPECT_TRUE(IsComplete());
  EXPECT_EQ(resolver_->stats().names_without_address, 1u);
  names_.Set("a.example", {"10.0.0.1"});
  EXPECT_TRUE(AwaitNames("10.0.0.1", {"a.example"}));
}

TEST_F(DomainResolverTest, ANameThatNeverResolvesIsNoAddress) {
  Start();
  resolver_->SetNames({"a.example"});
  ASSERT_TRUE(AwaitComplete());
  EXPECT_EQ(resolver_->stats().failures, 1u);
}

TEST_F(DomainResolverTest, AddressesOfANameAreLimited) {
  std::vector<std::string> ips;
  for (size_t i = 0; i < DomainResolver::kMaxAddresses + 3; ++i) {
    ips.push_back(absl::StrCat("10.0.0.", i));
  }
  names_.Set("a.example", ips);
  Start();
  resolver_->SetNames({"a.example"});
  ASSERT_TRUE(AwaitComplete());
  EXPECT_EQ(resolver_->stats().addresses, DomainResolver::kMaxAddresses);
  EXPECT_EQ(resolver_->stats().addresses_cut, 3u);
}

TEST_F(DomainResolverTest, ServicesComeFromKubernetes) {
  names_.SetService("default/kubernetes",
                    {.addresses = {"10.96.0.1", "fd00::1", "junk"}});
  names_.Set("headless.shop.svc", {"10.0.0.9"});
  Start();
  resolver_->SetNames(
      {"headless.shop.svc", "kubernetes.default.svc.cluster.local"});
  ASSERT_TRUE(AwaitComplete());
  EXPECT_THAT(NamesOf("10.96.0.1"),
              ElementsAre("kubernetes.default.svc.cluster.local"));
  EXPECT_THAT(NamesOf("fd00::1"),
              ElementsAre("kubernetes.default.svc.cluster.local"));
  EXPECT_EQ(names_.asked("kubernetes.default.svc.cluster.local"), 0);
  EXPECT_THAT(NamesOf("10.0.0.9"), ElementsAre("headless.shop.svc"));
}

TEST_F(DomainResolverTest, WaitsUntilServicesAreListed) {
  names_.SetService("default/kubernetes", {.is_expected = true});
  names_.Set("a.example", {"10.0.0.1"});
  Start();
  resolver_->SetNames({"a.example", "kubernetes.default.svc"});
  ASSERT_TRUE(AwaitNames("10.0.0.1", {"a.example"}));
  EXPECT_FALSE(IsComplete());
  names_.SetService("default/kubernetes", {.addresses = {"10.96.0.1"}});
  EXPECT_TRUE(AwaitNames("10.96.0.1", {"kubernetes.default.svc"}));
  EXPECT_TRUE(IsComplete());
  EXPECT_EQ(names_.asked("a.example"), 1);
}

// A look-up that hangs stops the thread that made it and nothing else.
TEST(HangingDomainResolverTest, StopsNobodyElse) {
  const auto hangs = std::make_shared<absl::Notification>();
  const auto released = std::make_shared<absl::Notification>();
  const auto ended = std::make_shared<absl::Notification>();
  DomainResolverOptions options;
  options.look_up = [=](const std::string& name) -> absl::StatusOr<Addresses> {
    if (name == "b.example") {
      hangs->Notify();
      released->WaitForNotification();
      ended->Notify();
    }
    return Addresses{*ParseIpAddress("10.0.0.1")};
  };
  auto resolver = std::make_unique<DomainResolver>(std::move(options));
  resolver->SetNames({"a.example", "b.example"});
  hangs->WaitForNotification();
  const auto table = resolver->Current();
  EXPECT_FALSE(table->is_complete());
  EXPECT_THAT(table->NamesOf(*ParseIpAddress("10.0.0.1")),
              ElementsAre("a.example"));
  resolver->SetNames({"a.example", "b.example", "c.example"});
  EXPECT_EQ(resolver->stats().names, 3u);
  resolver = nullptr;
  released->Notify();
  ended->WaitForNotification();
}

TEST(HangingDomainResolverTest, AnswersOfNamesThatAreGoneAreDropped) {
  absl::Notification hangs;
  absl::Notification released;
  DomainResolverOptions options;
  options.look_up = [&](const std::string& name) -> absl::StatusOr<Addresses> {
    if (name == "a.example") {
      hangs.Notify();
      released.WaitForNotification();
    }
    return Addresses{*ParseIpAddress("10.0.0.1")};
  };
  DomainResolver resolver(std::move(options));
  resolver.SetNames({"a.example", "z.example"});
  hangs.WaitForNotification();
  resolver.SetNames({"b.example"});
  released.Notify();
  ASSERT_TRUE(Await([&] { return resolver.Current()->is_complete(); }));
  EXPECT_THAT(resolver.Current()->NamesOf(*ParseIpAddress("10.0.0.1")),
              ElementsAre("b.example"));
}

TEST(RealDomainResolverTest, AsksTheMachine) {
  DomainResolver resolver;
  resolver.SetNames({"localhost"});
  ASSERT_TRUE(Await([&] { return resolver.Current()->is_complete(); }));
  const auto table = resolver.Current();
  EXPECT_FALSE(table->NamesOf(*ParseIpAddress("127.0.0.1")).empty() &&
               table->NamesOf(*ParseIpAddress("::1")).empty());
}

}  // namespace
}  // namespace eyrie::server
