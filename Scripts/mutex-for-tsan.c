// Tells ThreadSanitizer when a Mutex of Swift's Synchronization that was waited for is taken.
//
// The quick ways in and out of a Mutex are compiled into the program, where ThreadSanitizer sees them. The slow
// ones, for when another thread has it, are in libswiftSynchronization, which is not built with it. They are stood
// in for here (LD_PRELOAD), so that what a Mutex protects is not taken for a race.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// There where the process is built with ThreadSanitizer.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

#define METHOD __attribute__((swiftcall)) void
#define SELF __attribute__((swift_context)) void *self
typedef METHOD (*Lock)(uint32_t state, SELF);
typedef METHOD (*Unlock)(SELF);

METHOD lock_slow(uint32_t state, SELF) __asm__(LOCK);
METHOD unlock_slow(SELF) __asm__(UNLOCK);

METHOD lock_slow(uint32_t state, SELF) {
  ((Lock)dlsym(RTLD_NEXT, LOCK))(state, self);
  if (__tsan_acquire) __tsan_acquire(self);
}

METHOD unlock_slow(SELF) {
  if (__tsan_release) __tsan_release(self);
  ((Unlock)dlsym(RTLD_NEXT, UNLOCK))(self);
}
