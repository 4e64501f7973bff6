/// What Swift cannot import from Linux's headers: macros, variadic functions, `mmsghdr`.
#pragma once
#include <malloc.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/// `struct mmsghdr`: one datagram of a batch; `length` is set by `clinux_recvmmsg`.
struct clinux_message {
  struct msghdr header;
  unsigned int length;
};

/// recvmmsg(2) without a timeout.
int clinux_recvmmsg(int socket, struct clinux_message *messages, unsigned int count, int flags);

/// sendmmsg(2).
int clinux_sendmmsg(int socket, struct clinux_message *messages, unsigned int count, int flags);

/// Reads the address that a datagram was sent to out of its IP_PKTINFO or IPV6_PKTINFO and leaves
/// the control data fit for the reply: it goes out from that address, and by whatever interface the
/// routes say (by the one that it came in on where the address is link-local).
///
/// Writes 4 or 16 octets in network order and returns their number; 0 where there is no such data.
int clinux_destination(struct msghdr *header, uint8_t *address);

/// Makes a socket take no further datagram; those that were received before can still be read.
int clinux_refuse_datagrams(int socket);

/// accept4(2) with SOCK_NONBLOCK and SOCK_CLOEXEC.
int clinux_accept(int socket, struct sockaddr *_Nullable address, socklen_t *_Nullable length);

/// eventfd(2) at 0, non-blocking and close-on-exec.
int clinux_eventfd(void);

/// getrandom(2), blocking until the kernel's generator is seeded.
ssize_t clinux_getrandom(void *buffer, size_t count);

/// syncfs(2): waits until what was written to the file system of `file` is on the disk.
int clinux_sync_file_system(int file);

/// Names the calling thread; at most 15 octets count.
int clinux_name_thread(const char *name);

/// setresgid(2) with the same group three times.
int clinux_set_group(gid_t group);

/// setresuid(2) with the same user three times.
int clinux_set_user(uid_t user);

/// Whether real, effective and saved user and group are all `user` and `group`.
int clinux_identity_is(uid_t user, gid_t group);

/// The symbolic name of an error number ("EADDRINUSE"); null where it has none.
const char *_Nullable clinux_error_name(int number);

#pragma clang assume_nonnull end
