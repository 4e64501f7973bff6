/// libmicrohttpd, and its variadic functions as they are used, so that Swift can call them.
#pragma once
#include <microhttpd.h>

/// Starts a daemon with a thread of its own that listens on `address`, which is IPv6 where `ipv6` is not 0.
static inline struct MHD_Daemon *MHD_start_daemon_at(
    const struct sockaddr *address, int ipv6, unsigned int connection_limit, unsigned int timeout_seconds,
    MHD_AccessHandlerCallback handler, void *context) {
  return MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | (ipv6 ? MHD_USE_IPv6 : 0), 0, NULL, NULL, handler, context,
                          MHD_OPTION_SOCK_ADDR, address,
                          MHD_OPTION_CONNECTION_LIMIT, connection_limit,
                          MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
                          MHD_OPTION_END);
}

/// The port that a daemon listens on; 0 where that is not known.
static inline uint16_t MHD_get_daemon_port(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info == NULL ? 0 : info->port;
}
