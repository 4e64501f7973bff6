import Addresses
import CMaxMindDB

extension MaxMindFile {
  /// Where a record of a node leads.
  enum TreeRecord: Equatable {
    /// To another node.
    case node(UInt32)
    /// To nothing: the network has no data.
    case empty
    /// To the value at an offset of the data section.
    case data(UInt32)
  }

  /// Visits the networks of a family in ascending order without gaps, each with the offset of its
  /// record, or nil for one without data. `Address` says which: UInt32 for IPv4, UInt128 for IPv6.
  ///
  /// IPv4 is visited as IPv4 alone: in a tree of both families the place where it lives (`::/96`) and
  /// the aliases that lead there (`2002::/16` and others) are networks without data. A tree in which a
  /// way never ends, or with many more ways than nodes, throws `damagedTree`.
  func forEachNetwork<Address: FixedWidthInteger & UnsignedInteger>(
    _ visit: (_ start: Address, _ length: Int, _ dataOffset: UInt32?) throws(GeoDatabaseError)
      -> Void
  ) throws(GeoDatabaseError) {
    let width = Address.bitWidth
    if width == 128 && metadata.ipVersion == 4 { return try visit(0, 0, nil) }
    let ipv4Root: TreeRecord? = metadata.ipVersion == 6 ? try record(ipv4Start) : nil
    let root: TreeRecord = width == 32 ? ipv4Root ?? .node(0) : .node(0)
    var stack: [(record: TreeRecord, start: Address, length: Int)] = [(root, 0, 0)]
    // A tree has as many ways as nodes; a writer that shares equal subtrees may have some more.
    var budget = metadata.nodeCount * 4 + 4
    while let next = stack.popLast() {
      switch next.record {
      case .empty: try visit(next.start, next.length, nil)
      case .data(let offset): try visit(next.start, next.length, offset)
      case .node where width == 128 && next.record == ipv4Root && next.length > 0:
        try visit(next.start, next.length, nil)
      case .node(let number):
        budget -= 1
        guard next.length < width, budget > 0 else {
          throw .damagedTree(path: path, reason: "a way through it does not end")
        }
        let children = try node(number)
        let bit = (1 as Address) << Address(width - 1 - next.length)
        stack.append((children.right, next.start | bit, next.length + 1))
        stack.append((children.left, next.start, next.length + 1))
      }
    }
  }

  /// The number that stands for the record at which IPv4 begins in a tree of both families.
  private var ipv4Start: UInt32 { unsafe handle.pointee.ipv4_start_node.node_value }

  /// What the number of a record stands for.
  private func record(_ number: UInt32) throws(GeoDatabaseError) -> TreeRecord {
    let nodeCount = UInt32(metadata.nodeCount)
    if number < nodeCount { return .node(number) }
    if number == nodeCount { return .empty }
    // SAFETY: `handle` is an open database.
    let size = unsafe handle.pointee.data_section_size
    guard number - nodeCount >= 16, number - nodeCount - 16 < size else {
      throw .damagedTree(path: path, reason: "a record points outside of the data")
    }
    return .data(number - nodeCount - 16)
  }

  private func node(
    _ number: UInt32
  ) throws(GeoDatabaseError) -> (left: TreeRecord, right: TreeRecord) {
    var node = unsafe MMDB_search_node_s()
    // SAFETY: `handle` is open, and `number` is a node: libmaxminddb lets one past the end through.
    let status = unsafe MMDB_read_node(handle, number, &node)
    guard status == MMDB_SUCCESS else {
      throw .damagedTree(path: path, reason: maxMindMessage(status))
    }
    return unsafe (
      try record(UInt32(truncatingIfNeeded: node.left_record)),
      try record(UInt32(truncatingIfNeeded: node.right_record))
    )
  }
}
