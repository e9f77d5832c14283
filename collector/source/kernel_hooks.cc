// SPDX-License-Identifier: Apache-2.0

#include "collector/source/kernel_hooks.h"

#include <bpf/btf.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace eyrie::collector {
namespace {

// The type behind any number of names and qualifiers.
const btf_type* Resolve(const btf* types, uint32_t id) {
  return btf__type_by_id(types, btf__resolve_type(types, id));
}

// Whether argument `index` of a function points to a `struct type`.
bool PointsTo(const btf* types, const btf_type* function, int index,
              const std::string& type) {
  if (index >= btf_vlen(function)) return false;
  const btf_type* argument = Resolve(types, btf_params(function)[index].type);
  if (argument == nullptr || !btf_is_ptr(argument)) return false;
  const btf_type* target = Resolve(types, argument->type);
  return target != nullptr && btf_is_struct(target) &&
         btf__name_by_offset(types, target->name_off) == type;
}

}  // namespace

void KernelHooks::Free::operator()(btf* types) const { btf__free(types); }

KernelHooks::KernelHooks() : types_(btf__load_vmlinux_btf()) {}

bool KernelHooks::HasFunction(const std::string& name) const {
  return types_ != nullptr &&
         btf__find_by_name_kind(types_.get(), name.c_str(), BTF_KIND_FUNC) > 0;
}

void KernelHooks::ForEachFunction(
    const std::function<void(const KernelFunction&)>& visit) const {
  if (types_ == nullptr) return;
  const uint32_t count = btf__type_cnt(types_.get());
  for (uint32_t id = 1; id < count; ++id) {
    const btf_type* type = btf__type_by_id(types_.get(), id);
    if (!btf_is_func(type)) continue;
    visit({.name = btf__name_by_offset(types_.get(), type->name_off),
           .type_id = id,
           .prototype_id = type->type});
  }
}

bool KernelHooks::TakesRegisters(const KernelFunction& function,
                                 int arguments) const {
  const btf_type* prototype =
      btf__type_by_id(types_.get(), function.prototype_id);
  return prototype != nullptr && btf_is_func_proto(prototype) &&
         btf_vlen(prototype) == arguments &&
         PointsTo(types_.get(), prototype, 0, "pt_regs");
}

bool KernelHooks::HasTracepoint(const std::string& name) const {
  return FindTracepoint(name) != nullptr;
}

const btf_type* KernelHooks::FindTracepoint(const std::string& name) const {
  const btf* types = types_.get();
  if (types == nullptr) return nullptr;
  const int id = btf__find_by_name_kind(
      types, absl::StrCat("btf_trace_", name).c_str(), BTF_KIND_TYPEDEF);
  if (id <= 0) return nullptr;
  const btf_type* pointer = Resolve(types, id);
  if (pointer == nullptr || !btf_is_ptr(pointer)) return nullptr;
  const btf_type* function = Resolve(types, pointer->type);
  if (function == nullptr || !btf_is_func_proto(function)) return nullptr;
  return function;
}

int KernelHooks::TracepointArguments(const std::string& name) const {
  const btf_type* function = FindTracepoint(name);
  return function == nullptr ? 0 : btf_vlen(function) - 1;
}

bool KernelHooks::TracepointGives(const std::string& name, int index,
                                  const std::string& type) const {
  const btf* types = types_.get();
  const btf_type* function = FindTracepoint(name);
  return function != nullptr && PointsTo(types, function, index + 1, type);
}

}  // namespace eyrie::collector
