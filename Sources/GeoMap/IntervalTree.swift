/// The intervals of one family: a view of plain pointers into the memory of a `GeoMapStorage`.
///
/// A block of addresses that is not of one interval has its few intervals side by side in a chunk, or it is
/// cut into smaller blocks, as many as it takes for these to have few. So a look-up reads a slot and then a
/// chunk, which lie in a cache line each; where networks crowd, it reads another slot. (Direct indexes over
/// short ranges are DXR's, Zec, Rizzo, Mikuc 2012; that a crowded block is indexed anew, with a stride that
/// follows from how many it has, is that of LC-tries, Nilsson, Karlsson 1999.) Bounds that crowd in the last
/// bits of long prefixes, as single addresses in one /64 do, are in sorted lists instead.
@frozen
@safe
@usableFromInline
struct IntervalTree<Address: TreeAddress>: @unchecked Sendable, BitwiseCopyable {
  // SAFETY: the pointers lead into one block of a `GeoMapStorage`, which is written before the first view of
  // it exists and never after. Each slot was made by `IntervalTreeLayout`: a node has as many slots as its
  // stride indexes, a chunk has its words and one more behind them, a list its bounds and codes.
  @usableFromInline let root: IntervalSlot
  /// How many of a word's lowest bits are the code.
  @usableFromInline let codeBits: Int
  @usableFromInline let slots: UnsafePointer<IntervalSlot>
  @usableFromInline let words: UnsafePointer<Address.Word>
  /// For each list, and behind the last, the index of its first interval. Its bounds begin there and one
  /// further for each list before it: a list has one more bound than intervals.
  @usableFromInline let listStarts: UnsafePointer<UInt32>
  @usableFromInline let listBounds: UnsafePointer<Address>
  @usableFromInline let listCodes: UnsafePointer<UInt32>

  @unsafe
  init(
    root: IntervalSlot, codeBits: Int, slots: UnsafePointer<IntervalSlot>,
    words: UnsafePointer<Address.Word>, listStarts: UnsafePointer<UInt32>,
    listBounds: UnsafePointer<Address>, listCodes: UnsafePointer<UInt32>
  ) {
    self.root = root
    self.codeBits = codeBits
    unsafe self.slots = unsafe slots
    unsafe self.words = unsafe words
    unsafe self.listStarts = unsafe listStarts
    unsafe self.listBounds = unsafe listBounds
    unsafe self.listCodes = unsafe listCodes
  }

  /// The code of the interval that `address` lies in, and the length of the widest prefix around it there.
  @inlinable
  @inline(__always)
  func find(_ address: Address) -> (code: UInt32, scope: Int) {
    var slot = root
    var depth = 0
    while slot.isNode {
      let rest = address &<< Address(truncatingIfNeeded: depth)
      let index = rest &>> Address(truncatingIfNeeded: Address.bitWidth &- slot.size)
      depth &+= slot.size
      unsafe slot = slots[slot.offset &+ Int(truncatingIfNeeded: index)]
    }
    if slot.isChunk { return find(address, in: slot, depth: depth) }
    if slot.isLeaf { return (slot.code, slot.scope) }
    return find(address, inList: slot.list)
  }

  @inlinable
  @inline(__always)
  func find(_ address: Address, in chunk: IntervalSlot, depth: Int) -> (code: UInt32, scope: Int) {
    let unit = (1 as Address.Word) &<< Address.Word(truncatingIfNeeded: codeBits)
    // Behind all words with the same or a lower start: all bits of its code are set.
    let key = (address &<< Address(truncatingIfNeeded: depth)).upperBits | (unit &- 1)
    let start = unsafe words + chunk.offset
    let index = unsafe lastIndex(in: start, count: chunk.size) { $0 <= key }
    let word = unsafe start[index]
    // A bound of the block is not one of the interval, or the other one is nearer.
    let below = index == 0 ? 0 : (key ^ (word &- unit)).leadingZeroBitCount &+ 1
    let next = unsafe start[index &+ 1]
    let above = index &+ 1 == chunk.size ? 0 : (key ^ next).leadingZeroBitCount &+ 1
    return (UInt32(truncatingIfNeeded: word & (unit &- 1)), depth &+ max(below, above))
  }

  @inlinable
  func find(_ address: Address, inList list: Int) -> (code: UInt32, scope: Int) {
    let first = unsafe Int(listStarts[list])
    let count = unsafe Int(listStarts[list &+ 1]) &- first
    let bounds = unsafe listBounds + (first &+ list)
    let index = unsafe lastIndex(in: bounds, count: count) { $0 <= address }
    let scope = unsafe address.prefixLength(start: bounds[index], end: bounds[index &+ 1])
    return unsafe (listCodes[first &+ index], scope)
  }

  /// The last of `count` (at least 1) sorted elements that is not behind what is looked for; the first where
  /// there is none. Without branches that hang on the elements.
  @unsafe
  @inlinable
  @inline(__always)
  func lastIndex<Element>(
    in elements: UnsafePointer<Element>, count: Int, where isNotBehind: (Element) -> Bool
  ) -> Int {
    var base = 0
    var length = count
    while length > 1 {
      let half = length &>> 1
      if unsafe isNotBehind(elements[base &+ half]) { base &+= half }
      length &-= half
    }
    return base
  }
}
