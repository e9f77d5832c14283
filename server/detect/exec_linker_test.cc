// SPDX-License-Identifier: Apache-2.0

#include "server/detect/exec_linker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "rules/fields/testing/event_builder.h"

namespace eyrie::server {
namespace {

using Words = std::vector<std::string>;

const std::string kId(64, 'a');

// The container "c" of pod "web-1" in namespace "shop".
class OnePod : public rules::ContainerTable {
 public:
  OnePod() {
    container_.set_id(kId);
    container_.set_name("c");
    container_.set_pod_namespace("shop");
    container_.set_pod_name("web-1");
  }
  const v1::Cgroup* FindCgroup(uint64_t) const override { return nullptr; }
  const v1::Container* FindContainer(absl::string_view id) const override {
    return id == kId ? &container_ : nullptr;
  }
  v1::Container& container() { return container_; }

 private:
  v1::Container container_;
};

class ExecLinkerTest : public ::testing::Test {
 protected:
  // An exec of `argv` in the container, by a process whose parent is the
  // runtime's, `at` after the start of the test's time. Without `pid` it is a
  // process of its own.
  std::vector<ProcessLink> Exec(const Words& argv,
                                absl::Duration at = absl::ZeroDuration(),
                                uint32_t pid = 0) {
    if (pid == 0) pid = 1000 + processes_++;
    rules::testing::EventBuilder builder("execve");
    builder.Command(argv).Ancestors({"containerd-shim"}).Container(kId);
    v1::ProcessKey& key = *builder.process().mutable_key();
    key.set_pid(pid);
    builder.record().Process(pid, key.start_time_ns(), key.exec_id());
    return Run(builder, at);
  }
  std::vector<ProcessLink> Run(rules::testing::EventBuilder& builder,
                               absl::Duration at = absl::ZeroDuration()) {
    rules::Event event = builder.Build();
    event.containers = &pod_;
    event.clock_offset_ns = absl::ToUnixNanos(start_ + at) -
                            static_cast<int64_t>(event.record.time_ns());
    return linker_->OnExec(event);
  }

  // An exec of `argv` by a child of the process `parent` in the container.
  std::vector<ProcessLink> ExecOfChild(const Words& argv, uint32_t parent) {
    rules::testing::EventBuilder builder("execve");
    builder.Command(argv).Ancestors({"sh", "runc"}).Container(kId);
    builder.ancestor(1).set_cgroup(builder.process().cgroup());
    v1::ProcessKey& key = *builder.ancestor(1).mutable_key();
    key.set_pid(parent);
    key.set_start_time_ns(builder.process().key().start_time_ns());
    *builder.process().mutable_parent() = key;
    builder.process().mutable_key()->set_pid(1000 + processes_++);
    const v1::ProcessKey& own = builder.process().key();
    builder.record().Process(own.pid(), own.start_time_ns(), own.exec_id());
    return Run(builder);
  }

  ExecRequest Request(const Words& command,
                      absl::Duration at = absl::ZeroDuration()) {
    ExecRequest request;
    request.id = absl::StrCat("request ", ++requests_);
    request.pod_namespace = "shop";
    request.pod = "web-1";
    request.container = "c";
    request.command = command;
    request.time = start_ + at;
    return request;
  }
  std::vector<ProcessLink> Ask(ExecRequest request) {
    return linker_->OnRequest(std::move(request), {"f"});
  }

  void Restart() { linker_.emplace(&clock_, options_); }

  const absl::Time start_ = absl::FromUnixSeconds(1'700'000'000);
  SimulatedClock clock_{start_};
  ExecLinkerOptions options_;
  std::optional<ExecLinker> linker_{std::in_place, &clock_, options_};
  OnePod pod_;
  int requests_ = 0;
  uint32_t processes_ = 0;
};

TEST_F(ExecLinkerTest, LinksWhicheverComesFirst) {
  EXPECT_TRUE(Exec({"sh", "-c", "id"}, absl::Seconds(1)).empty());
  std::vector<ProcessLink> links = Ask(Request({"sh", "-c", "id"}));
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0].fingerprint, "f");
  EXPECT_EQ(links[0].process.node(), "node1");
  EXPECT_EQ(links[0].process.key().pid(), 1000u);
  EXPECT_EQ(links[0].process.command_line(), "sh -c id");
  EXPECT_EQ(links[0].process.user(), "root");
  EXPECT_EQ(links[0].process.container_id(), kId.substr(0, 12));
  EXPECT_EQ(links[0].process.time().seconds(), 1'700'000'001);

  EXPECT_TRUE(Ask(Request({"ls"})).empty());
  links = Exec({"ls"}, -absl::Seconds(1));
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0].process.command_line(), "ls");
  EXPECT_EQ(linker_->stats().links, 2u);
}

std::string CommandsOf(const std::vector<ProcessLink>& links) {
  std::string commands;
  for (const ProcessLink& link : links) {
    absl::StrAppend(&commands, "[", link.process.command_line(), "]");
  }
  return commands;
}

TEST_F(ExecLinkerTest, AShellIsLinkedWithTheCommandsThatItRan) {
  Exec({"sh", "-c", "id; ls; ps"}, absl::ZeroDuration(), 7);
  EXPECT_TRUE(ExecOfChild({"id"}, 7).empty());
  EXPECT_TRUE(ExecOfChild({"ls"}, 7).empty());
  EXPECT_EQ(CommandsOf(Ask(Request({"sh", "-c", "id; ls; ps"}))),
            "[sh -c id; ls; ps][id][ls]");
  // The request came before the last ones, an hour ago.
  EXPECT_EQ(CommandsOf(ExecOfChild({"ps"}, 7)), "[ps]");
  clock_.Advance(options_.follow + absl::Seconds(1));
  EXPECT_TRUE(ExecOfChild({"ps"}, 7).empty());
  EXPECT_EQ(linker_->stats().entries, 1u);
}

TEST_F(ExecLinkerTest, AProcessThatReplacesItsProgramIsTheSame) {
  Exec({"sh", "-c", "exec top"}, absl::ZeroDuration(), 7);
  Exec({"top"}, absl::ZeroDuration(), 7);
  EXPECT_EQ(CommandsOf(Ask(Request({"sh", "-c", "exec top"}))),
            "[sh -c exec top][top]");
  // A program of the runtime's may come first.
  Ask(Request({"ls"}));
  EXPECT_TRUE(Exec({"init"}, absl::ZeroDuration(), 8).empty());
  EXPECT_EQ(CommandsOf(Exec({"ls"}, absl::ZeroDuration(), 8)), "[init][ls]");
}

TEST_F(ExecLinkerTest, WhatTheContainerItselfRunsIsNobodysDoing) {
  pod_.container().set_pid(7);
  Exec({"sh"}, absl::ZeroDuration(), 7);
  ExecOfChild({"ls"}, 7);
  EXPECT_EQ(CommandsOf(Ask(Request({}))), "[sh]");
  EXPECT_TRUE(ExecOfChild({"ls"}, 7).empty());
  EXPECT_TRUE(ExecOfChild({"ls"}, 8).empty());  // never seen to begin
}

TEST_F(ExecLinkerTest, LinksAsManyProgramsAsAnIncidentShows) {
  for (const bool is_first : {true, false}) {
    const uint32_t pid = is_first ? 7 : 8;
    size_t links = 0;
    if (is_first) links += Ask(Request({"sh"})).size();
    links += Exec({"sh"}, absl::ZeroDuration(), pid).size();
    for (int i = 0; i < kMaxLinkedProcesses; ++i) {
      links += ExecOfChild({"ls"}, pid).size();
    }
    if (!is_first) links += Ask(Request({"sh"})).size();
    EXPECT_EQ(links, static_cast<size_t>(kMaxLinkedProcesses)) << is_first;
  }
  EXPECT_EQ(linker_->stats().followers_left_out, 2u);
}

TEST_F(ExecLinkerTest, FollowsABoundedNumberOfProcesses) {
  options_.max_followed = 2;
  Restart();
  for (uint32_t pid : {7, 8, 9}) {
    Exec({"sh"}, absl::ZeroDuration(), pid);
    Ask(Request({"sh"}));
  }
  EXPECT_TRUE(ExecOfChild({"ls"}, 7).empty());
  EXPECT_EQ(ExecOfChild({"ls"}, 8).size(), 1u);
  EXPECT_EQ(linker_->stats().followed_dropped, 1u);
}

TEST_F(ExecLinkerTest, LinksEveryDetectionOfARequest) {
  Exec({"sh"});
  const auto links = linker_->OnRequest(Request({"sh"}), {"f", "g"});
  ASSERT_EQ(links.size(), 2u);
  EXPECT_EQ(links[1].fingerprint, "g");
}

TEST_F(ExecLinkerTest, GivesEachRequestItsNearestProcess) {
  Exec({"sh"}, absl::Seconds(-5), 1);
  Exec({"sh"}, absl::Seconds(1), 2);
  Exec({"sh"}, absl::Seconds(4), 3);
  EXPECT_EQ(Ask(Request({"sh"})).at(0).process.key().pid(), 2u);
  EXPECT_EQ(Ask(Request({"sh"})).at(0).process.key().pid(), 3u);
  EXPECT_EQ(Ask(Request({"sh"})).at(0).process.key().pid(), 1u);
  EXPECT_TRUE(Ask(Request({"sh"})).empty());
}

TEST_F(ExecLinkerTest, LaterStagesOfARequestAreNotRequests) {
  const ExecRequest request = Request({"sh"});
  Exec({"sh"}, absl::ZeroDuration(), 1);
  EXPECT_EQ(Ask(request).size(), 1u);
  EXPECT_TRUE(Ask(request).empty());
  EXPECT_TRUE(Exec({"sh"}, absl::ZeroDuration(), 2).empty());
}

TEST_F(ExecLinkerTest, WantsTheSamePlaceCommandAndTime) {
  Exec({"sh", "-c", "id"});
  ExecRequest other = Request({"sh", "-c", "id"});
  other.pod = "web-2";
  EXPECT_TRUE(Ask(other).empty());
  other = Request({"sh", "-c", "id"});
  other.pod_namespace = "test";
  EXPECT_TRUE(Ask(other).empty());
  other = Request({"sh", "-c", "id"});
  other.container = "sidecar";
  EXPECT_TRUE(Ask(other).empty());
  EXPECT_TRUE(Ask(Request({"sh", "-c"})).empty());
  EXPECT_TRUE(Ask(Request({"sh", "-c", "id "})).empty());
  EXPECT_TRUE(Ask(Request({"sh", "-c", "id"}, absl::Seconds(11))).empty());
  EXPECT_TRUE(Ask(Request({"sh", "-c", "id"}, -absl::Seconds(11))).empty());
  other = Request({"sh", "-c", "id"}, absl::Seconds(10));
  other.container = "";
  EXPECT_EQ(Ask(other).size(), 1u);
}

TEST_F(ExecLinkerTest, KnowsScriptsByTheirName) {
  rules::testing::EventBuilder builder("execve");
  builder.Command({"/bin/sh", "/opt/backup.sh", "all"})
      .Comm("backup.sh")
      .Ancestors({"runc"})
      .Container(kId);
  Run(builder);
  EXPECT_TRUE(Ask(Request({"/opt/restore.sh", "all"})).empty());
  EXPECT_TRUE(Ask(Request({"/opt/backup.sh", "some"})).empty());
  EXPECT_EQ(Ask(Request({"backup.sh", "all"})).size(), 1u);
}

TEST_F(ExecLinkerTest, ComparesWhatIsLeftOfLongArguments) {
  rules::testing::EventBuilder builder("execve");
  builder.Command({"sh", "-c", "echo aaa"}).Ancestors({"runc"}).Container(kId);
  builder.process().set_truncated(true);
  Run(builder);
  EXPECT_TRUE(Ask(Request({"sh", "-c", "echo ab"})).empty());
  EXPECT_EQ(Ask(Request({"sh", "-c", "echo aaaa"})).size(), 1u);
}

TEST_F(ExecLinkerTest, AnAttachGetsTheMainProcessOnly) {
  pod_.container().set_pid(7);
  Exec({"probe"}, absl::ZeroDuration(), 8);
  EXPECT_TRUE(Ask(Request({})).empty());
  EXPECT_EQ(Exec({"sh"}, absl::ZeroDuration(), 7).size(), 1u);
}

TEST_F(ExecLinkerTest, PassesOverWhatStartsNoTreeInAPod) {
  rules::testing::EventBuilder child("execve");
  child.Command({"id"}).Ancestors({"sh", "runc"}).Container(kId);
  child.ancestor(1).set_cgroup(child.process().cgroup());
  rules::testing::EventBuilder host("execve");
  host.Command({"id"}).Ancestors({"sh"});
  rules::testing::EventBuilder failed("execve");
  failed.Command({"id"}).Ancestors({"runc"}).Container(kId).Result(-2);
  rules::testing::EventBuilder open("openat");
  open.Container(kId);
  for (auto* builder : {&child, &host, &failed, &open}) Run(*builder);
  pod_.container().clear_pod_name();
  Exec({"id"});
  EXPECT_EQ(linker_->stats().entries, 0u);
}

TEST_F(ExecLinkerTest, ForgetsWhatIsOld) {
  Exec({"sh"});
  Ask(Request({"ls"}));
  clock_.Advance(options_.patience + absl::Seconds(1));
  EXPECT_TRUE(Ask(Request({"sh"})).empty());
  EXPECT_TRUE(Exec({"ls"}).empty());
  EXPECT_EQ(linker_->stats().entries_dropped, 0u);
}

TEST_F(ExecLinkerTest, IsBounded) {
  options_.max_entries = 3;
  options_.max_requests = 3;
  Restart();
  for (int i = 0; i < 5; ++i) {
    Exec({absl::StrCat("p", i)});
    Ask(Request({absl::StrCat("r", i)}));
  }
  EXPECT_EQ(linker_->stats().entries_dropped, 2u);
  EXPECT_EQ(linker_->stats().requests_dropped, 2u);
  EXPECT_TRUE(Ask(Request({"p1"})).empty());
  EXPECT_EQ(Ask(Request({"p4"})).size(), 1u);
  options_.max_entries = 1000;
  options_.max_entry_bytes = 1000;
  Restart();
  for (int i = 0; i < 5; ++i) Exec({"p", std::string(900, 'x')});
  EXPECT_GE(linker_->stats().entries_dropped, 3u);
}

TEST_F(ExecLinkerTest, CommandLinesAreBoundedText) {
  Exec({"sh", std::string(5000, '\xff')});
  const auto links = Ask(Request({"sh", std::string(5000, '\xff')}));
  ASSERT_EQ(links.size(), 1u);
  EXPECT_LE(links[0].process.command_line().size(), 4096u);
  EXPECT_GT(links[0].process.command_line().size(), 4090u);
}

}  // namespace
}  // namespace eyrie::server
