import FlatMemory

/// Where names already stand in the message that is being written (RFC 1035 §4.1.4).
///
/// Direct-mapped by node, so a look-up is one compare; a slot that another node has taken only costs
/// compression. A generation number stands in for clearing.
@safe
struct CompressionTable: @unchecked Sendable {
  private struct Slot: BitwiseCopyable {
    var node: UInt32
    var generation: UInt32
    var offset: UInt32
  }

  // SAFETY: one number and `slotCount` slots that live as long as the process; one thread uses them.
  private let generation: UnsafeMutablePointer<UInt32>
  private let slots: UnsafeMutablePointer<Slot>
  private static var slotCount: Int { 128 }
  private static var slotsAt: Int { 16 }
  private static var byteCount: Int { slotsAt + slotCount * MemoryLayout<Slot>.stride }

  init() {
    let memory = unsafe CacheLines.allocate(byteCount: Self.byteCount)
    unsafe generation = memory.bindMemory(to: UInt32.self, capacity: 1)
    unsafe generation.initialize(to: 1)
    unsafe slots = (memory + Self.slotsAt).bindMemory(to: Slot.self, capacity: Self.slotCount)
    unsafe slots.initialize(
      repeating: Slot(node: 0, generation: 0, offset: 0), count: Self.slotCount)
  }

  /// Where it is written to, as addresses.
  var written: Range<UInt> {
    unsafe CacheLines.addresses(UnsafeRawPointer(generation), byteCount: Self.byteCount)
  }

  /// Forgets everything: a new message, a name space of another zone, or a message cut back.
  func clear() {
    unsafe generation.pointee &+= 1
    // Once in 2^32 messages old slots could look new.
    if unsafe generation.pointee == 0 {
      unsafe slots.update(
        repeating: Slot(node: 0, generation: 0, offset: 0), count: Self.slotCount)
      unsafe generation.pointee = 1
    }
  }

  /// Where the name of `node` stands; nil where that is not known.
  func offset(of node: UInt32) -> Int? {
    let slot = unsafe slots[Int(node) & (Self.slotCount - 1)]
    guard slot.node == node, unsafe slot.generation == generation.pointee else { return nil }
    return Int(slot.offset)
  }

  /// Notes that the name of `node` stands at `offset`, if a pointer can reach it (14 bits).
  func note(_ node: UInt32, at offset: Int) {
    guard offset < 0x4000 else { return }
    unsafe slots[Int(node) & (Self.slotCount - 1)] = Slot(
      node: node, generation: generation.pointee, offset: UInt32(truncatingIfNeeded: offset))
  }
}
