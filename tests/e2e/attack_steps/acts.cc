// SPDX-License-Identifier: Apache-2.0

#include "tests/e2e/attack_steps/acts.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace eyrie::testing {
namespace {

// argv or the environment as exec takes it.
class Words {
 public:
  explicit Words(std::vector<std::string> words) : words_(std::move(words)) {
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  char** get() { return pointers_.data(); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

}  // namespace

std::string Quoted(absl::string_view text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

bool MakeFile(const char* name, absl::string_view text) {
  const auto fd = static_cast<int>(
      syscall(SYS_open, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd < 0) return false;
  const ssize_t written = write(fd, text.data(), text.size());
  return close(fd) == 0 && written == static_cast<ssize_t>(text.size());
}

bool MakeProgram(const char* name) {
  const int from = openat(AT_FDCWD, "/bin/true", O_RDONLY | O_CLOEXEC);
  const int to =
      openat(AT_FDCWD, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
  char block[4096];
  ssize_t size = 0;
  while ((size = read(from, block, sizeof(block))) > 0) {
    if (write(to, block, static_cast<size_t>(size)) != size) return false;
  }
  close(from);
  return close(to) == 0 && size == 0;
}

bool MakeFolder(const char* name) {
  return syscall(SYS_mkdir, name, 0700) == 0;
}

bool Become(const char* path, std::vector<std::string> argv,
            std::vector<std::string> environment) {
  execve(path, Words(std::move(argv)).get(),
         Words(std::move(environment)).get());
  return false;
}

bool BecomeFile(int fd, std::vector<std::string> argv) {
  syscall(SYS_execveat, fd, "", Words(std::move(argv)).get(), Words({}).get(),
          AT_EMPTY_PATH);
  return false;
}

bool InChild(const std::function<bool()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body() ? EXIT_SUCCESS : EXIT_FAILURE);
  int status = -1;
  return waitpid(child, &status, 0) == child && status == 0;
}

Victim::Victim() : pid_(fork()) {
  if (pid_ == 0) {
    while (true) pause();
  }
}

Victim::~Victim() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool LeaveMounts() {
  return unshare(CLONE_NEWNS | CLONE_FS) == 0 &&
         mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool LeaveHostName() { return unshare(CLONE_NEWUTS | CLONE_FS) == 0; }

bool LeaveNetwork() {
  if (unshare(CLONE_NEWNET | CLONE_FS) != 0) return false;
  const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request = {};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP;
  const bool is_up = ioctl(control, SIOCSIFFLAGS, &request) == 0;
  close(control);
  return is_up;
}

}  // namespace eyrie::testing
