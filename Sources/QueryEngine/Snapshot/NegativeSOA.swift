import DNSWire
import FlatMemory
import ZoneStore

/// The SOA of a zone as negative answers have it (RFC 2308 §3), ready to copy behind a question in the zone.
struct NegativeSOA: BitwiseCopyable {
  /// A compression pointer in it.
  struct Link: BitwiseCopyable {
    /// Where it stands.
    var at: Int
    /// What it points to: an octet behind the start of the apex's name in the question, or of the record.
    var offset: Int
    var isToApex: Bool
  }

  /// The whole RR.
  let octets: Table<UInt8>
  let links: Table<Link>
  /// How many octets the name of the apex has.
  let apexLength: Int

  init(of image: ZoneImage, in arena: Arena) {
    var encoder = Encoder(image)
    let rrset = image.rrsets[image.soa]
    encoder.append(name: image.apex)
    encoder.octets += [0, UInt8(RecordType.soa.rawValue), 0, UInt8(RecordClass.internet)]
    encoder.octets += (0..<4).map { UInt8(truncatingIfNeeded: image.negativeTTL >> (24 - 8 * $0)) }
    let start = encoder.octets.count + 2
    encoder.octets += [0, 0]
    let data = Int(rrset.dataOffset)
    encoder.append(name: image.nodeIndex(data))
    encoder.append(name: image.nodeIndex(data + 4))
    encoder.octets += (0..<20).map { image.octets[data + 8 + $0] }
    let length = encoder.octets.count - start
    encoder.octets[start - 2] = UInt8(truncatingIfNeeded: length >> 8)
    encoder.octets[start - 1] = UInt8(truncatingIfNeeded: length)
    octets = arena.table(encoder.octets)
    links = arena.table(encoder.links)
    apexLength = Int(image.nodes[image.apex].nameLength)
  }

  /// Writes names as `Response` does, without knowing yet where the message has the record.
  private struct Encoder {
    let image: ZoneImage
    var octets: [UInt8] = []
    var links: [Link] = []
    /// What points to the name of a node.
    private var known: [UInt32: Link] = [:]

    init(_ image: ZoneImage) {
      self.image = image
      var index = image.apex
      let length = image.nodes[index].nameLength
      while image.nodes[index].nameLength > 1 {
        let node = image.nodes[index]
        known[index] = Link(at: 0, offset: Int(length - node.nameLength), isToApex: true)
        index = node.parent
      }
    }

    mutating func append(name node: UInt32) {
      var index = node
      while image.nodes[index].nameLength > 1 {
        if var link = known[index] {
          link.at = octets.count
          links.append(link)
          octets += [0, 0]
          return
        }
        let node = image.nodes[index]
        known[index] = Link(at: 0, offset: octets.count, isToApex: false)
        let length = Int(node.nameLength) - Int(image.nodes[node.parent].nameLength)
        unsafe octets.append(contentsOf: image.displayName(node)[0..<length])
        index = node.parent
      }
      octets.append(0)
    }
  }
}

extension Response {
  /// Appends it to the authority section of a message whose question's name begins with `prefix` octets before
  /// the apex; false, and nothing appended, where it does not fit.
  mutating func append(_ soa: Placed<NegativeSOA>, behind prefix: Int) -> Bool {
    let start = writer.count
    let octets = soa.value.octets
    unsafe writer.append(octets.octets(0, octets.count))
    guard !writer.overflowed else {
      cutBack(to: start)
      return false
    }
    let apex = Header.length &+ prefix
    var index = 0
    while index < soa.value.links.count {
      let link = soa.value.links[index]
      let target = (link.isToApex ? apex : start) &+ link.offset
      writer.set(0xC000 | UInt16(truncatingIfNeeded: target), at: start &+ link.at)
      index &+= 1
    }
    count(1, in: .authority)
    return true
  }
}
