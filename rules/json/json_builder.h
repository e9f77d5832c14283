// SPDX-License-Identifier: Apache-2.0
//
// Builds JSON values from the parts that a parser reports, within bounds.

#ifndef EYRIE_RULES_JSON_JSON_BUILDER_H_
#define EYRIE_RULES_JSON_JSON_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rules/json/json_parser.h"

namespace eyrie::rules {

// A receiver of nlohmann::json::sax_parse(). Containers deeper than the limit
// become null.
//
// Thread safety: one thread.
class JsonBuilder {
 public:
  explicit JsonBuilder(size_t max_depth) : max_depth_(max_depth) {}

  // What was built. REQUIRES: the parser succeeded.
  Json& root() { return root_; }
  // Containers that became null, not counting those within them.
  uint64_t cut() const { return cut_; }
  // Where the parser found a mistake, in bytes.
  size_t mistake() const { return mistake_; }

  // What the parser calls; true means to go on.
  bool null() { return Add(nullptr); }
  bool boolean(bool value) { return Add(value); }
  bool number_integer(int64_t value) { return Add(value); }
  bool number_unsigned(uint64_t value) { return Add(value); }
  bool number_float(double value, const std::string&) { return Add(value); }
  bool string(std::string& value) { return Add(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }
  bool key(std::string& name);
  bool start_object(size_t) { return Open(Json::value_t::object); }
  bool end_object() { return Close(); }
  bool start_array(size_t) { return Open(Json::value_t::array); }
  bool end_array() { return Close(); }
  template <typename Exception>
  bool parse_error(size_t position, const std::string&, const Exception&) {
    mistake_ = position;
    return false;
  }

 private:
  template <typename Value>
  bool Add(Value&& value) {
    if (skipped_ == 0) Place(Json(std::forward<Value>(value)));
    return true;
  }
  // Puts `value` where the parser is. Returns where it lies.
  Json* Place(Json value);
  bool Open(Json::value_t type);
  bool Close();

  const size_t max_depth_;
  Json root_;
  std::vector<Json*> open_;  // containers, outermost first
  std::string key_;          // of the member whose value comes next
  size_t skipped_ = 0;       // open containers that are not taken over
  uint64_t cut_ = 0;
  size_t mistake_ = 0;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_JSON_BUILDER_H_
