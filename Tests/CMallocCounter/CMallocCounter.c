#include "CMallocCounter.h"

#include <errno.h>
#include <stddef.h>

// The GNU C library's own entry points behind the names that are taken over here.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static __thread int counting __attribute__((tls_model("initial-exec")));
static __thread uint64_t count __attribute__((tls_model("initial-exec")));

void malloc_counter_start(void) {
  count = 0;
  counting = 1;
}

uint64_t malloc_counter_stop(void) {
  counting = 0;
  return count;
}

// ThreadSanitizer has an allocator of its own in this place, which is not there yet at the first calls.
#if !__has_feature(thread_sanitizer)
void *malloc(size_t size) {
  count += counting;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count += counting;
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count += counting;
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  count += counting;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  void *block = memalign(alignment, size);
  if (block == NULL) return ENOMEM;
  *result = block;
  return 0;
}
#endif
