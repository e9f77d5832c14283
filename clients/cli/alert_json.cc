// SPDX-License-Identifier: Apache-2.0

#include "clients/cli/alert_json.h"

#include <cmath>
#include <cstdint>
#include <map>

#include "google/protobuf/struct.pb.h"
#include "nlohmann/json.hpp"

#include "clients/cli/time_text.h"
#include "common/proto_time.h"
#include "rules/priority.h"

namespace eyrie::cli {
namespace {

using Json = nlohmann::ordered_json;

// A Value holds every number as a double; what is whole is printed so.
Json ToJson(double number) {
  if (std::trunc(number) != number) return number;
  if (number >= -0x1p63 && number < 0x1p63) {
    return static_cast<int64_t>(number);
  }
  if (number >= 0 && number < 0x1p64) return static_cast<uint64_t>(number);
  return number;
}

Json ToJson(const google::protobuf::Struct& fields);

Json ToJson(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kNumberValue:
      return ToJson(value.number_value());
    case google::protobuf::Value::kStringValue:
      return value.string_value();
    case google::protobuf::Value::kBoolValue:
      return value.bool_value();
    case google::protobuf::Value::kStructValue:
      return ToJson(value.struct_value());
    case google::protobuf::Value::kListValue: {
      Json list = Json::array();
      for (const auto& item : value.list_value().values()) {
        list.push_back(ToJson(item));
      }
      return list;
    }
    case google::protobuf::Value::kNullValue:
    case google::protobuf::Value::KIND_NOT_SET:
      return nullptr;
  }
  return nullptr;
}

Json ToJson(const google::protobuf::Struct& fields) {
  const std::map<std::string, google::protobuf::Value> sorted(
      fields.fields().begin(), fields.fields().end());
  Json object = Json::object();
  for (const auto& [name, value] : sorted) object[name] = ToJson(value);
  return object;
}

}  // namespace

std::string ToAlertJson(const v1::Detection& detection) {
  Json alert = Json::object();
  alert["time"] = TimeTextNanos(FromProtoTime(detection.time()));
  alert["rule"] = detection.rule();
  alert["priority"] = std::string(
      rules::PriorityName(static_cast<rules::Priority>(detection.priority())));
  alert["output"] = detection.output();
  alert["output_fields"] = ToJson(detection.output_fields());
  alert["source"] = detection.source();
  alert["tags"] = Json::array();
  for (const std::string& tag : detection.tags()) alert["tags"].push_back(tag);
  alert["hostname"] = detection.node();
  alert["uuid"] = detection.id();
  return alert.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace eyrie::cli
