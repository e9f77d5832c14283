// SPDX-License-Identifier: Apache-2.0

#include "bpf/testing/sensor_test.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "collector/source/function_hooks.h"
#include "collector/source/kernel_checks.h"
#include "collector/source/kernel_hooks.h"
#include "proto/event_catalog.h"

namespace eyrie::testing {
namespace {

using collector::BpfEventSource;
using collector::BpfEventSourceOptions;

constexpr absl::Duration kPatience = absl::Seconds(10);

// What tests get that do not say what they want. Not everything: reads, waits
// and clocks of the whole machine would drown the rest.
constexpr uint16_t kUsualEvents[] = {
    EYRIE_EVENT_execve,    EYRIE_EVENT_execveat, EYRIE_EVENT_chdir,
    EYRIE_EVENT_fchdir,    EYRIE_EVENT_open,     EYRIE_EVENT_openat,
    EYRIE_EVENT_openat2,   EYRIE_EVENT_creat,    EYRIE_EVENT_unlink,
    EYRIE_EVENT_unlinkat,  EYRIE_EVENT_rename,   EYRIE_EVENT_renameat,
    EYRIE_EVENT_renameat2, EYRIE_EVENT_connect,  EYRIE_EVENT_accept,
    EYRIE_EVENT_accept4,   EYRIE_EVENT_bind,     EYRIE_EVENT_setuid,
    EYRIE_EVENT_setreuid,  EYRIE_EVENT_setresuid};

// The sensor, loaded once for all tests of a program.
absl::StatusOr<BpfEventSource*> SharedSource(const SensorVariant& variant) {
  static std::map<std::string, std::unique_ptr<BpfEventSource>> sources;
  std::unique_ptr<BpfEventSource>& source = sources[variant.name];
  if (source != nullptr) return source.get();
  BpfEventSourceOptions options;
  options.sensor.hooks = variant.hooks;
  options.sensor.direct_loads = variant.direct_loads;
  options.report_self = true;
  options.snapshot = false;
  auto created = BpfEventSource::Create(options);
  if (!created.ok()) return created.status();
  if (absl::Status status = (*created)->Start(); !status.ok()) return status;
  source = *std::move(created);
  return source.get();
}

bool IsEnvironmental(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsPermissionDenied(status);
}

}  // namespace

absl::Status WhyNoFunctionHooks() {
  static const absl::Status status = [] {
    const absl::Status probed =
        collector::FunctionHooks::Create(collector::KernelHooks(), nullptr,
                                         /*direct_loads=*/false)
            .status();
    if (!probed.ok()) return probed;
    return collector::CheckPreemption(collector::ReadKernelFacts());
  }();
  return status;
}

std::vector<SensorVariant> SensorVariants() {
  using collector::CallHooks;
  std::vector<SensorVariant> variants = {
      {"HelperTracepoint", CallHooks::kTracepoint, /*direct_loads=*/false},
      {"DirectTracepoint", CallHooks::kTracepoint, /*direct_loads=*/true}};
  if (WhyNoFunctionHooks().ok()) {
    variants.push_back(
        {"Function", CallHooks::kFunction, /*direct_loads=*/true});
  }
  return variants;
}

std::string Record::AddressAt(int slot) const {
  eyrie_sockaddr address;
  absl::string_view path;
  if (!view().address(slot, &address, &path)) return "(none)";
  char text[INET6_ADDRSTRLEN] = "";
  switch (address.family) {
    case AF_INET:
      inet_ntop(AF_INET, address.address, text, sizeof(text));
      return absl::StrCat(text, ":", address.port);
    case AF_INET6:
      inet_ntop(AF_INET6, address.address, text, sizeof(text));
      return absl::StrCat("[", text, "]:", address.port);
    case AF_UNIX:
      if (path.empty()) return "unix:";
      return path[0] == '\0' ? absl::StrCat("unix:@", path.substr(1))
                             : absl::StrCat("unix:", path);
    default:
      return absl::StrCat("family ", address.family);
  }
}

std::map<std::string, std::string> Record::Arguments() const {
  std::map<std::string, std::string> arguments;
  const EventInfo* event = FindEvent(view().type());
  if (event == nullptr) return arguments;
  for (size_t i = 0; i < event->arguments.size(); ++i) {
    const ArgumentInfo& argument = event->arguments[i];
    const int slot = static_cast<int>(i);
    std::string value;
    if (argument.type == ArgumentType::kSockaddr) {
      value = AddressAt(slot);
    } else if (IsVariable(argument.type)) {
      const absl::string_view bytes = view().bytes(slot);
      value = bytes.data() == nullptr ? "(none)" : std::string(bytes);
    } else {
      value = absl::StrCat(view().i64(slot));
    }
    arguments.emplace(argument.field, std::move(value));
  }
  return arguments;
}

std::string Record::Remains() const {
  const EventInfo* event = FindEvent(view().type());
  if (event == nullptr) return "";
  std::string bytes = bytes_;
  const auto blank = [&bytes](size_t begin, size_t size) {
    bytes.replace(begin, size, size, '\0');
  };
  blank(0, sizeof(eyrie_record) + 8 * view().slots());
  for (size_t i = 0; i < event->arguments.size(); ++i) {
    if (!IsVariable(event->arguments[i].type)) continue;
    const uint64_t slot = view().u64(static_cast<int>(i));
    eyrie_ref ref;
    memcpy(&ref, &slot, sizeof(ref));
    blank(ref.offset, ref.length);
  }
  bytes.erase(std::remove(bytes.begin(), bytes.end(), '\0'), bytes.end());
  return bytes;
}

void ExpectArguments(const Record& record,
                     const std::map<std::string, std::string>& expected) {
  const EventInfo* event = FindEvent(record.view().type());
  if (event == nullptr) {
    ADD_FAILURE() << "type " << record.view().type() << " is no event";
    return;
  }
  const std::map<std::string, std::string> actual = record.Arguments();
  for (const auto& [name, value] : expected) {
    const auto found = actual.find(name);
    if (found == actual.end()) {
      ADD_FAILURE() << "the event has no argument " << name;
    } else if (value != kAnything) {
      EXPECT_EQ(found->second, value) << name;
    }
  }
  for (const ArgumentInfo& argument : event->arguments) {
    EXPECT_TRUE(argument.name.empty() ||
                expected.count(std::string(argument.field)) > 0)
        << "argument " << argument.field << " is not tested";
  }
}

void SensorTest::SetUp() {
  auto source = SharedSource(GetParam());
  if (!source.ok() && IsEnvironmental(source.status())) {
    std::printf("EYRIE_SKIP: %s\n", source.status().ToString().c_str());
    GTEST_SKIP() << source.status();
  }
  ASSERT_TRUE(source.ok()) << source.status();
  source_ = *source;
  Want(kUsualEvents);
  // Not the test's own folder: that may lie below a home folder, where other
  // users may not go, and be too deep for the path of a socket.
  directory_ = "/tmp/sensor.XXXXXX";
  ASSERT_NE(mkdtemp(directory_.data()), nullptr);
  directory_ = std::filesystem::canonical(directory_);
  ForgetRecords();
}

void SensorTest::ForgetRecords() {
  records_.clear();
  while (true) {
    auto old = source_->Poll(absl::ZeroDuration());
    ASSERT_TRUE(old.ok()) << old.status();
    if (old->empty()) break;
  }
}

void SensorTest::Want(absl::Span<const uint16_t> types) {
  const absl::Status status = source_->SetEventTypes(types);
  ASSERT_TRUE(status.ok()) << status;
  // The sensor's own calls, such as closing what it has attached before.
  ForgetRecords();
}

std::optional<Record> SensorTest::Next() {
  if (records_.empty()) {
    auto polled = source_->Poll(absl::Milliseconds(100));
    EXPECT_TRUE(polled.ok()) << polled.status();
    if (!polled.ok()) return std::nullopt;
    for (const RecordView& view : *polled) {
      const auto checked = RecordView::Check(view.raw());
      EXPECT_TRUE(checked.ok())
          << "type " << view.type() << ": " << checked.status();
      records_.emplace_back(view);
    }
  }
  if (records_.empty()) return std::nullopt;
  Record record = std::move(records_.front());
  records_.pop_front();
  EXPECT_EQ(record.Remains(), "") << "type " << record.view().type();
  return record;
}

Record SensorTest::Await(eyrie_event type, pid_t pid,
                         const std::function<bool(const Record&)>& wanted) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (absl::Now() < deadline) {
    const std::optional<Record> record = Next();
    if (record.has_value() && record->view().type() == type &&
        record->view().process().pid == static_cast<uint32_t>(pid) &&
        wanted(*record)) {
      return *record;
    }
  }
  ADD_FAILURE() << "no record of type " << type << " from process " << pid;
  static const eyrie_record kNothing = {.size = sizeof(eyrie_record)};
  return Record(RecordView::Trusted(reinterpret_cast<const char*>(&kNothing)));
}

Record SensorTest::Await(eyrie_event type) { return Await(type, getpid()); }

std::vector<Record> SensorTest::AwaitAll(eyrie_event type, pid_t pid) {
  std::vector<Record> all;
  const absl::Time deadline = absl::Now() + kPatience;
  while (absl::Now() < deadline) {
    const std::optional<Record> record = Next();
    if (!record.has_value() ||
        record->view().process().pid != static_cast<uint32_t>(pid)) {
      continue;
    }
    all.push_back(*record);
    if (record->view().type() == type) return all;
  }
  ADD_FAILURE() << "no record of type " << type << " from process " << pid;
  return all;
}

pid_t RunInChild(const std::function<int()>& body, int* status) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int ignored;
  waitpid(child, status != nullptr ? status : &ignored, 0);
  return child;
}

void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  ASSERT_TRUE(file.good()) << path;
}

uint64_t StartTicks(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string field;
  // starttime is the 22nd field; the state, after the name, is the third.
  for (int number = 3; number <= 22; ++number) fields >> field;
  return std::stoull(field);
}

uint64_t ToTicks(uint64_t start_time_ns) {
  return start_time_ns / (1'000'000'000 / sysconf(_SC_CLK_TCK));
}

}  // namespace eyrie::testing
