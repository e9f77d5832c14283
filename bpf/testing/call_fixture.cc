// SPDX-License-Identifier: Apache-2.0

#include "bpf/testing/call_fixture.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"

namespace eyrie::testing {
namespace {

int Option(int socket, int option) {
  int value = -1;
  socklen_t size = sizeof(value);
  getsockopt(socket, SOL_SOCKET, option, &value, &size);
  return value;
}

}  // namespace

Arguments OfNothing() {
  return {{"fd_path", kNone}, {"fd_kind", "0"},  {"fd_dev", "0"},
          {"fd_ino", "0"},    {"fd_flags", "0"}, {"local", kNone},
          {"remote", kNone},  {"protocol", "0"}, {"socket_type", "0"}};
}

Arguments OfFile(int fd, const std::string& path, int flags) {
  struct stat facts = {};
  EXPECT_EQ(fstat(fd, &facts), 0) << path;
  Arguments arguments = OfNothing();
  arguments["fd_path"] = path;
  arguments["fd_kind"] = absl::StrCat(facts.st_mode & S_IFMT);
  arguments["fd_dev"] = absl::StrCat(facts.st_dev);
  arguments["fd_ino"] = absl::StrCat(facts.st_ino);
  arguments["fd_flags"] = absl::StrCat(flags);
  return arguments;
}

Arguments OfSocket(int fd, const std::string& local, const std::string& remote,
                   int flags) {
  Arguments arguments = OfFile(fd, kNone, flags);
  arguments["local"] = local;
  arguments["remote"] = remote;
  arguments["protocol"] = absl::StrCat(Option(fd, SO_PROTOCOL));
  arguments["socket_type"] = absl::StrCat(Option(fd, SO_TYPE));
  return arguments;
}

void CallFixture::SetUp() {
  SensorTest::SetUp();
  if (IsSkipped() || HasFatalFailure()) return;
  ASSERT_EQ(chdir(directory().c_str()), 0);
}

void CallFixture::TearDown() { ASSERT_EQ(chdir("/"), 0); }

Record CallFixture::Expect(
    eyrie_event event,
    std::initializer_list<std::pair<const char*, Value>> arguments,
    const Arguments& more) {
  SCOPED_TRACE(FindEvent(event)->name);
  Arguments expected = more;
  for (const auto& [name, value] : arguments) expected[name] = value.text();
  Record record = Await(event, process_);
  ExpectArguments(record, expected);
  return record;
}

char* CallFixture::EndOfMemory() {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  static char* const pages =
      static_cast<char*>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(pages + page, page, PROT_NONE);
  return pages + page;
}

}  // namespace eyrie::testing
