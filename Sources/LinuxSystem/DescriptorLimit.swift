import Glibc

/// Lets the process open as many descriptors as the system will: raises the soft limit of RLIMIT_NOFILE to
/// the hard one (getrlimit(2)).
public func raiseDescriptorLimit() {
  var limit = rlimit()
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  // SAFETY: both calls only use the structure that they are handed.
  guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
  limit.rlim_cur = limit.rlim_max
  // Where it fails the old limit stays, and what it is too low for finds out.
  _ = unsafe setrlimit(resource, &limit)
}
