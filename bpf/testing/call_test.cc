// SPDX-License-Identifier: Apache-2.0

#include "bpf/testing/call_test.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "proto/event_catalog.h"

namespace eyrie::testing {
namespace {

// Runs `make` in a child; returns the child's pid. `result` gets what `make`
// returned.
pid_t MakeInChild(const std::function<long()>& make, long* result) {
  // Shared with the child.
  void* page = mmap(nullptr, sizeof(long), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  EXPECT_NE(page, MAP_FAILED);
  auto* shared = static_cast<long*>(page);
  int status = 0;
  const pid_t child = RunInChild(
      [&] {
        *shared = make();
        return 0;
      },
      &status);
  EXPECT_EQ(status, 0) << "wait status of the child";
  *result = *shared;
  munmap(page, sizeof(long));
  return child;
}

}  // namespace

void CallTest::ExpectCalls(absl::Span<const CallCase> cases) {
  std::vector<uint16_t> wanted;
  for (const CallCase& c : cases) wanted.push_back(c.event);
  Want(wanted);
  for (size_t i = 0; i < cases.size(); ++i) {
    const CallCase& c = cases[i];
    SCOPED_TRACE(absl::StrCat("case ", i, ", ", FindEvent(c.event)->name));
    long result = 0;
    const pid_t child = MakeInChild(c.make, &result);
    const Record record = Await(c.event, child);
    if (record.view().type() != c.event) continue;
    EXPECT_EQ(record.header().result, result);
    EXPECT_EQ(record.has_flag(EYRIE_RECORD_COMPAT32), c.is_32_bit);
    ExpectArguments(record, c.arguments);
  }
}

ArgumentTexts DescriptorTexts(int fd, const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(fstat(fd, &status), 0) << "descriptor " << fd;
  ArgumentTexts texts = NoDescriptorTexts();
  texts["fd_path"] = path;
  texts["fd_kind"] = Text(status.st_mode & S_IFMT);
  texts["fd_dev"] = Text(status.st_dev);
  texts["fd_ino"] = Text(status.st_ino);
  return texts;
}

ArgumentTexts NoDescriptorTexts() {
  return {{"fd_path", "(none)"}, {"fd_kind", "0"},  {"fd_dev", "0"},
          {"fd_ino", "0"},       {"fd_flags", "0"}, {"local", "(none)"},
          {"remote", "(none)"},  {"protocol", "0"}, {"socket_type", "0"}};
}

ArgumentTexts Join(ArgumentTexts a, const ArgumentTexts& b) {
  a.insert(b.begin(), b.end());
  return a;
}

}  // namespace eyrie::testing
