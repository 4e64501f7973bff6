import Addresses
import CLinux
import FlatMemory
import Glibc
import LinuxSystem
import QueryEngine

/// The memory of one UDP thread: what recvmmsg fills and sendmmsg sends, laid out once.
///
/// Replies are packed one behind the other, so a batch of short ones touches few cache lines:
///
///     queries   capacity × (4,096 + 64) octets: a longer datagram is seen as cut off
///     replies   capacity × (sizeLimit + 512), and 65,536 behind them for the last one to grow in
@safe
struct DatagramBatch: ~Copyable {
  /// The most datagrams that one system call takes.
  static let capacity = 64
  /// The longest query that is taken, in octets; one that is cut off there is dropped.
  static let queryCapacity = 4096
  /// The size that a reply is cut down to where a longer one cannot be sent, in octets.
  static let shortReply = 512
  // Queries that all began at the start of a page would compete for the same lines of the cache.
  private static let queryStride = queryCapacity + 64
  private static let controlCapacity = 64

  /// What the headers of a datagram and of a reply point to, beside octets, in a cache line.
  @safe
  private struct Slot {
    // SAFETY: both point into the batch's memory.
    var query = unsafe iovec()
    var reply = unsafe iovec()
    /// A `sockaddr_in` or `sockaddr_in6`.
    var sender: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  }

  private static let senderAt = unsafe 2 * MemoryLayout<iovec>.stride

  // SAFETY: all owned and of `capacity` elements (`controls`, `queries`: times their stride).
  // An index is below `capacity`: the loops run to `received` and `replies`, which the kernel and
  // `append` keep within it. The headers point only into this memory.
  private let incoming: UnsafeMutablePointer<clinux_message>
  private let outgoing: UnsafeMutablePointer<clinux_message>
  private let slots: UnsafeMutablePointer<Slot>
  private let controls: Region
  private let queries: Region
  private let replies: Region
  private let sizeLimit: Int
  private let wantsDestination: Bool

  /// How many datagrams the last `receive` brought.
  private(set) var received = 0
  /// How many replies wait for `send`.
  private(set) var pending = 0
  private var used = 0

  /// - Parameters:
  ///   - sizeLimit: the longest reply in octets.
  ///   - wantsDestination: whether the kernel says where each datagram was sent to.
  init(sizeLimit: Int, wantsDestination: Bool) {
    self.sizeLimit = sizeLimit
    self.wantsDestination = wantsDestination
    let count = Self.capacity
    controls = Region(count: count * Self.controlCapacity)
    queries = Region(count: count * Self.queryStride)
    replies = Region(count: count * (sizeLimit + Self.shortReply) + 65_536)
    unsafe incoming = Self.array()
    unsafe outgoing = Self.array()
    unsafe slots = Self.array()
    unsafe incoming.initialize(repeating: clinux_message(), count: count)
    unsafe outgoing.initialize(repeating: clinux_message(), count: count)
    unsafe slots.initialize(repeating: Slot(), count: count)
    for index in 0..<count {
      let query = unsafe queries.pointer(index * Self.queryStride, Self.queryCapacity)
      unsafe slots[index].query = iovec(iov_base: query, iov_len: Self.queryCapacity)
      let slot = unsafe UnsafeMutableRawPointer(slots + index)
      unsafe incoming[index].header.msg_iov = slot.assumingMemoryBound(to: iovec.self)
      unsafe incoming[index].header.msg_iovlen = 1
      unsafe incoming[index].header.msg_name = slot + Self.senderAt
      unsafe outgoing[index].header.msg_iov = slot.assumingMemoryBound(to: iovec.self) + 1
      unsafe outgoing[index].header.msg_iovlen = 1
      if wantsDestination {
        unsafe incoming[index].header.msg_control = controls.pointer(
          index * Self.controlCapacity, Self.controlCapacity)
      }
      reset(index)
    }
  }

  /// Room for `capacity` elements in cache lines of its own.
  private static func array<Element>() -> UnsafeMutablePointer<Element> {
    unsafe CacheLines.allocate(byteCount: capacity * MemoryLayout<Element>.stride)
      .bindMemory(to: Element.self, capacity: capacity)
  }

  /// Where a batch is written to, as addresses.
  var written: [Range<UInt>] {
    func addresses<Element>(_ array: UnsafeMutablePointer<Element>) -> Range<UInt> {
      unsafe CacheLines.addresses(
        UnsafeRawPointer(array), byteCount: Self.capacity * MemoryLayout<Element>.stride)
    }
    return unsafe [
      addresses(incoming), addresses(outgoing), addresses(slots), controls.addresses,
      queries.addresses, replies.addresses,
    ]
  }

  deinit {
    unsafe incoming.deallocate()
    unsafe outgoing.deallocate()
    unsafe slots.deallocate()
  }

  /// Makes a header that the kernel has written to fit to receive again.
  @inline(__always)
  private func reset(_ index: Int) {
    unsafe incoming[index].header.msg_namelen = socklen_t(SocketAddress.capacity)
    unsafe incoming[index].header.msg_controllen = wantsDestination ? Self.controlCapacity : 0
  }
}

extension DatagramBatch {
  /// Takes what has come, in one system call; where nothing has and `waiting`, waits for the first one.
  ///
  /// An error (an ICMP message about an earlier reply, a shortage of memory) counts as nothing: it says
  /// nothing about the datagrams that come next.
  @inline(__always)
  mutating func receive(from socket: Descriptor, waiting: Bool) {
    for index in 0..<received { reset(index) }
    pending = 0
    used = 0
    let flags = waiting ? MSG_WAITFORONE : MSG_DONTWAIT
    received = max(
      0,
      unsafe Int(
        clinux_recvmmsg(socket.number, incoming, UInt32(Self.capacity), Int32(flags))))
  }

  /// Whether a datagram has a sender to answer, and came whole.
  @inline(__always)
  func isWhole(_ index: Int) -> Bool {
    unsafe incoming[index].header.msg_flags & Int32(MSG_TRUNC) == 0
  }

  /// Whether this is a datagram at all: what wakes a thread at the end has no sender.
  @inline(__always)
  func hasSender(_ index: Int) -> Bool { unsafe incoming[index].header.msg_namelen != 0 }

  /// The octets of a datagram.
  @inline(__always)
  func query(_ index: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(
      queries.bytes(
        index * Self.queryStride, min(Int(incoming[index].length), Self.queryCapacity)))
  }

  /// Who sent it.
  @inline(__always)
  func sender(_ index: Int) -> SocketAddress {
    unsafe SocketAddress(raw: UnsafeRawPointer(slots + index) + Self.senderAt)
  }

  /// Where it was sent to; nil where the kernel did not say.
  ///
  /// It also makes the reply leave from that address, so it is called for each query of a wildcard.
  @inline(__always)
  func destination(_ index: Int) -> IPAddress? {
    var octets: (UInt64, UInt64) = (0, 0)
    // SAFETY: at most 16 octets are written.
    return unsafe withUnsafeMutableBytes(of: &octets) { bytes in
      let target = unsafe bytes.assumingMemoryBound(to: UInt8.self)
      guard let base = target.baseAddress else { return nil }
      switch unsafe clinux_destination(&incoming[index].header, base) {
      case 4: return unsafe IPAddress(ipv4: UInt32(bigEndian: bytes.load(as: UInt32.self)))
      case 16:
        return unsafe IPAddress(
          high: UInt64(bigEndian: bytes.load(as: UInt64.self)),
          low: UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self)))
      default: return nil
      }
    }
  }

  /// Where the next reply is written: at least 65,535 octets.
  @inline(__always)
  var space: UnsafeMutableRawBufferPointer {
    unsafe replies.bytes(used, 65_535)
  }

  /// Queues the first `count` octets of `space` as the reply to a datagram; false where they are too many.
  @inline(__always)
  mutating func append(_ count: Int, to index: Int) -> Bool {
    guard count <= sizeLimit, pending < Self.capacity else { return false }
    unsafe slots[pending].reply = iovec(iov_base: space.baseAddress, iov_len: count)
    let query = unsafe incoming[index].header
    unsafe outgoing[pending].header.msg_name = query.msg_name
    unsafe outgoing[pending].header.msg_namelen = query.msg_namelen
    unsafe outgoing[pending].header.msg_control = query.msg_control
    unsafe outgoing[pending].header.msg_controllen = query.msg_controllen
    pending += 1
    used += count
    return true
  }

  /// The datagram that a queued reply answers.
  func origin(_ reply: Int) -> Int {
    // Its header has the sender's address where that was received.
    let offset = unsafe outgoing[reply].header.msg_name - UnsafeMutableRawPointer(slots)
    return offset / MemoryLayout<Slot>.stride
  }

  /// The octets of a queued reply.
  func count(_ reply: Int) -> Int { unsafe slots[reply].reply.iov_len }

  /// Puts the first `count` octets of `space`, at most `shortReply`, in the place of a longer reply.
  mutating func replace(_ reply: Int, with count: Int) -> Bool {
    guard count <= Self.shortReply, self.count(reply) > Self.shortReply else { return false }
    unsafe slots[reply].reply = iovec(iov_base: space.baseAddress, iov_len: count)
    used += count
    return true
  }

  /// Sends the queued replies from `first` on, in one system call, and returns how many went;
  /// throws what kept the first of them from being sent.
  @inline(__always)
  func send(from first: Int, to socket: Descriptor, waiting: Bool) throws(SystemError) -> Int {
    let flags = waiting ? 0 : Int32(MSG_DONTWAIT)
    return Int(
      try retrying("sendmmsg") {
        unsafe clinux_sendmmsg(socket.number, outgoing + first, UInt32(pending - first), flags)
      })
  }
}
