// SPDX-License-Identifier: Apache-2.0
//
// Shows Abseil's mutexes to ThreadSanitizer.
//
// The distribution's Abseil is not instrumented and waits by futex, so that
// ThreadSanitizer would report all data that an absl::Mutex guards. This file
// defines the functions of Mutex, CondVar, Notification and BlockingCounter
// once more; the program's definitions come before the library's, for gRPC too.
// Each tells ThreadSanitizer what happens and calls the library's.
//
// Conditions are run by whichever thread unlocks the mutex, inside Abseil, when
// ThreadSanitizer thinks it free: memory that is accessed then is not watched.

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

namespace {

using absl::BlockingCounter;
using absl::Condition;
using absl::CondVar;
using absl::Duration;
using absl::Mutex;
using absl::Notification;
using absl::Time;

// The mutex that a function of this file, further up this thread's stack, deals
// with. Some of Abseil's functions call each other: only the outermost counts.
thread_local Mutex* current = nullptr;

constexpr unsigned kWrite = 0;
constexpr unsigned kRead = __tsan_mutex_read_lock;

// Abseil is at work on `mutex`: memory is not watched.
class Unwatched {
 public:
  explicit Unwatched(Mutex* mutex) : outer_(current) {
    current = mutex;
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  Unwatched(const Unwatched&) = delete;
  Unwatched& operator=(const Unwatched&) = delete;
  ~Unwatched() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    current = outer_;
  }

 private:
  Mutex* const outer_;
};

// The library's function of the mangled name, as a pointer to T.
template <typename T>
T* Real(const char* name) {
  void* symbol = dlsym(RTLD_NEXT, name);
  if (symbol == nullptr) {
    std::fprintf(stderr, "no %s in the distribution's Abseil\n", name);
    std::abort();
  }
  return reinterpret_cast<T*>(symbol);
}

// Locks by `lock`, which returns nothing.
template <typename Lock>
void Locking(Mutex* mutex, unsigned flags, Lock lock) {
  if (mutex == current) return lock();
  __tsan_mutex_pre_lock(mutex, flags);
  {
    Unwatched unwatched(mutex);
    lock();
  }
  __tsan_mutex_post_lock(mutex, flags, 0);
}

// Locks by `try_lock`, which returns whether it did.
template <typename TryLock>
bool TryLocking(Mutex* mutex, unsigned flags, TryLock try_lock) {
  flags |= __tsan_mutex_try_lock;
  __tsan_mutex_pre_lock(mutex, flags);
  const bool is_locked = try_lock();
  __tsan_mutex_post_lock(
      mutex, is_locked ? flags : flags | __tsan_mutex_try_lock_failed, 0);
  return is_locked;
}

template <typename Unlock>
void Unlocking(Mutex* mutex, unsigned flags, Unlock unlock) {
  if (mutex == current) return unlock();
  __tsan_mutex_pre_unlock(mutex, flags);
  {
    Unwatched unwatched(mutex);
    unlock();
  }
  __tsan_mutex_post_unlock(mutex, flags);
}

// Waits by `wait`, which unlocks the mutex and locks it again. Abseil does not
// say whether it is held for reading; Await is rarely used so, and not by us.
template <typename Wait>
auto Waiting(Mutex* mutex, Wait wait) {
  if (mutex == current) return wait();
  __tsan_mutex_pre_unlock(mutex, kWrite);
  __tsan_mutex_post_unlock(mutex, kWrite);
  struct Relock {
    Mutex* mutex;
    ~Relock() {
      __tsan_mutex_pre_lock(mutex, kWrite);
      __tsan_mutex_post_lock(mutex, kWrite, 0);
    }
  } relock{mutex};
  Unwatched unwatched(mutex);
  return wait();
}

// What HasBeenNotified() reads, inlined: the flag behind the mutex.
void* NotifiedFlag(const Notification* notification) {
  static_assert(sizeof(Notification) == 2 * sizeof(Mutex));
  return const_cast<char*>(reinterpret_cast<const char*>(notification) +
                           sizeof(Mutex));
}

}  // namespace

// Defines the function whose mangled name is NAME; inside, `real` is the
// library's. absl:: lies in the inline namespace that ABSL_ABI names.
#define ABSL_ABI "4absl7debian3"
#define REPLACE(RESULT, IDENTIFIER, NAME, PARAMETERS)        \
  extern "C++" __attribute__((visibility("default")))        \
  RESULT IDENTIFIER PARAMETERS __asm__(NAME);                \
  static auto* Real##IDENTIFIER() {                          \
    static auto* const real = Real<RESULT PARAMETERS>(NAME); \
    return real;                                             \
  }                                                          \
  RESULT IDENTIFIER PARAMETERS

REPLACE(void, MutexLock, "_ZN" ABSL_ABI "5Mutex4LockEv", (Mutex * mutex)) {
  Locking(mutex, kWrite, [&] { RealMutexLock()(mutex); });
}

REPLACE(void, MutexUnlock, "_ZN" ABSL_ABI "5Mutex6UnlockEv", (Mutex * mutex)) {
  Unlocking(mutex, kWrite, [&] { RealMutexUnlock()(mutex); });
}

REPLACE(bool, MutexTryLock, "_ZN" ABSL_ABI "5Mutex7TryLockEv",
        (Mutex * mutex)) {
  return TryLocking(mutex, kWrite, [&] { return RealMutexTryLock()(mutex); });
}

REPLACE(void, MutexReaderLock, "_ZN" ABSL_ABI "5Mutex10ReaderLockEv",
        (Mutex * mutex)) {
  Locking(mutex, kRead, [&] { RealMutexReaderLock()(mutex); });
}

REPLACE(void, MutexReaderUnlock, "_ZN" ABSL_ABI "5Mutex12ReaderUnlockEv",
        (Mutex * mutex)) {
  Unlocking(mutex, kRead, [&] { RealMutexReaderUnlock()(mutex); });
}

REPLACE(bool, MutexReaderTryLock, "_ZN" ABSL_ABI "5Mutex13ReaderTryLockEv",
        (Mutex * mutex)) {
  return TryLocking(mutex, kRead,
                    [&] { return RealMutexReaderTryLock()(mutex); });
}

REPLACE(void, MutexLockWhen, "_ZN" ABSL_ABI "5Mutex8LockWhenERKNS0_9ConditionE",
        (Mutex * mutex, const Condition& condition)) {
  Locking(mutex, kWrite, [&] { RealMutexLockWhen()(mutex, condition); });
}

REPLACE(bool, MutexLockWhenWithTimeout,
        "_ZN" ABSL_ABI
        "5Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE",
        (Mutex * mutex, const Condition& condition, Duration timeout)) {
  bool is_true = false;
  Locking(mutex, kWrite, [&] {
    is_true = RealMutexLockWhenWithTimeout()(mutex, condition, timeout);
  });
  return is_true;
}

REPLACE(bool, MutexLockWhenWithDeadline,
        "_ZN" ABSL_ABI
        "5Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE",
        (Mutex * mutex, const Condition& condition, Time deadline)) {
  bool is_true = false;
  Locking(mutex, kWrite, [&] {
    is_true = RealMutexLockWhenWithDeadline()(mutex, condition, deadline);
  });
  return is_true;
}

REPLACE(void, MutexReaderLockWhen,
        "_ZN" ABSL_ABI "5Mutex14ReaderLockWhenERKNS0_9ConditionE",
        (Mutex * mutex, const Condition& condition)) {
  Locking(mutex, kRead, [&] { RealMutexReaderLockWhen()(mutex, condition); });
}

REPLACE(void, MutexAwait, "_ZN" ABSL_ABI "5Mutex5AwaitERKNS0_9ConditionE",
        (Mutex * mutex, const Condition& condition)) {
  Waiting(mutex, [&] { RealMutexAwait()(mutex, condition); });
}

REPLACE(bool, MutexAwaitWithTimeout,
        "_ZN" ABSL_ABI
        "5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE",
        (Mutex * mutex, const Condition& condition, Duration timeout)) {
  return Waiting(mutex, [&] {
    return RealMutexAwaitWithTimeout()(mutex, condition, timeout);
  });
}

REPLACE(bool, MutexAwaitWithDeadline,
        "_ZN" ABSL_ABI "5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE",
        (Mutex * mutex, const Condition& condition, Time deadline)) {
  return Waiting(mutex, [&] {
    return RealMutexAwaitWithDeadline()(mutex, condition, deadline);
  });
}

REPLACE(void, CondVarWait, "_ZN" ABSL_ABI "7CondVar4WaitEPNS0_5MutexE",
        (CondVar * variable, Mutex* mutex)) {
  Waiting(mutex, [&] { RealCondVarWait()(variable, mutex); });
}

REPLACE(bool, CondVarWaitWithTimeout,
        "_ZN" ABSL_ABI "7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE",
        (CondVar * variable, Mutex* mutex, Duration timeout)) {
  return Waiting(mutex, [&] {
    return RealCondVarWaitWithTimeout()(variable, mutex, timeout);
  });
}

REPLACE(bool, CondVarWaitWithDeadline,
        "_ZN" ABSL_ABI "7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE",
        (CondVar * variable, Mutex* mutex, Time deadline)) {
  return Waiting(mutex, [&] {
    return RealCondVarWaitWithDeadline()(variable, mutex, deadline);
  });
}

REPLACE(void, NotificationNotify, "_ZN" ABSL_ABI "12Notification6NotifyEv",
        (Notification * notification)) {
  __tsan_release(NotifiedFlag(notification));
  RealNotificationNotify()(notification);
}

REPLACE(void, NotificationWait,
        "_ZNK" ABSL_ABI "12Notification19WaitForNotificationEv",
        (const Notification* notification)) {
  RealNotificationWait()(notification);
  __tsan_acquire(NotifiedFlag(notification));
}

REPLACE(bool, NotificationWaitWithTimeout,
        "_ZNK" ABSL_ABI
        "12Notification30WaitForNotificationWithTimeoutENS0_8DurationE",
        (const Notification* notification, Duration timeout)) {
  const bool is_notified =
      RealNotificationWaitWithTimeout()(notification, timeout);
  if (is_notified) __tsan_acquire(NotifiedFlag(notification));
  return is_notified;
}

REPLACE(bool, NotificationWaitWithDeadline,
        "_ZNK" ABSL_ABI
        "12Notification31WaitForNotificationWithDeadlineENS0_4TimeE",
        (const Notification* notification, Time deadline)) {
  const bool is_notified =
      RealNotificationWaitWithDeadline()(notification, deadline);
  if (is_notified) __tsan_acquire(NotifiedFlag(notification));
  return is_notified;
}

REPLACE(bool, BlockingCounterDecrementCount,
        "_ZN" ABSL_ABI "15BlockingCounter14DecrementCountEv",
        (BlockingCounter * counter)) {
  __tsan_release(counter);
  return RealBlockingCounterDecrementCount()(counter);
}

REPLACE(void, BlockingCounterWait, "_ZN" ABSL_ABI "15BlockingCounter4WaitEv",
        (BlockingCounter * counter)) {
  RealBlockingCounterWait()(counter);
  __tsan_acquire(counter);
}
