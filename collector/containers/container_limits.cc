// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/container_limits.h"

#include <google/protobuf/map.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/utf8.h"

namespace eyrie::collector {
namespace {

using Labels = google::protobuf::Map<std::string, std::string>;
using Texts = google::protobuf::RepeatedPtrField<std::string>;

// The container under the knife, with whether it was used.
class Cutter {
 public:
  void Text(std::string* text, size_t max_bytes = kMaxTextBytes) {
    if (!IsValidUtf8(*text)) *text = ToValidUtf8(*text);
    if (text->size() <= max_bytes) return;
    size_t end = max_bytes;
    // Not within a character.
    while (end > 0 && (static_cast<unsigned char>((*text)[end]) & 0xc0) == 0x80)
      --end;
    text->resize(end);
    has_cut_ = true;
  }

  void List(Texts* texts, size_t max_count, size_t max_bytes = kMaxTextBytes) {
    Count(texts, max_count);
    for (std::string& text : *texts) Text(&text, max_bytes);
  }

  template <typename Values>
  void Count(Values* values, size_t max_count) {
    const auto count = static_cast<int>(max_count);
    if (values->size() <= count) return;
    values->DeleteSubrange(count, values->size() - count);
    has_cut_ = true;
  }

  void Map(Labels* labels) {
    // Which ones stay does not depend on the order of a hash table.
    std::vector<std::pair<std::string, std::string>> pairs(labels->begin(),
                                                           labels->end());
    std::sort(pairs.begin(), pairs.end());
    if (pairs.size() > kMaxLabels) {
      pairs.resize(kMaxLabels);
      has_cut_ = true;
    }
    labels->clear();
    for (auto& [key, value] : pairs) {
      Text(&key, kMaxLabelBytes);
      Text(&value, kMaxLabelBytes);
      (*labels)[key] = std::move(value);
    }
  }

  // Drops a part if the whole is still too large.
  template <typename Clear>
  void DropIfLarge(const v1::Container& container, Clear clear) {
    if (container.ByteSizeLong() <= kMaxContainerBytes) return;
    clear();
    has_cut_ = true;
  }

  bool has_cut() const { return has_cut_; }

 private:
  bool has_cut_ = false;
};

void CutTexts(v1::Container* container, Cutter* cutter) {
  for (std::string* text :
       {container->mutable_id(), container->mutable_runtime(),
        container->mutable_name(), container->mutable_image(),
        container->mutable_image_id(), container->mutable_image_digest(),
        container->mutable_image_repository(), container->mutable_image_tag(),
        container->mutable_user(), container->mutable_pod_sandbox_id(),
        container->mutable_pod_name(), container->mutable_pod_namespace(),
        container->mutable_pod_uid()}) {
    cutter->Text(text, kMaxLabelBytes);
  }
  cutter->Text(container->mutable_cni_json(), kMaxCniBytes);
}

void CutMounts(v1::Container* container, Cutter* cutter) {
  cutter->Count(container->mutable_mounts(), kMaxMounts);
  for (v1::Container::Mount& mount : *container->mutable_mounts()) {
    for (std::string* text :
         {mount.mutable_source(), mount.mutable_destination(),
          mount.mutable_mode(), mount.mutable_propagation()}) {
      cutter->Text(text);
    }
  }
}

void CutProbes(v1::Container* container, Cutter* cutter) {
  const auto cut = [cutter](v1::Container::Probe* probe) {
    cutter->List(probe->mutable_command(), kMaxProbeArguments);
  };
  if (container->has_healthcheck()) cut(container->mutable_healthcheck());
  if (container->has_liveness_probe()) cut(container->mutable_liveness_probe());
  if (container->has_readiness_probe()) {
    cut(container->mutable_readiness_probe());
  }
}

}  // namespace

bool BoundContainer(v1::Container* container) {
  Cutter cutter;
  CutTexts(container, &cutter);
  CutMounts(container, &cutter);
  CutProbes(container, &cutter);
  cutter.Map(container->mutable_labels());
  cutter.Map(container->mutable_annotations());
  cutter.Map(container->mutable_pod_labels());
  cutter.List(container->mutable_env_names(), kMaxEnvNames, kMaxEnvNameBytes);
  cutter.List(container->mutable_capabilities(), kMaxCapabilities);
  cutter.List(container->mutable_ip_addresses(), kMaxIpAddresses);
  cutter.DropIfLarge(*container, [&] { container->clear_annotations(); });
  cutter.DropIfLarge(*container, [&] { container->clear_env_names(); });
  cutter.DropIfLarge(*container, [&] { container->clear_cni_json(); });
  cutter.DropIfLarge(*container, [&] {
    container->clear_labels();
    container->clear_pod_labels();
  });
  cutter.DropIfLarge(*container, [&] { container->clear_mounts(); });
  cutter.DropIfLarge(*container, [&] {
    container->clear_healthcheck();
    container->clear_liveness_probe();
    container->clear_readiness_probe();
  });
  if (cutter.has_cut()) container->set_truncated(true);
  return cutter.has_cut();
}

}  // namespace eyrie::collector
