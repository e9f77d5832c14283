// SPDX-License-Identifier: Apache-2.0

#include "tests/testing/subprocess.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

namespace eyrie::testing {

absl::StatusOr<std::unique_ptr<Subprocess>> Subprocess::Start(
    std::vector<std::string> argv) {
  std::vector<char*> pointers;
  for (std::string& argument : argv) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "making pipes");
  }
  const pid_t pid = fork();
  if (pid < 0) return absl::ErrnoToStatus(errno, "forking");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  std::unique_ptr<Subprocess> process(new Subprocess);
  process->pid_ = pid;
  {
    absl::MutexLock lock(&process->mutex_);
    process->open_pipes_ = 2;
  }
  const auto read_into = [self = process.get()](int fd, std::string* text) {
    char buffer[4096];
    ssize_t length;
    while ((length = read(fd, buffer, sizeof(buffer))) > 0 ||
           (length < 0 && errno == EINTR)) {
      if (length < 0) continue;
      absl::MutexLock lock(&self->mutex_);
      text->append(buffer, static_cast<size_t>(length));
    }
    close(fd);
    absl::MutexLock lock(&self->mutex_);
    --self->open_pipes_;
  };
  process->readers_.emplace_back(read_into, out[0], &process->out_);
  process->readers_.emplace_back(read_into, err[0], &process->err_);
  return process;
}

Subprocess::~Subprocess() {
  if (!ended_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &status_, 0);
  }
  for (std::thread& reader : readers_) reader.join();
}

void Subprocess::Reap() {
  if (!ended_ && waitpid(pid_, &status_, WNOHANG) == pid_) ended_ = true;
}

bool Subprocess::running() {
  Reap();
  return !ended_;
}

absl::StatusOr<std::string> Subprocess::WaitForLine(const std::string& text,
                                                    absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  absl::MutexLock lock(&mutex_);
  while (true) {
    for (absl::string_view line : absl::StrSplit(out_, '\n')) {
      if (absl::StrContains(line, text)) return std::string(line);
    }
    const size_t seen = out_.size();
    const auto changed = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return out_.size() != seen || open_pipes_ == 0;
    };
    if (!mutex_.AwaitWithDeadline(absl::Condition(&changed), deadline)) {
      return absl::DeadlineExceededError(absl::StrCat(
          "no line with \"", text, "\"; stdout:\n", out_, "\nstderr:\n", err_));
    }
    if (open_pipes_ == 0 && out_.size() == seen) {
      return absl::AbortedError(absl::StrCat("ended without a line with \"",
                                             text, "\"; stdout:\n", out_,
                                             "\nstderr:\n", err_));
    }
  }
}

void Subprocess::Signal(int signal) {
  if (running()) kill(pid_, signal);
}

absl::StatusOr<int> Subprocess::Wait(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (running()) {
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError("the program goes on running");
    }
    absl::SleepFor(absl::Milliseconds(2));
  }
  for (std::thread& reader : readers_) reader.join();
  readers_.clear();
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

std::string Subprocess::standard_output() const {
  absl::MutexLock lock(&mutex_);
  return out_;
}

std::string Subprocess::standard_error() const {
  absl::MutexLock lock(&mutex_);
  return err_;
}

absl::StatusOr<RunResult> Run(std::vector<std::string> argv,
                              absl::Duration timeout) {
  auto process = Subprocess::Start(std::move(argv));
  if (!process.ok()) return process.status();
  auto code = (*process)->Wait(timeout);
  if (!code.ok()) return code.status();
  return RunResult{*code, (*process)->standard_output(),
                   (*process)->standard_error()};
}

std::string TestDirectory() {
  const char* directory = std::getenv("TEST_TMPDIR");
  return std::filesystem::canonical(directory != nullptr ? directory : "/tmp")
      .string();
}

std::string BuiltFile(const std::string& path) {
  const char* sources = std::getenv("TEST_SRCDIR");
  const char* workspace = std::getenv("TEST_WORKSPACE");
  if (sources == nullptr || workspace == nullptr) return path;
  return absl::StrCat(sources, "/", workspace, "/", path);
}

}  // namespace eyrie::testing
