// SPDX-License-Identifier: Apache-2.0

#include "rules/testing/fixture_event.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <string>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

#include "rules/fields/unknown_domains.h"

namespace eyrie::rules::testing {
namespace {

constexpr char kOtherEnd[] = "192.0.2.1:40000";
constexpr char kOtherEndV6[] = "[2001:db8::1]:40000";

// The argument called `name`, or null.
const FixtureArgument* Find(const RuleFixture& fixture,
                            absl::string_view name) {
  for (const FixtureArgument& argument : fixture.args) {
    if (argument.name == name) return &argument;
  }
  return nullptr;
}

// The address that argument `name` has, or "".
std::string AddressOf(const RuleFixture& fixture, absl::string_view name) {
  const FixtureArgument* const argument = Find(fixture, name);
  return argument == nullptr ? "" : std::get<AddressText>(argument->value).text;
}

bool IsExec(absl::string_view event) {
  return event == "execve" || event == "execveat";
}

bool IsOpen(absl::string_view event) {
  return event == "open" || event == "openat" || event == "openat2" ||
         event == "creat";
}

bool IsSocketEvent(absl::string_view event) {
  return event == "connect" || event == "accept" || event == "accept4" ||
         event == "bind";
}

void AddOpenedFile(const RuleFixture& fixture, EventBuilder* builder) {
  if (fixture.result.value_or(0) < 0) return;
  if (Find(fixture, "kind") == nullptr) builder->Set("kind", S_IFREG);
  const FixtureArgument* const name = Find(fixture, "name");
  if (name == nullptr || Find(fixture, "realpath") != nullptr) return;
  const std::string& path = std::get<std::string>(name->value);
  if (absl::StartsWith(path, "/")) builder->Set("realpath", path);
}

void AddSocket(const RuleFixture& fixture, EventBuilder* builder) {
  const std::string given = AddressOf(
      fixture, absl::StartsWith(fixture.event, "accept") ? "remote" : "addr");
  if (given.empty() || absl::StartsWith(given, "unix:")) return;
  const char* const other =
      absl::StartsWith(given, "[") ? kOtherEndV6 : kOtherEnd;
  if (Find(fixture, "protocol") == nullptr) {
    builder->Set("protocol", IPPROTO_TCP);
  }
  if (Find(fixture, "socket_type") == nullptr) {
    builder->Set("socket_type", SOCK_STREAM);
  }
  const bool is_bind = fixture.event == "bind";
  if (Find(fixture, "local") == nullptr) {
    builder->SetAddress("local", is_bind ? given : other);
  }
  if (!is_bind && Find(fixture, "remote") == nullptr) {
    builder->SetAddress("remote", given);
  }
}

void SetArgument(const FixtureArgument& argument, EventBuilder* builder) {
  if (const auto* number = std::get_if<int64_t>(&argument.value)) {
    builder->Set(argument.name, *number);
  } else if (const auto* text = std::get_if<std::string>(&argument.value)) {
    builder->Set(argument.name, *text);
  } else if (const auto* address = std::get_if<AddressText>(&argument.value)) {
    builder->SetAddress(argument.name, address->text);
  } else {
    builder->SetStrings(argument.name,
                        std::get<std::vector<std::string>>(argument.value));
  }
}

void SetProcess(const RuleFixture& fixture, EventBuilder* builder) {
  // Command() fills in what follows, so it goes first.
  if (!fixture.cwd.empty()) builder->process().set_cwd(fixture.cwd);
  if (!fixture.command.empty()) builder->Command(fixture.command);
  if (!fixture.comm.empty()) builder->Comm(fixture.comm);
  if (!fixture.exe.empty()) {
    builder->process().set_exe(fixture.exe);
    if (IsExec(fixture.event)) builder->Set("exe", fixture.exe);
  }
  if (!fixture.exepath.empty()) {
    builder->process().set_exe_path(fixture.exepath);
    if (IsExec(fixture.event)) builder->Set("exepath", fixture.exepath);
  }
  if (!fixture.ancestors.empty()) builder->Ancestors(fixture.ancestors);
  if (!fixture.cgroup.empty()) builder->Cgroup(fixture.cgroup);
  if (!fixture.container.empty()) builder->Container(fixture.container);
  if (fixture.known_container) builder->Container(*fixture.known_container);
  if (fixture.uid) builder->Uid(*fixture.uid);
  if (fixture.loginuid) {
    builder->record().LoginUid(*fixture.loginuid);
    builder->process().set_loginuid(*fixture.loginuid);
  }
  if (fixture.exe_flags) builder->process().set_exe_flags(*fixture.exe_flags);
  for (const std::string& variable : fixture.env) {
    builder->process().mutable_env()->append(variable).push_back('\0');
  }
  if (fixture.tty) builder->process().set_tty(*fixture.tty);
}

}  // namespace

std::unique_ptr<EventBuilder> MakeFixtureEvent(const RuleFixture& fixture) {
  auto builder = std::make_unique<EventBuilder>(fixture.event);
  // What a name meant depends on when and where.
  builder->Domains(UnknownDomains::Get());
  SetProcess(fixture, builder.get());
  builder->Result(fixture.result.value_or(0));
  if (IsOpen(fixture.event)) AddOpenedFile(fixture, builder.get());
  if (IsSocketEvent(fixture.event)) AddSocket(fixture, builder.get());
  for (const FixtureArgument& argument : fixture.args) {
    SetArgument(argument, builder.get());
  }
  return builder;
}

}  // namespace eyrie::rules::testing
