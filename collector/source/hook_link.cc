// SPDX-License-Identifier: Apache-2.0

#include "collector/source/hook_link.h"

#include <bpf/libbpf.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

#include "collector/source/libbpf_log.h"

namespace eyrie::collector {

absl::Status HookLink::Attach(const bpf_program* program) {
  if (link_ != nullptr) return absl::OkStatus();
  const LibbpfLog log;
  link_ = bpf_program__attach(program);
  if (link_ != nullptr) return absl::OkStatus();
  return log.Error(errno,
                   absl::StrCat("attaching ", bpf_program__name(program)));
}

void HookLink::Detach() {
  bpf_link__destroy(link_);
  link_ = nullptr;
}

absl::Status HookLink::AttachIf(bool is_wanted, const bpf_program* program) {
  if (is_wanted) return Attach(program);
  Detach();
  return absl::OkStatus();
}

}  // namespace eyrie::collector
