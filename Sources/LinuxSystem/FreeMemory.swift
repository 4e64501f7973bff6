import CLinux

/// Gives the system back what this process has freed: a load leaves much of that, and the allocator would keep it
/// (malloc_trim(3)).
public func returnFreeMemory() { _ = malloc_trim(0) }
