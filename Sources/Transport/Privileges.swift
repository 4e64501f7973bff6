import CLinux
import Glibc
import LinuxSystem

/// What a process may do beyond its user.
public enum Privileges {
  /// Makes the whole process, all its threads, run as `user` in the user's own group and no other, and
  /// checks that there is no way back to root.
  ///
  /// Called once the low ports are bound. Where the process is that user already, it does nothing.
  public static func drop(to user: String) throws(TransportError) {
    guard let (uid, gid) = identity(of: user) else { throw .unknownUser(user) }
    if uid == 0 { throw .staysRoot(user: user) }
    if clinux_identity_is(uid, gid) != 0 { return }
    if geteuid() != 0 { throw .notRoot(user: user) }
    do throws(SystemError) {
      // glibc applies all three calls to every thread.
      _ = try retrying("setgroups") { setgroups(0, nil) }
      _ = try retrying("setresgid") { clinux_set_group(gid) }
      _ = try retrying("setresuid") { clinux_set_user(uid) }
    } catch {
      throw .cannotBecome(user: user, error)
    }
    if clinux_identity_is(uid, gid) == 0 || setuid(0) == 0 || setgid(0) == 0 {
      throw .canRegainRoot(user: user)
    }
  }

  /// The numbers of a user and its group; nil where there is no such user.
  public static func identity(of user: String) -> (user: uid_t, group: gid_t)? {
    var entry = unsafe passwd()
    var text = [CChar](repeating: 0, count: 16_384)
    var found: UnsafeMutablePointer<passwd>?
    // SAFETY: the strings of `entry` point into `text`, and only its numbers are used.
    let status = unsafe text.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let base = buffer.baseAddress else { return -1 }
      return unsafe getpwnam_r(user, &entry, base, buffer.count, &found)
    }
    guard status == 0, unsafe found != nil else { return nil }
    return unsafe (entry.pw_uid, entry.pw_gid)
  }
}
