// SPDX-License-Identifier: Apache-2.0
//
// A place in a JSON document, as a JSON pointer (RFC 6901) names it.

#ifndef EYRIE_RULES_JSON_JSON_PATH_H_
#define EYRIE_RULES_JSON_JSON_PATH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rules/json/json_parser.h"

namespace eyrie::rules {

// "/user/groups/0": the first element of `groups` of `user`. "~1" stands for a
// slash within a name, "~0" for a tilde. The empty text is the whole document.
//
// Thread safety: immutable.
class JsonPath {
 public:
  // What `*` between slashes is.
  enum class Star {
    kName,      // a member called `*`, as the RFC has it
    kElements,  // each element of an array; `*type=User` those elements that
                // have a member `type` with this text
  };

  // The slash in front may be missing, as the reference has it. Returns
  // kInvalidArgument if a tilde is followed by neither 0 nor 1.
  static absl::StatusOr<JsonPath> Parse(absl::string_view pointer, Star star);

  // The value at this place; the first one if the path has stars. Null if there
  // is none.
  const Json* Find(const Json& root) const;

  // Calls `visit` with each value at this place, in order. With an `index` of 0
  // or more, the first star stands for that one element.
  template <typename Visit>
  void ForEach(const Json& root, int64_t index, const Visit& visit) const {
    Walk(absl::MakeConstSpan(steps_), root, index, visit);
  }

  bool has_star() const;

 private:
  struct Step {
    std::string name;              // of a member
    std::optional<size_t> number;  // of an element, if the name is one
    bool is_star = false;
    // Of a star: the member that must have this text; empty if none must.
    std::string filter;
    std::string wanted;
  };

  static const Json* Follow(const Step& step, const Json& value);
  static const Json* Element(const Json& array, size_t number) {
    return array.is_array() && number < array.size() ? &array[number] : nullptr;
  }
  // Whether a star takes this element.
  static bool Takes(const Step& star, const Json& element);

  template <typename Visit>
  static void Walk(absl::Span<const Step> steps, const Json& root,
                   int64_t index, const Visit& visit) {
    const Json* value = &root;
    for (size_t i = 0; i < steps.size() && value != nullptr; ++i) {
      if (!steps[i].is_star) {
        value = Follow(steps[i], *value);
      } else if (index >= 0) {
        value = Element(*value, static_cast<size_t>(index));
        if (value != nullptr && !Takes(steps[i], *value)) return;
        index = -1;
      } else {
        if (!value->is_array()) return;
        for (const Json& element : *value) {
          if (!Takes(steps[i], element)) continue;
          Walk(steps.subspan(i + 1), element, index, visit);
        }
        return;
      }
    }
    if (value != nullptr) visit(*value);
  }

  std::vector<Step> steps_;
};

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_JSON_JSON_PATH_H_
