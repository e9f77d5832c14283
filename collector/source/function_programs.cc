// SPDX-License-Identifier: Apache-2.0

#include "collector/source/function_programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "collector/source/libbpf_log.h"
#include "common/status_macros.h"

namespace eyrie::collector {
namespace {

constexpr char kEndEntry[] = "on_sys_exit";
constexpr char kBeginEntry[] = "on_function_begin";
// What the entry on the begin jumps to.
constexpr char kBeginProgram[] = "on_sys_enter";
constexpr char kPlanned[] = "on_planned";

#define X(event) "on_" #event,
constexpr const char* kEndPrograms[] = {kEndEntry, kPlanned,
                                        EYRIE_PROGRAM_EVENTS(X)};
#undef X
constexpr const char* kBeginPrograms[] = {kBeginEntry, kBeginProgram};

bpf_attach_type AttachType(FunctionPrograms::Place place) {
  return place == FunctionPrograms::Place::kBegin ? BPF_TRACE_FENTRY
                                                  : BPF_TRACE_FEXIT;
}

// Maps that each copy has for itself: its settings, and where its programs jump
// to.
bool IsOwnMap(absl::string_view name) {
  return absl::EndsWith(name, ".rodata") || name == "syscall_programs" ||
         name == "begin_programs";
}

absl::StatusOr<int> LoadProgram(const KernelFunction& function,
                                bpf_attach_type type,
                                const bpf_insn* instructions, size_t count) {
  LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = type,
              .attach_btf_id = function.type_id);
  const int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "eyrie_call", "GPL",
                               instructions, count, &options);
  if (fd >= 0) return fd;
  return absl::ErrnoToStatus(
      errno, absl::StrCat("loading a program for ", function.name));
}

}  // namespace

absl::Status ProbeFunctionPrograms(const KernelFunction& function) {
  const bpf_insn nothing[] = {
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
      {.code = BPF_JMP | BPF_EXIT}};
  EYRIE_ASSIGN_OR_RETURN(
      const int fd,
      LoadProgram(function, BPF_TRACE_FEXIT, nothing, std::size(nothing)));
  close(fd);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<FunctionPrograms>> FunctionPrograms::Load(
    const SensorObject& sensor, const KernelFunction& function,
    eyrie_hooks hooks, bool direct_loads) {
  EYRIE_ASSIGN_OR_RETURN(auto object, SensorObject::Open(direct_loads));
  auto programs = absl::WrapUnique(new FunctionPrograms(std::move(object)));
  SensorObject& copy = *programs->object_;
  *copy.settings() = *sensor.settings();
  copy.settings()->hooks = hooks;
  EYRIE_RETURN_IF_ERROR(programs->ShareMaps(sensor));
  EYRIE_RETURN_IF_ERROR(programs->ChoosePrograms(function));
  EYRIE_RETURN_IF_ERROR(copy.Load());
  EYRIE_RETURN_IF_ERROR(programs->FillTailCalls());
  return programs;
}

absl::Status FunctionPrograms::ShareMaps(const SensorObject& sensor) {
  bpf_map* map;
  bpf_object__for_each_map(map, object_->object()) {
    const std::string name = bpf_map__name(map);
    if (IsOwnMap(name)) continue;
    const int fd = bpf_map__fd(sensor.map(name));
    if (const int error = bpf_map__reuse_fd(map, fd); error != 0) {
      return absl::ErrnoToStatus(-error, absl::StrCat("sharing map ", name));
    }
  }
  return absl::OkStatus();
}

absl::Status FunctionPrograms::ChoosePrograms(const KernelFunction& function) {
  bpf_program* program;
  bpf_object__for_each_program(program, object_->object()) {
    bpf_program__set_autoload(program, false);
  }
  const auto choose = [&](const char* name, Place place) -> absl::Status {
    const LibbpfLog log;
    bpf_program* chosen = object_->program(name);
    bpf_program__set_autoload(chosen, true);
    bpf_program__set_expected_attach_type(chosen, AttachType(place));
    const int error =
        bpf_program__set_attach_target(chosen, 0, function.name.c_str());
    if (error == 0) return absl::OkStatus();
    return log.Error(-error,
                     absl::StrCat("aiming ", name, " at ", function.name));
  };
  for (const char* name : kEndPrograms) {
    EYRIE_RETURN_IF_ERROR(choose(name, Place::kEnd));
  }
  for (const char* name : kBeginPrograms) {
    EYRIE_RETURN_IF_ERROR(choose(name, Place::kBegin));
  }
  return absl::OkStatus();
}

absl::Status FunctionPrograms::FillTailCalls() {
  EYRIE_RETURN_IF_ERROR(object_->FillTailCalls());
  return object_->SetTailCall("begin_programs", 0, kBeginProgram);
}

absl::StatusOr<int> FunctionPrograms::LoadEntry(const KernelFunction& function,
                                                Place place) const {
  const bpf_program* entry =
      object_->program(place == Place::kBegin ? kBeginEntry : kEndEntry);
  return LoadProgram(function, AttachType(place), bpf_program__insns(entry),
                     bpf_program__insn_cnt(entry));
}

}  // namespace eyrie::collector
