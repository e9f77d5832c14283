// SPDX-License-Identifier: Apache-2.0
//
// An object as the API sends it has some 5 to 20 KiB, nine tenths of it
// `managedFields`, annotations, container specifications and conditions. They
// are skipped while parsing, so that no tree is built of them.

#include "server/kubernetes/object_parser.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include <nlohmann/json.hpp>

#include "common/status_macros.h"

namespace eyrie::server {
namespace {

using Json = nlohmann::json;

// Set by the kubelet on the API's image of a static pod.
constexpr absl::string_view kMirrorAnnotation = "kubernetes.io/config.mirror";

bool IsOneOf(absl::string_view text,
             std::initializer_list<absl::string_view> choices) {
  return std::find(choices.begin(), choices.end(), text) != choices.end();
}

// Decides by the path of each member whether it is kept.
class MemberFilter {
 public:
  // `depth` is that of an object's own members in the whole text.
  explicit MemberFilter(int depth) : base_(depth) {}

  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    if (event != Json::parse_event_t::key || depth < base_) return true;
    const std::string& key = parsed.get_ref<const std::string&>();
    switch (depth - base_) {
      case 0:
        top_ = key;
        return IsOneOf(key, {"metadata", "spec", "status", "code", "message"});
      case 1:
        second_ = key;
        return IsSecondKept(key);
      case 2:
        return second_ != "annotations" || key == kMirrorAnnotation;
      default:
        return true;
    }
  }

 private:
  bool IsSecondKept(absl::string_view key) const {
    if (top_ == "metadata") {
      return IsOneOf(key, {"uid", "name", "namespace", "labels", "annotations",
                           "ownerReferences", "resourceVersion"});
    }
    if (top_ == "spec") {
      return IsOneOf(key, {"nodeName", "selector", "clusterIP", "clusterIPs"});
    }
    return IsOneOf(key, {"podIP", "podIPs"});
  }

  const int base_;
  std::string top_;
  std::string second_;
};

absl::StatusOr<Json> Parse(absl::string_view text, int depth) {
  Json parsed = Json::parse(text.begin(), text.end(), MemberFilter(depth),
                            /*allow_exceptions=*/false);
  if (!parsed.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the API server sent no JSON object but \"",
                     text.substr(0, 100), "\""));
  }
  return parsed;
}

const Json& Member(const Json& json, absl::string_view key) {
  static const Json* const kNone = new Json;
  if (!json.is_object()) return *kNone;
  const auto it = json.find(std::string(key));
  return it != json.end() ? *it : *kNone;
}

std::string Text(const Json& json, absl::string_view key) {
  const Json& value = Member(json, key);
  return value.is_string() ? value.get<std::string>() : "";
}

// Collects what is kept of one object.
class ObjectReader {
 public:
  explicit ObjectReader(ResourceKind kind) { object_.kind = kind; }

  // Nothing if it is no object that can be known again.
  std::optional<KubernetesObject> Read(const Json& json) {
    const Json& metadata = Member(json, "metadata");
    object_.uid = Short(Text(metadata, "uid"));
    object_.name = Short(Text(metadata, "name"));
    if (object_.uid.empty() || object_.name.empty()) return std::nullopt;
    object_.namespace_name = Short(Text(metadata, "namespace"));
    object_.labels = ReadLabels(Member(metadata, "labels"));
    ReadOwner(Member(metadata, "ownerReferences"));
    if (object_.kind == ResourceKind::kService) {
      ReadService(Member(json, "spec"));
    }
    if (object_.kind == ResourceKind::kPod) ReadPod(metadata, json);
    return std::move(object_);
  }

 private:
  std::string Short(std::string text) {
    if (text.size() > kMaxTextBytes) {
      text.resize(kMaxTextBytes);
      object_.is_cut = true;
    }
    return text;
  }

  // Members come sorted by key.
  Labels ReadLabels(const Json& json) {
    Labels labels;
    if (!json.is_object()) return labels;
    for (const auto& [key, value] : json.items()) {
      if (!value.is_string()) continue;
      if (labels.size() == kMaxLabels) {
        object_.is_cut = true;
        break;
      }
      labels.emplace_back(Short(key), Short(value.get<std::string>()));
    }
    return labels;
  }

  void ReadOwner(const Json& references) {
    if (!references.is_array()) return;
    for (const Json& reference : references) {
      const Json& is_controller = Member(reference, "controller");
      if (!is_controller.is_boolean() || !is_controller.get<bool>()) continue;
      object_.owner.kind = Short(Text(reference, "kind"));
      object_.owner.uid = Short(Text(reference, "uid"));
      return;
    }
  }

  void ReadService(const Json& spec) {
    object_.selector = ReadLabels(Member(spec, "selector"));
    AddClusterIp(Text(spec, "clusterIP"));
    const Json& addresses = Member(spec, "clusterIPs");
    if (!addresses.is_array()) return;
    for (const Json& address : addresses) {
      if (address.is_string()) AddClusterIp(address.get<std::string>());
    }
  }

  // A headless service has the address "None".
  void AddClusterIp(std::string address) {
    if (address != "None") AddAddress(std::move(address));
  }

  void ReadPod(const Json& metadata, const Json& json) {
    object_.node = Short(Text(Member(json, "spec"), "nodeName"));
    object_.mirrored_uid =
        Short(Text(Member(metadata, "annotations"), kMirrorAnnotation));
    const Json& status = Member(json, "status");
    AddAddress(Text(status, "podIP"));
    const Json& addresses = Member(status, "podIPs");
    if (!addresses.is_array()) return;
    for (const Json& address : addresses) AddAddress(Text(address, "ip"));
  }

  void AddAddress(std::string address) {
    std::vector<std::string>& addresses = object_.ip_addresses;
    if (address.empty() || std::find(addresses.begin(), addresses.end(),
                                     address) != addresses.end()) {
      return;
    }
    if (addresses.size() == kMaxAddresses) {
      object_.is_cut = true;
      return;
    }
    addresses.push_back(Short(std::move(address)));
  }

  KubernetesObject object_;
};

std::optional<WatchEvent::Type> FindType(absl::string_view name) {
  if (name == "ADDED") return WatchEvent::Type::kAdded;
  if (name == "MODIFIED") return WatchEvent::Type::kModified;
  if (name == "DELETED") return WatchEvent::Type::kDeleted;
  if (name == "BOOKMARK") return WatchEvent::Type::kBookmark;
  if (name == "ERROR") return WatchEvent::Type::kError;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<ListPage> ParseListPage(ResourceKind kind,
                                       absl::string_view json) {
  // {"metadata": …, "items": [{HERE
  EYRIE_ASSIGN_OR_RETURN(const Json parsed, Parse(json, 3));
  const Json& metadata = Member(parsed, "metadata");
  const Json& items = Member(parsed, "items");
  ListPage page;
  page.resource_version = Text(metadata, "resourceVersion");
  page.continue_token = Text(metadata, "continue");
  if (page.resource_version.empty() || !(items.is_array() || items.is_null())) {
    return absl::InvalidArgumentError(
        "the API server's answer to a list has no resourceVersion or items");
  }
  for (const Json& item : items) {
    auto object = ObjectReader(kind).Read(item);
    if (object.has_value()) page.objects.push_back(*std::move(object));
  }
  return page;
}

absl::StatusOr<WatchEvent> ParseWatchLine(ResourceKind kind,
                                          absl::string_view line) {
  // {"type": …, "object": {HERE
  EYRIE_ASSIGN_OR_RETURN(const Json parsed, Parse(line, 2));
  const std::string type_name = Text(parsed, "type");
  const std::optional<WatchEvent::Type> type = FindType(type_name);
  if (!type.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the API server sent a watch event of type \"", type_name, "\""));
  }
  const Json& json = Member(parsed, "object");
  WatchEvent event;
  event.type = *type;
  event.resource_version = Text(Member(json, "metadata"), "resourceVersion");
  if (*type == WatchEvent::Type::kError) {
    const Json& code = Member(json, "code");
    if (code.is_number_integer()) event.error_code = code.get<int>();
    event.error_message = Text(json, "message");
    return event;
  }
  if (event.resource_version.empty()) {
    return absl::InvalidArgumentError("a watch event without resourceVersion");
  }
  if (*type == WatchEvent::Type::kBookmark) return event;
  auto object = ObjectReader(kind).Read(json);
  if (!object.has_value()) {
    return absl::InvalidArgumentError("a watch event without uid or name");
  }
  event.object = *std::move(object);
  return event;
}

}  // namespace eyrie::server
