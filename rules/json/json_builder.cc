// SPDX-License-Identifier: Apache-2.0

#include "rules/json/json_builder.h"

#include <utility>

namespace eyrie::rules {

bool JsonBuilder::key(std::string& name) {
  if (skipped_ == 0) key_ = std::move(name);
  return true;
}

Json* JsonBuilder::Place(Json value) {
  if (open_.empty()) {
    root_ = std::move(value);
    return &root_;
  }
  Json& container = *open_.back();
  if (container.is_array()) {
    container.push_back(std::move(value));
    return &container.back();
  }
  // Of two members with the same name the last one counts.
  Json& member = container[std::move(key_)];
  member = std::move(value);
  return &member;
}

bool JsonBuilder::Open(Json::value_t type) {
  if (skipped_ == 0 && open_.size() < max_depth_) {
    open_.push_back(Place(Json(type)));
    return true;
  }
  if (skipped_++ == 0) {
    ++cut_;
    Place(nullptr);
  }
  return true;
}

bool JsonBuilder::Close() {
  if (skipped_ > 0) {
    --skipped_;
  } else {
    open_.pop_back();
  }
  return true;
}

}  // namespace eyrie::rules
