// SPDX-License-Identifier: Apache-2.0
//
// Bounds a rate.

#ifndef EYRIE_SERVER_INGEST_TOKEN_BUCKET_H_
#define EYRIE_SERVER_INGEST_TOKEN_BUCKET_H_

#include <algorithm>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/clock.h"

namespace eyrie::server {

// Holds tokens for one second at most. What something costs need not be known
// before it is let in: it is paid afterwards, and may leave a debt, in which
// nothing more is let in. So a delivery that is larger than the bucket gets
// through, and the rate holds on the whole.
//
// Thread safety: all methods may be called from any thread.
class TokenBucket {
 public:
  // `rate` tokens a second; 0: no limit. Borrows `clock`.
  TokenBucket(double rate, const Clock* clock)
      : rate_(rate), clock_(clock), tokens_(rate), filled_(clock->Now()) {}

  // How long until something is let in; zero or less: now.
  absl::Duration Delay() const {
    if (rate_ <= 0) return absl::ZeroDuration();
    absl::MutexLock lock(&mutex_);
    Fill();
    return tokens_ > 0 ? absl::ZeroDuration()
                       : absl::Seconds((1 - tokens_) / rate_);
  }

  void Pay(double tokens) {
    if (rate_ <= 0) return;
    absl::MutexLock lock(&mutex_);
    Fill();
    tokens_ -= tokens;
  }

 private:
  void Fill() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const absl::Time now = clock_->Now();
    // A clock that was set back gives nothing.
    const double gained =
        std::max(0.0, absl::ToDoubleSeconds(now - filled_)) * rate_;
    tokens_ = std::min(rate_, tokens_ + gained);
    filled_ = now;
  }

  const double rate_;
  const Clock* const clock_;
  mutable absl::Mutex mutex_;
  mutable double tokens_ ABSL_GUARDED_BY(mutex_);
  mutable absl::Time filled_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_INGEST_TOKEN_BUCKET_H_
