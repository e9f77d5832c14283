// SPDX-License-Identifier: Apache-2.0
//
// How long to wait before the next attempt.

#ifndef EYRIE_COLLECTOR_UPLINK_BACKOFF_H_
#define EYRIE_COLLECTOR_UPLINK_BACKOFF_H_

#include "absl/random/bit_gen_ref.h"
#include "absl/time/time.h"

namespace eyrie::collector {

struct BackoffOptions {
  // Bound of the first wait: a server that restarts is back soon.
  absl::Duration first = absl::Milliseconds(100);
  // Bound of the second; doubled at each further one.
  absl::Duration base = absl::Seconds(1);
  absl::Duration max = absl::Seconds(60);
};

// Exponential with full jitter: each wait is drawn evenly from zero to a bound
// that doubles, so that the nodes of a fleet do not come back all at once.
//
// Thread safety: none; one thread.
class Backoff {
 public:
  // Borrows what `random` refers to.
  Backoff(const BackoffOptions& options, absl::BitGenRef random)
      : options_(options), random_(random) {}

  // The next wait, from zero to bound().
  absl::Duration Next();
  // The bound of the next wait.
  absl::Duration bound() const;
  // Starts over, after a success.
  void Reset() { attempts_ = 0; }

 private:
  const BackoffOptions options_;
  absl::BitGenRef random_;
  int attempts_ = 0;
};

}  // namespace eyrie::collector

#endif  // EYRIE_COLLECTOR_UPLINK_BACKOFF_H_
