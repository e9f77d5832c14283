// SPDX-License-Identifier: Apache-2.0

#include "collector/containers/json_value.h"

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace eyrie::collector {

using nlohmann::json;

JsonValue JsonValue::operator[](absl::string_view name) const {
  if (json_ == nullptr || !json_->is_object()) return JsonValue();
  const auto found = json_->find(std::string(name));
  return found == json_->end() ? JsonValue() : JsonValue(&*found);
}

JsonValue JsonValue::At(std::initializer_list<absl::string_view> names) const {
  JsonValue value = *this;
  for (const absl::string_view name : names) value = value[name];
  return value;
}

std::string JsonValue::Text() const {
  if (json_ == nullptr || !json_->is_string()) return {};
  return json_->get<std::string>();
}

std::vector<JsonValue> JsonValue::Elements() const {
  std::vector<JsonValue> elements;
  if (json_ == nullptr || !json_->is_array()) return elements;
  for (const json& element : *json_) elements.emplace_back(&element);
  return elements;
}

std::vector<JsonValue> JsonValue::Members() const {
  std::vector<JsonValue> members;
  if (json_ == nullptr || !json_->is_object()) return members;
  for (const json& member : *json_) members.emplace_back(&member);
  return members;
}

std::vector<std::string> JsonValue::Texts() const {
  std::vector<std::string> texts;
  for (const JsonValue& element : Elements()) {
    if (element.json_->is_string()) texts.push_back(element.Text());
  }
  return texts;
}

std::optional<bool> JsonValue::Bool() const {
  if (json_ == nullptr || !json_->is_boolean()) return std::nullopt;
  return json_->get<bool>();
}

uint64_t JsonValue::Number() const {
  if (json_ == nullptr || !json_->is_number_unsigned()) return 0;
  return json_->get<uint64_t>();
}

void JsonValue::CopyTo(
    google::protobuf::Map<std::string, std::string>* map) const {
  if (json_ == nullptr || !json_->is_object()) return;
  for (const auto& [name, value] : json_->items()) {
    if (value.is_string()) (*map)[name] = value.get<std::string>();
  }
}

std::string JsonValue::Dump() const {
  if (json_ == nullptr) return {};
  return json_->dump(-1, ' ', false, json::error_handler_t::replace);
}

absl::StatusOr<json> ParseJsonText(absl::string_view text) {
  bool is_too_deep = false;
  // Parts that nest too deep are dropped, and their parsing goes on without a
  // tree.
  const auto check_depth = [&is_too_deep](int depth, json::parse_event_t,
                                          json&) {
    if (depth > kMaxJsonDepth) is_too_deep = true;
    return depth <= kMaxJsonDepth;
  };
  json document = json::parse(text.begin(), text.end(), check_depth,
                              /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    return absl::InvalidArgumentError("the answer is not JSON");
  }
  if (is_too_deep) {
    return absl::InvalidArgumentError("the answer's JSON nests too deep");
  }
  return document;
}

}  // namespace eyrie::collector
