// SPDX-License-Identifier: Apache-2.0

#include "collector/uplink/backoff.h"

#include <algorithm>

#include "absl/random/random.h"

namespace eyrie::collector {
namespace {

// Beyond this the bound is at its maximum for any sensible options.
constexpr int kMaxDoublings = 30;

}  // namespace

absl::Duration Backoff::bound() const {
  if (attempts_ == 0) return std::min(options_.first, options_.max);
  return std::min(options_.max,
                  options_.base * (int64_t{1} << (attempts_ - 1)));
}

absl::Duration Backoff::Next() {
  const absl::Duration limit = bound();
  attempts_ = std::min(attempts_ + 1, kMaxDoublings);
  return limit * absl::Uniform(random_, 0.0, 1.0);
}

}  // namespace eyrie::collector
