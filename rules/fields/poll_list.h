// SPDX-License-Identifier: Apache-2.0
//
// Elements of an argument of type FD_LIST: what poll(2) was asked about.

#ifndef EYRIE_RULES_FIELDS_POLL_LIST_H_
#define EYRIE_RULES_FIELDS_POLL_LIST_H_

#include <poll.h>

#include <cstddef>
#include <cstring>

#include "absl/strings/string_view.h"

namespace eyrie::rules {

// The elements in the bytes of the argument, which need not be aligned. One
// that was cut off in the middle does not count. Borrows the bytes.
class PollList {
 public:
  explicit PollList(absl::string_view bytes) : bytes_(bytes) {}

  size_t size() const { return bytes_.size() / sizeof(pollfd); }

  // REQUIRES: i < size().
  pollfd operator[](size_t i) const {
    pollfd polled;
    std::memcpy(&polled, bytes_.data() + i * sizeof(polled), sizeof(polled));
    return polled;
  }

 private:
  absl::string_view bytes_;
};

static_assert(sizeof(pollfd) == 8, "the record carries elements of 8 bytes");

}  // namespace eyrie::rules

#endif  // EYRIE_RULES_FIELDS_POLL_LIST_H_
