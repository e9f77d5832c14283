// SPDX-License-Identifier: Apache-2.0

#include "rules/testing/fixture_container.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "rules/json/image_repository.h"
#include "rules/reader/yaml_values.h"

namespace eyrie::rules::testing {
namespace {

constexpr absl::string_view kCode = "bad-test-case";
constexpr size_t kIdDigits = 64;
constexpr absl::string_view kKeys[] = {
    "id",  "name",   "image",      "namespace", "pod",
    "uid", "labels", "pod_labels", "mounts",    "privileged"};

// "docker.io/library/nginx:1.25" and its parts.
void SetImage(const std::string& image, v1::Container* container) {
  container->set_image(image);
  const absl::string_view repository = ImageRepository(image);
  container->set_image_repository(std::string(repository));
  const absl::string_view rest =
      absl::string_view(image).substr(repository.size());
  const size_t at = rest.find('@');
  if (at != absl::string_view::npos) {
    container->set_image_digest(std::string(rest.substr(at + 1)));
  }
  const absl::string_view tag = rest.substr(0, at);
  if (!tag.empty()) container->set_image_tag(std::string(tag.substr(1)));
}

class ContainerReader {
 public:
  ContainerReader(const YamlNode& node, Diagnostics& diagnostics)
      : map_(node, "container", diagnostics) {
    container_.set_id(std::string(kIdDigits, 'c'));
    container_.set_metadata(v1::Container::COMPLETE);
  }

  std::optional<v1::Container> Read() {
    map_.WarnUnknownKeys(kKeys);
    ReadId();
    if (const auto image = map_.Text("image")) {
      SetImage(image->text(), &container_);
    }
    SetText("name", container_.mutable_name());
    SetText("namespace", container_.mutable_pod_namespace());
    SetText("pod", container_.mutable_pod_name());
    SetText("uid", container_.mutable_pod_uid());
    if (const auto privileged = map_.Bool("privileged")) {
      container_.set_privileged(privileged->value);
    }
    ReadLabels("labels", container_.mutable_labels());
    ReadLabels("pod_labels", container_.mutable_pod_labels());
    ReadMounts();
    if (map_.failed()) return std::nullopt;
    return std::move(container_);
  }

 private:
  void SetText(absl::string_view key, std::string* value) {
    if (const auto text = map_.Text(key)) *value = text->text();
  }

  void ReadId() {
    const auto id = map_.Text("id");
    if (!id) return;
    container_.set_id(id->text());
    if (!IsContainerId(id->text())) {
      map_.Fail(kCode, id->Whole(), "'id' must be 64 hexadecimal digits");
    }
  }

  void ReadLabels(absl::string_view key,
                  google::protobuf::Map<std::string, std::string>* labels) {
    const YamlNode* const node = map_.Find(key);
    if (node == nullptr) return;
    if (!node->is_map()) {
      map_.Fail(kCode, node->range,
                absl::StrCat("'", key, "' must be a map of names to texts"));
      return;
    }
    for (const auto& [name, value] : node->entries) {
      if (!value->is_scalar()) {
        map_.Fail(kCode, value->range, "a label's value is a text");
        return;
      }
      (*labels)[name->text.text()] = value->text.text();
    }
  }

  void ReadMounts() {
    const auto mounts = map_.Texts("mounts");
    if (!mounts) return;
    for (const LocatedText& text : mounts->value) {
      const std::vector<std::string> parts = absl::StrSplit(text.text(), ':');
      const bool is_read_only = parts.size() == 3 && parts[2] == "ro";
      if (parts.size() != 2 && !is_read_only) {
        map_.Fail(kCode, text.Whole(),
                  "a mount is SOURCE:DESTINATION or SOURCE:DESTINATION:ro");
        return;
      }
      v1::Container::Mount* const mount = container_.add_mounts();
      mount->set_source(parts[0]);
      mount->set_destination(parts[1]);
      mount->set_is_writable(!is_read_only);
    }
  }

  MapReader map_;
  v1::Container container_;
};

}  // namespace

bool IsContainerId(absl::string_view text) {
  return text.size() == kIdDigits &&
         std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
}

std::optional<v1::Container> ReadFixtureContainer(const YamlNode& node,
                                                  Diagnostics& diagnostics) {
  return ContainerReader(node, diagnostics).Read();
}

}  // namespace eyrie::rules::testing
