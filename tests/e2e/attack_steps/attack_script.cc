// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/attack_script.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace eyrie::testing {
namespace {

// Longer than any act takes.
constexpr unsigned kActSeconds = 20;

void Report(int report, const std::string& line) {
  const std::string text = line + "\n";
  if (write(report, text.data(), text.size()) < 0) _exit(EXIT_FAILURE);
}

[[noreturn]] void Act(const AttackStep& step, const std::string& folder,
                      int report) {
  alarm(kActSeconds);
  if (chdir(folder.c_str()) != 0) _exit(EXIT_FAILURE);
  errno = 0;
  if (step.act()) _exit(EXIT_SUCCESS);
  Report(report, absl::StrCat(step.name, ": ", strerror(errno)));
  _exit(EXIT_SUCCESS);
}

void Make(const AttackStep& step, const std::string& folder, int report) {
  std::filesystem::create_directory(folder);
  const pid_t child = fork();
  if (child == 0) Act(step, folder, report);
  int status = -1;
  waitpid(child, &status, 0);
  if (status != 0) {
    Report(report, absl::StrCat(step.name, ": ended with ", status));
  }
  std::filesystem::remove_all(folder);
}

[[noreturn]] void MakeAll(const AttackSteps& steps, const std::string& folder,
                          int order, int report) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int repetitions = 0;
  if (read(order, &repetitions, sizeof(repetitions)) != sizeof(repetitions)) {
    _exit(EXIT_FAILURE);
  }
  for (int i = 0; i < repetitions; ++i) {
    for (const AttackStep& step : steps) Make(step, folder, report);
  }
  _exit(EXIT_SUCCESS);
}

}  // namespace

AttackScript::AttackScript(AttackSteps steps, std::string folder) {
  int order[2];
  int report[2];
  if (pipe2(order, O_CLOEXEC) != 0 || pipe2(report, O_CLOEXEC) != 0) abort();
  pid_ = fork();
  if (pid_ < 0) abort();
  if (pid_ == 0) {
    close(order[1]);
    close(report[0]);
    MakeAll(steps, folder, order[0], report[1]);
  }
  close(order[0]);
  close(report[1]);
  order_ = order[1];
  report_ = report[0];
}

AttackScript::~AttackScript() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  close(order_);
  close(report_);
}

std::vector<std::string> AttackScript::Run(int repetitions) {
  if (write(order_, &repetitions, sizeof(repetitions)) < 0) abort();
  std::string text;
  char block[4096];
  ssize_t size = 0;
  while ((size = read(report_, block, sizeof(block))) > 0) {
    text.append(block, static_cast<size_t>(size));
  }
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

}  // namespace eyrie::testing
