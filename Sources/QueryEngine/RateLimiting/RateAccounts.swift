import Addresses
import DNSWire
import FlatMemory
import Glibc

/// The accounts of one worker: a table of fixed size, made once.
///
/// Each account has one of the four slots of a set, which a keyed hash picks. Where all four are others',
/// the one with the least debt goes: a flood from many networks does not make one that is in debt
/// forgotten.
@safe
struct RateAccounts: @unchecked Sendable {
  /// What becomes of an answer.
  enum Verdict: Int {
    case send, truncate, drop
  }

  private struct Account: BitwiseCopyable {
    /// When the debt is paid, in nanoseconds of the monotonic clock.
    var paid: UInt64
    /// The upper half of the hash.
    var tag: UInt32
    /// How many answers were limited.
    var limited: UInt32
  }

  /// How many accounts there are; 16 octets each.
  static var slotCount: Int { 65_536 }
  private static var setSize: Int { 4 }
  /// No debt is longer, in nanoseconds: what looks so is of another age of the clock.
  private static var longestDebt: Int64 { 8_000_000_000_000 }

  // SAFETY: `slotCount` accounts, aligned to cache lines, that live as long as the process; one thread
  // uses them. All zeros is an account without debt.
  private let slots: UnsafeMutablePointer<Account>
  private let key: NameHashKey

  /// Accounts without debt. The memory costs nothing before it is used.
  init(key: NameHashKey) {
    self.key = key
    guard let memory = unsafe calloc(1, Self.byteCount + CacheLines.stride) else {
      preconditionFailure("no memory for a worker")
    }
    unsafe slots = memory.alignedUp(toMultipleOf: CacheLines.stride).bindMemory(
      to: Account.self, capacity: Self.slotCount)
  }

  private static var byteCount: Int { slotCount * MemoryLayout<Account>.stride }

  /// Where they are written to, as addresses.
  var written: Range<UInt> {
    unsafe CacheLines.addresses(UnsafeRawPointer(slots), byteCount: Self.byteCount)
  }

  /// Charges what an answer costs to an account; `monotonic` is in milliseconds.
  func charge(
    _ cost: Int64, for subject: RateSubject, to network: IPPrefix, at monotonic: UInt64,
    _ limit: RateLimitImage
  ) -> Verdict {
    let now = monotonic &* 1_000_000
    let slot = slot(of: hash(subject, network), now)
    let debt = Self.debt(unsafe slots[slot], now) + cost
    // One answer goes out whatever it costs.
    let burst = max(RateLimitImage.second, cost)
    guard debt <= burst + limit.window else { return .drop }
    unsafe slots[slot].paid = now &+ UInt64(debt)
    if debt <= burst { return .send }
    unsafe slots[slot].limited &+= 1
    guard limit.slip > 0, unsafe slots[slot].limited % limit.slip == 0 else { return .drop }
    return .truncate
  }

  private func hash(_ subject: RateSubject, _ network: IPPrefix) -> UInt64 {
    let address = network.address
    let start = key.fold(key.root ^ address.high) ^ (address.isIPv4 ? 1 : 0)
    let whose = key.fold(start ^ address.low) ^ subject.kind.rawValue
    return key.fold(whose ^ (UInt64(subject.zone) << 32 | UInt64(subject.node)))
  }

  /// The slot of the account with a hash, taken from another where it had none.
  private func slot(of hash: UInt64, _ now: UInt64) -> Int {
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    let first = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1) & ~(Self.setSize - 1)
    var least = first
    var index = first
    while index < first + Self.setSize {
      if unsafe slots[index].tag == tag { return index }
      if unsafe Self.debt(slots[index], now) < Self.debt(slots[least], now) { least = index }
      index += 1
    }
    unsafe slots[least] = Account(paid: now, tag: tag, limited: 0)
    return least
  }

  /// What is left to pay. The difference is right across a wrap-around of the clock.
  private static func debt(_ account: Account, _ now: UInt64) -> Int64 {
    let left = Int64(bitPattern: account.paid &- now)
    return left > 0 && left <= longestDebt ? left : 0
  }
}
