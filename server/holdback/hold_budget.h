// SPDX-License-Identifier: Apache-2.0
//
// How much may wait for pods at a time.

#ifndef EYRIE_SERVER_HOLDBACK_HOLD_BUDGET_H_
#define EYRIE_SERVER_HOLDBACK_HOLD_BUDGET_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace eyrie::server {

struct HoldLimits {
  // A held record has the facts of its process and ancestors, 5 to 20 KiB. A
  // node that starts 200 containers in 2 s, each with some ten events that a
  // rule may match, holds 2,000 records.
  size_t max_records = 10'000;
  size_t max_bytes = 64 << 20;
};

// Thread safety: all methods may be called from any thread.
class HoldBudget {
 public:
  explicit HoldBudget(const HoldLimits& limits)
      : limits_(limits), used_(std::make_shared<Used>()) {}

  // Room for one record, until the result goes, which may outlive the budget.
  // Null if there is none, counted.
  std::shared_ptr<const void> Take(size_t bytes) {
    const size_t records = ++used_->records;
    const size_t all_bytes = used_->bytes += bytes;
    std::shared_ptr<const void> share(static_cast<const void*>(used_.get()),
                                      [used = used_, bytes](const void*) {
                                        --used->records;
                                        used->bytes -= bytes;
                                      });
    if (records <= limits_.max_records && all_bytes <= limits_.max_bytes) {
      return share;
    }
    ++refused_;
    return nullptr;
  }

  size_t records() const { return used_->records; }
  size_t bytes() const { return used_->bytes; }
  uint64_t refused() const { return refused_; }

 private:
  struct Used {
    std::atomic<size_t> records{0};
    std::atomic<size_t> bytes{0};
  };

  const HoldLimits limits_;
  const std::shared_ptr<Used> used_;
  std::atomic<uint64_t> refused_{0};
};

}  // namespace eyrie::server

#endif  // EYRIE_SERVER_HOLDBACK_HOLD_BUDGET_H_
