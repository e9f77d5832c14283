// SPDX-License-Identifier: Apache-2.0

#include "collector/source/kernel_hooks.h"

#include <bpf/btf.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace eyrie::collector {
namespace {

// The type behind any number of names and qualifiers.
const btf_type* Resolve(const btf* types, uint32_t id) {
  return btf__type_by_id(types, btf__resolve_type(types, id));
}

}  // namespace

void KernelHooks::Free::operator()(btf* types) const { btf__free(types); }

KernelHooks::KernelHooks() : types_(btf__load_vmlinux_btf()) {}

bool KernelHooks::HasFunction(const std::string& name) const {
  return types_ != nullptr &&
         btf__find_by_name_kind(types_.get(), name.c_str(), BTF_KIND_FUNC) > 0;
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
  if (function == nullptr || index + 1 >= btf_vlen(function)) return false;
  const btf_type* argument =
      Resolve(types, btf_params(function)[index + 1].type);
  if (argument == nullptr || !btf_is_ptr(argument)) return false;
  const btf_type* target = Resolve(types, argument->type);
  return target != nullptr && btf_is_struct(target) &&
         btf__name_by_offset(types, target->name_off) == type;
}

}  // namespace eyrie::collector
