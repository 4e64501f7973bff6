#pragma once
#include <fcntl.h>
#include <linux/memfd.h>
#include <maxminddb.h>
#include <sys/syscall.h>
#include <unistd.h>

/// An anonymous file in memory whose size and content can be sealed, or -1 with errno set: memfd_create(2),
/// which the headers declare only under _GNU_SOURCE.
static inline int sextant_memory_file(const char *name) {
    return (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

/// Forbids every later change of a memory file. 0, or -1 with errno set. (F_ADD_SEALS and its flags are
/// from linux/fcntl.h, which cannot be included beside fcntl.h.)
static inline int sextant_seal_memory_file(int descriptor) {
    return fcntl(descriptor, 1033, 0x0001 | 0x0002 | 0x0004 | 0x0008);
}

/// The value of entry data of type MMDB_DATA_TYPE_UINT128, its two halves in host order; Swift sees no
/// member of that type.
static inline void sextant_entry_uint128(
    const MMDB_entry_data_s *data, uint64_t *high, uint64_t *low) {
    *high = (uint64_t)(data->uint128 >> 64);
    *low = (uint64_t)data->uint128;
}
