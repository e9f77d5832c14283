// SPDX-License-Identifier: Apache-2.0

#include "collector/source/function_hooks.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <optional>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

#include "common/status_macros.h"

namespace eyrie::collector {
namespace {

using Place = FunctionPrograms::Place;

constexpr char kSymbolsPath[] = "/proc/kallsyms";
// One that every kernel has.
constexpr char kProbedFunction[] = "__x64_sys_openat";

// The candidates among all functions of the kernel, types known or not. Reads a
// list of some 10 MB.
std::set<std::string> ReadCandidateSymbols() {
  std::ifstream symbols(kSymbolsPath);
  std::set<std::string> names;
  for (std::string line; std::getline(symbols, line);) {
    // "ffffffff81000000 T name"
    const size_t blank = line.rfind(' ');
    if (blank == line.npos) continue;
    std::string name = line.substr(blank + 1);
    if (CallFunctions::IsCandidate(name)) names.insert(std::move(name));
  }
  return names;
}

// Whether a name is among them, which are read when one is first asked for.
std::function<bool(const std::string&)> SymbolLookup() {
  auto names = std::make_shared<std::optional<std::set<std::string>>>();
  return [names](const std::string& name) {
    if (!names->has_value()) *names = ReadCandidateSymbols();
    return (*names)->count(name) > 0;
  };
}

}  // namespace

FunctionHooks::Hook::~Hook() {
  close(link_);
  close(program_);
}

absl::StatusOr<std::unique_ptr<FunctionHooks>> FunctionHooks::Create(
    const KernelHooks& kernel, const SensorObject* sensor, bool direct_loads) {
  std::map<std::string, KernelFunction> functions;
  kernel.ForEachFunction([&](const KernelFunction& function) {
    if (CallFunctions::IsCandidate(function.name) &&
        kernel.TakesRegisters(function,
                              function.name == kCompatCallFunction ? 2 : 1)) {
      functions.emplace(function.name, function);
    }
  });
  const auto probed = functions.find(kProbedFunction);
  if (probed == functions.end()) {
    return absl::NotFoundError(
        absl::StrCat("the kernel's type information has no ", kProbedFunction));
  }
  EYRIE_RETURN_IF_ERROR(ProbeFunctionPrograms(probed->second));
  return absl::WrapUnique(
      new FunctionHooks(CallFunctions(std::move(functions), SymbolLookup()),
                        sensor, direct_loads));
}

FunctionHooks::FunctionHooks(CallFunctions functions,
                             const SensorObject* sensor, bool direct_loads)
    : functions_(std::move(functions)),
      sensor_(sensor),
      direct_loads_(direct_loads) {}

absl::StatusOr<const FunctionPrograms*> FunctionHooks::ProgramsFor(
    const WantedFunction& wanted) {
  std::unique_ptr<FunctionPrograms>& programs =
      programs_[wanted.function.prototype_id];
  if (programs == nullptr) {
    EYRIE_ASSIGN_OR_RETURN(
        programs,
        FunctionPrograms::Load(*sensor_, wanted.function,
                               wanted.is_compat() ? EYRIE_HOOKS_COMPAT_FUNCTION
                                                  : EYRIE_HOOKS_FUNCTION,
                               direct_loads_));
  }
  return programs.get();
}

absl::Status FunctionHooks::AttachOne(const WantedFunction& wanted,
                                      Place place) {
  const Key key(wanted.function.type_id, place);
  wanted_.insert(key);
  absl::MutexLock lock(&mutex_);
  if (hooks_.count(key) > 0) return absl::OkStatus();
  EYRIE_ASSIGN_OR_RETURN(const FunctionPrograms* programs, ProgramsFor(wanted));
  EYRIE_ASSIGN_OR_RETURN(const int program,
                         programs->LoadEntry(wanted.function, place));
  const int link = bpf_link_create(
      program, 0, place == Place::kBegin ? BPF_TRACE_FENTRY : BPF_TRACE_FEXIT,
      nullptr);
  if (link < 0) {
    const int error = errno;
    close(program);
    return absl::ErrnoToStatus(
        error, absl::StrCat("attaching to ", wanted.function.name));
  }
  hooks_[key] = std::make_unique<Hook>(wanted.function.name, program, link);
  return absl::OkStatus();
}

absl::Status FunctionHooks::Attach(const CallTable& table, bool all_begins) {
  EYRIE_ASSIGN_OR_RETURN(const std::vector<WantedFunction> functions,
                         functions_.FunctionsFor(table));
  wanted_.clear();
  for (const WantedFunction& wanted : functions) {
    EYRIE_RETURN_IF_ERROR(AttachOne(wanted, Place::kEnd));
    if (!all_begins && !wanted.wants_begin) continue;
    EYRIE_RETURN_IF_ERROR(AttachOne(wanted, Place::kBegin));
  }
  return absl::OkStatus();
}

void FunctionHooks::Detach(const std::set<Key>& kept) {
  absl::MutexLock lock(&mutex_);
  for (auto hook = hooks_.begin(); hook != hooks_.end();) {
    if (kept.count(hook->first) > 0) {
      ++hook;
      continue;
    }
    missed_before_ += hook->second->missed();
    hook = hooks_.erase(hook);
  }
}

void FunctionHooks::DetachOthers() { Detach(wanted_); }

void FunctionHooks::DetachAll() { Detach({}); }

size_t FunctionHooks::attached() const {
  absl::MutexLock lock(&mutex_);
  return hooks_.size();
}

std::vector<ProgramRuns> FunctionHooks::ReadRuns() const {
  absl::MutexLock lock(&mutex_);
  std::vector<ProgramRuns> runs;
  for (const auto& [key, hook] : hooks_) runs.push_back(hook->runs());
  return runs;
}

uint64_t FunctionHooks::missed() const {
  absl::MutexLock lock(&mutex_);
  uint64_t missed = missed_before_;
  for (const auto& [key, hook] : hooks_) missed += hook->missed();
  return missed;
}

}  // namespace eyrie::collector
