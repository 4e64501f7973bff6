/// Counts what the calling thread allocates, by standing in for the C library's allocator.
#pragma once
#include <stdint.h>

/// Begins to count in this thread, from 0.
void malloc_counter_start(void);

/// Ends counting in this thread; how many allocations there were.
uint64_t malloc_counter_stop(void);
