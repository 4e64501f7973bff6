import CLinux
import LinuxSystem

/// 64 bits from the kernel's generator (getrandom).
func randomSeed() throws(SystemError) -> UInt64 {
  var seed: UInt64 = 0
  // SAFETY: writes eight octets; requests of up to 256 are never cut short.
  _ = try retrying("getrandom") { unsafe clinux_getrandom(&seed, 8) }
  return seed
}
