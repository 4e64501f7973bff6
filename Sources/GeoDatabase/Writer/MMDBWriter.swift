import Addresses

/// Builds a MaxMind DB: format 2.0, one tree for both families, IPv4 at `::/96`.
///
/// Format: https://maxmind.github.io/MaxMind-DB/.
public struct MMDBWriter {
  private let type: String
  private let description: String
  private let buildEpoch: UInt64
  private let smallestRecordSize: Int
  private var tree = PrefixTree()
  private var data = DataSectionEncoder()
  private var isEmpty = true
  private var isTooLarge = false

  /// A database without networks.
  ///
  /// - Parameters:
  ///   - type: what it calls itself, as in `GeoLite2-City`.
  ///   - description: what it is and whose data it has, in English.
  ///   - buildEpoch: seconds since 1970.
  ///   - smallestRecordSize: 24, 28 or 32 bits; a larger size is taken where the file needs it.
  public init(
    type: String, description: String, buildEpoch: UInt64, smallestRecordSize: Int = 24
  ) {
    self.type = type
    self.description = description
    self.buildEpoch = buildEpoch
    self.smallestRecordSize = smallestRecordSize
  }

  /// Gives a network a record, in place of all that was there: insert the wide networks first.
  /// `false`, and nothing is done, for an IPv6 network in or around `::/96`, where IPv4 lives.
  @discardableResult
  public mutating func insert(_ network: IPPrefix, _ record: MaxMindValue) -> Bool {
    insert(network, offset: offset(of: record))
  }

  /// Where a record is in the data, which it is added to.
  mutating func offset(of record: MaxMindValue) -> Int { data.offset(of: record) }

  /// Gives a network the record at an offset of the data.
  @discardableResult
  mutating func insert(_ network: IPPrefix, offset: Int) -> Bool {
    let isIPv4 = network.address.isIPv4
    if !isIPv4 && network.address.number >> 32 == 0 { return false }
    isEmpty = false
    if offset < Int32.max {
      tree.insert(
        network.address.number, length: network.length + (isIPv4 ? 96 : 0), number: UInt32(offset))
    } else {
      isTooLarge = true
    }
    return true
  }

  /// The octets of the file.
  public consuming func encode() throws(GeoDatabaseError) -> [UInt8] {
    guard !isEmpty else { throw .noNetworks }
    let data = data.octets
    let nodes = tree.nodes()
    let largest = nodes.count + 16 + data.count
    guard !isTooLarge,
      let recordSize = [24, 28, 32].first(where: { $0 >= smallestRecordSize && largest >> $0 == 0 })
    else { throw .tooLarge }

    func number(_ branch: PrefixTree.Branch) -> UInt32 {
      if let node = branch.node { return UInt32(node) }
      return UInt32(nodes.count + (branch.number.map { $0 + 16 } ?? 0))
    }
    var octets: [UInt8] = []
    octets.reserveCapacity(nodes.count * recordSize / 4 + data.count + 1024)
    for node in nodes {
      Self.append(number(node.left), number(node.right), recordSize: recordSize, to: &octets)
    }
    octets += [UInt8](repeating: 0, count: 16)
    octets += data
    octets += [0xAB, 0xCD, 0xEF]
    octets += "MaxMind.com".utf8
    octets += DataSectionEncoder.octets(
      of: .map([
        .init("binary_format_major_version", .uint16(2)),
        .init("binary_format_minor_version", .uint16(0)),
        .init("build_epoch", .uint64(buildEpoch)),
        .init("database_type", .string(type)),
        .init("description", .map([.init("en", .string(description))])),
        .init("ip_version", .uint16(6)),
        .init("languages", .array([.string("en")])),
        .init("node_count", .uint32(UInt32(nodes.count))),
        .init("record_size", .uint16(UInt16(recordSize))),
      ]))
    return octets
  }

  /// A node: two records in network order; of 28 bits the upper 4 of each share the octet between.
  private static func append(
    _ left: UInt32, _ right: UInt32, recordSize: Int, to octets: inout [UInt8]
  ) {
    func append(_ number: UInt32, bits: UInt32) {
      for shift in stride(from: Int(bits) - 8, through: 0, by: -8) {
        octets.append(UInt8(truncatingIfNeeded: number >> UInt32(shift)))
      }
    }
    switch recordSize {
    case 28:
      append(left, bits: 24)
      octets.append(UInt8(left >> 24) << 4 | UInt8(right >> 24))
      append(right, bits: 24)
    default:
      append(left, bits: UInt32(recordSize))
      append(right, bits: UInt32(recordSize))
    }
  }
}
