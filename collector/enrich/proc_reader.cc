// SPDX-License-Identifier: Apache-2.0

#include "collector/enrich/proc_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "common/status_macros.h"
#include "proto/record.h"

namespace eyrie::collector {
namespace {

// The same bounds as the sensor's (proto/record.h).
constexpr size_t kMaxArgumentBytes = 8192;
constexpr size_t kMaxEnvironmentBytes = 4096;
// `stat` and `status` are far smaller.
constexpr size_t kMaxFileBytes = 16384;

constexpr uint64_t kTickNs = 10'000'000;  // USER_HZ is 100 on every Linux ABI

// At most `limit` bytes of a file; `truncated` is set if there were more.
absl::StatusOr<std::string> ReadBounded(const std::string& path, size_t limit,
                                        bool* truncated) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("opening ", path));
  }
  std::string bytes(limit + 1, '\0');
  size_t size = 0;
  ssize_t got = 0;
  while (size < bytes.size() &&
         (got = read(fd, bytes.data() + size, bytes.size() - size)) > 0) {
    size += static_cast<size_t>(got);
  }
  const int error = errno;
  close(fd);
  if (got < 0) {
    return absl::ErrnoToStatus(error, absl::StrCat("reading ", path));
  }
  if (size > limit) {
    *truncated = true;
    size = limit;
  }
  bytes.resize(size);
  return bytes;
}

// The target of a symbolic link; empty if it cannot be read.
std::string ReadLink(const std::string& path) {
  char target[EYRIE_MAX_PATH + 1];
  const ssize_t size = readlink(path.c_str(), target, sizeof(target));
  return size > 0 ? std::string(target, static_cast<size_t>(size)) : "";
}

// The number in "net:[4026531840]"; 0 if it cannot be read.
uint32_t ReadNamespace(const std::string& path) {
  const std::string link = ReadLink(path);
  const size_t bracket = link.find('[');
  uint32_t number = 0;
  if (bracket == std::string::npos || link.back() != ']' ||
      !absl::SimpleAtoi(link.substr(bracket + 1, link.size() - bracket - 2),
                        &number)) {
    return 0;
  }
  return number;
}

// Fields of /proc/PID/stat behind the name, which may hold anything.
absl::Status ParseStat(absl::string_view stat, ProcFacts* facts) {
  const size_t open = stat.find('(');
  const size_t close = stat.rfind(')');
  if (open == absl::string_view::npos || close == absl::string_view::npos ||
      close < open) {
    return absl::DataLossError("/proc/PID/stat has no name");
  }
  facts->process.set_comm(std::string(stat.substr(open + 1, close - open - 1)));
  // Numbered as in proc(5), from 3.
  const std::vector<absl::string_view> fields =
      absl::StrSplit(stat.substr(close + 1), ' ', absl::SkipEmpty());
  const auto number = [&fields](size_t field) -> uint64_t {
    uint64_t value = 0;
    return field - 3 < fields.size() &&
                   absl::SimpleAtoi(fields[field - 3], &value)
               ? value
               : 0;
  };
  if (fields.size() < 22) {
    return absl::DataLossError("/proc/PID/stat has too few fields");
  }
  facts->ppid = static_cast<uint32_t>(number(4));
  facts->process.set_pgid(static_cast<uint32_t>(number(5)));
  facts->process.set_sid(static_cast<uint32_t>(number(6)));
  facts->process.set_tty(static_cast<uint32_t>(number(7)));
  facts->start_time_ns = number(22) * kTickNs;
  facts->process.set_vm_size_kib(number(23) / 1024);
  facts->process.set_vm_rss_kib(
      number(24) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) / 1024);
  return absl::OkStatus();
}

// The lines of /proc/PID/status that matter.
void ParseStatus(absl::string_view status, v1::Process* process) {
  for (absl::string_view line : absl::StrSplit(status, '\n')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar("\t "), absl::SkipEmpty());
    if (words.size() < 2) continue;
    uint64_t value = 0;
    if (absl::ConsumePrefix(&line, "Cap")) {
      if (!absl::SimpleHexAtoi(words[1], &value)) continue;
      if (words[0] == "CapInh:") process->set_cap_inheritable(value);
      if (words[0] == "CapPrm:") process->set_cap_permitted(value);
      if (words[0] == "CapEff:") process->set_cap_effective(value);
      continue;
    }
    // The effective id is the second, the innermost namespace's the last.
    const absl::string_view word =
        words[0] == "Uid:" || words[0] == "Gid:"
            ? words[words.size() > 2 ? 2 : 1]
            : (words[0] == "VmSwap:" ? words[1] : words.back());
    if (!absl::SimpleAtoi(word, &value)) continue;
    const auto value32 = static_cast<uint32_t>(value);
    if (words[0] == "Uid:") process->set_uid(value32);
    if (words[0] == "Gid:") process->set_gid(value32);
    if (words[0] == "NSpid:") process->set_vpid(value32);
    if (words[0] == "NSpgid:") process->set_vpgid(value32);
    if (words[0] == "VmSwap:") process->set_vm_swap_kib(value);
  }
}

// argv[0] and the rest, from the NUL-separated list.
void SetArguments(std::string list, v1::Process* process) {
  if (!list.empty() && list.back() != '\0') list.push_back('\0');
  const size_t end = list.find('\0');
  if (end == std::string::npos) return;
  process->set_exe(list.substr(0, end));
  process->set_args(list.substr(end + 1));
}

// The path in the unified hierarchy ("0::/path"), or else in the first one.
std::string ParseCgroup(absl::string_view text) {
  std::string first;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() < 3) continue;
    if (parts[0] == "0" && parts[2] != "/") return std::string(parts[2]);
    if (first.empty()) first = std::string(parts[2]);
  }
  return first;
}

}  // namespace

bool IsSameStart(uint64_t exact_ns, uint64_t rounded_ns) {
  return exact_ns / kTickNs == rounded_ns / kTickNs;
}

HostProcReader::HostProcReader(std::string root, EnvFilter environment)
    : root_(std::move(root)), environment_(std::move(environment)) {}

absl::StatusOr<ProcFacts> HostProcReader::Read(uint32_t pid) {
  const std::string directory = absl::StrCat(root_, "/", pid, "/");
  bool truncated = false;
  ProcFacts facts;
  EYRIE_ASSIGN_OR_RETURN(
      const std::string stat,
      ReadBounded(directory + "stat", kMaxFileBytes, &truncated));
  EYRIE_RETURN_IF_ERROR(ParseStat(stat, &facts));
  v1::Process& process = facts.process;
  // From here on everything is optional: a process may end meanwhile, and
  // kernel threads have neither arguments nor an executable.
  const auto read = [&](const char* name, size_t limit) {
    return ReadBounded(directory + name, limit, &truncated).value_or("");
  };
  ParseStatus(read("status", kMaxFileBytes), &process);
  truncated = false;
  SetArguments(read("cmdline", kMaxArgumentBytes), &process);
  std::string environment = read("environ", kMaxEnvironmentBytes);
  if (!environment.empty() && environment.back() != '\0') {
    environment.resize(environment.rfind('\0') + 1);
  }
  environment_.Apply(&environment);
  process.set_env(std::move(environment));
  process.set_truncated(truncated);
  process.set_exe_path(ReadLink(directory + "exe"));
  process.set_cwd(ReadLink(directory + "cwd"));
  process.set_cgroup(ParseCgroup(read("cgroup", kMaxFileBytes)));
  process.set_pid_ns(ReadNamespace(directory + "ns/pid"));
  process.set_mnt_ns(ReadNamespace(directory + "ns/mnt"));
  process.set_net_ns(ReadNamespace(directory + "ns/net"));
  process.set_user_ns(ReadNamespace(directory + "ns/user"));
  uint32_t loginuid = 0xffffffff;
  (void)absl::SimpleAtoi(absl::StripAsciiWhitespace(read("loginuid", 32)),
                         &loginuid);
  process.set_loginuid(loginuid);
  struct stat executable;
  if (::stat((directory + "exe").c_str(), &executable) == 0) {
    process.set_exe_ino(executable.st_ino);
    const auto nanoseconds = [](const timespec& time) {
      return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 +
             static_cast<uint64_t>(time.tv_nsec);
    };
    process.set_exe_ino_ctime_ns(nanoseconds(executable.st_ctim));
    process.set_exe_ino_mtime_ns(nanoseconds(executable.st_mtim));
  }
  return facts;
}

}  // namespace eyrie::collector
