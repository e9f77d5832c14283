// SPDX-License-Identifier: Apache-2.0
//
// What acts of several steps are made of.

#ifndef EYRIE_TESTS_E2E_ATTACK_STEPS_ACTS_H_
#define EYRIE_TESTS_E2E_ATTACK_STEPS_ACTS_H_

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace eyrie::testing {

// A text as a literal of the rule language.
std::string Quoted(absl::string_view text);

// A file of the working directory, made by open(2). False with errno.
bool MakeFile(const char* name, absl::string_view text = "");
// The same by openat(2): a copy of /bin/true that may be run.
bool MakeProgram(const char* name);
// A folder, with mkdir(2).
bool MakeFolder(const char* name);

// Becomes a program; returns false if that fails.
bool Become(const char* path, std::vector<std::string> argv,
            std::vector<std::string> environment = {});
// The same with the open file of a program, which is run by execveat(2).
bool BecomeFile(int fd, std::vector<std::string> argv);

// Runs `body` in a child; returns what it does.
bool InChild(const std::function<bool()>& body);

// A child that waits, to be attacked; killed when the object dies.
class Victim {
 public:
  Victim();
  ~Victim();
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

// Mounts and networks of the caller alone, for steps that are about something
// else: unshare(2) with CLONE_FS besides, which the steps about it do not have.
bool LeaveMounts();
bool LeaveHostName();
// With the loopback interface up.
bool LeaveNetwork();

}  // namespace eyrie::testing

#endif  // EYRIE_TESTS_E2E_ATTACK_STEPS_ACTS_H_
