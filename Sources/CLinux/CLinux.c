#define _GNU_SOURCE
#include "CLinux.h"

#include <linux/filter.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

_Static_assert(sizeof(struct clinux_message) == sizeof(struct mmsghdr), "mmsghdr has another size");
_Static_assert(offsetof(struct clinux_message, length) == offsetof(struct mmsghdr, msg_len),
               "mmsghdr has another layout");

int clinux_recvmmsg(int socket, struct clinux_message *messages, unsigned int count, int flags) {
  return recvmmsg(socket, (struct mmsghdr *)messages, count, flags, NULL);
}

int clinux_sendmmsg(int socket, struct clinux_message *messages, unsigned int count, int flags) {
  return sendmmsg(socket, (struct mmsghdr *)messages, count, flags);
}

int clinux_destination(struct msghdr *header, uint8_t *address) {
  for (struct cmsghdr *item = CMSG_FIRSTHDR(header); item; item = CMSG_NXTHDR(header, item)) {
    if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO &&
        item->cmsg_len >= CMSG_LEN(sizeof(struct in_pktinfo))) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(item), sizeof info);
      info.ipi_ifindex = 0;
      memcpy(CMSG_DATA(item), &info, sizeof info);
      memcpy(address, &info.ipi_spec_dst, 4);
      return 4;
    }
    if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO &&
        item->cmsg_len >= CMSG_LEN(sizeof(struct in6_pktinfo))) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(item), sizeof info);
      if (!IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) info.ipi6_ifindex = 0;
      memcpy(CMSG_DATA(item), &info, sizeof info);
      memcpy(address, &info.ipi6_addr, 16);
      return 16;
    }
  }
  return 0;
}

int clinux_refuse_datagrams(int socket) {
  struct sock_filter accept_nothing = {.code = BPF_RET | BPF_K, .k = 0};
  struct sock_fprog program = {.len = 1, .filter = &accept_nothing};
  return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

int clinux_accept(int socket, struct sockaddr *address, socklen_t *length) {
  return accept4(socket, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

ssize_t clinux_getrandom(void *buffer, size_t count) { return getrandom(buffer, count, 0); }

int clinux_name_thread(const char *name) {
  char text[16] = {0};
  strncpy(text, name, sizeof text - 1);
  return pthread_setname_np(pthread_self(), text);
}

int clinux_sync_file_system(int file) { return syncfs(file); }

int clinux_set_group(gid_t group) { return setresgid(group, group, group); }

int clinux_set_user(uid_t user) { return setresuid(user, user, user); }

int clinux_identity_is(uid_t user, gid_t group) {
  uid_t users[3];
  gid_t groups[3];
  if (getresuid(&users[0], &users[1], &users[2]) || getresgid(&groups[0], &groups[1], &groups[2]))
    return 0;
  for (int i = 0; i < 3; i++)
    if (users[i] != user || groups[i] != group) return 0;
  return 1;
}

const char *clinux_error_name(int number) { return strerrorname_np(number); }
