import CLdns
import DNSWire
import Glibc

/// A DNS message as libldns reads it: an oracle for what the server writes.
public struct Message: Sendable {
  /// RCODE, with the upper bits of EDNS.
  public var code: Int
  /// The header's flags that are set, by name: QR, AA, TC, RD, RA, AD, CD.
  public var flags: Set<String>
  /// The RRs of each section as text: `owner ttl class type rdata`, fields parted by one space.
  public var question: [String]
  /// The answer section.
  public var answer: [String]
  /// The authority section.
  public var authority: [String]
  /// The additional section without the OPT.
  public var additional: [String]
  /// The client subnet of the reply: source and scope prefix lengths and the address's octets.
  public var subnet: (family: Int, source: Int, scope: Int, address: [UInt8])?
  /// Whether there is an OPT.
  public var hasEDNS: Bool
  /// How many octets the message has.
  public var length: Int
  /// Its ID.
  public var id: UInt16

  /// Whether libldns can read a message.
  public static func isReadable(_ octets: [UInt8]) -> Bool {
    var pointer: UnsafeMutablePointer<ldns_pkt>?
    let status = unsafe octets.withUnsafeBufferPointer {
      unsafe ldns_wire2pkt(&pointer, $0.baseAddress, $0.count)
    }
    defer { unsafe ldns_pkt_free(pointer) }
    return status == LDNS_STATUS_OK
  }

  /// Reads a message; nil where libldns cannot.
  public init?(_ octets: [UInt8]) {
    var pointer: UnsafeMutablePointer<ldns_pkt>?
    let status = unsafe octets.withUnsafeBufferPointer {
      unsafe ldns_wire2pkt(&pointer, $0.baseAddress, $0.count)
    }
    guard status == LDNS_STATUS_OK, let read = unsafe pointer else { return nil }
    defer { unsafe ldns_pkt_free(read) }
    var flags: Set<String> = []
    if unsafe ldns_pkt_qr(read) != 0 { flags.insert("QR") }
    if unsafe ldns_pkt_aa(read) != 0 { flags.insert("AA") }
    if unsafe ldns_pkt_tc(read) != 0 { flags.insert("TC") }
    if unsafe ldns_pkt_rd(read) != 0 { flags.insert("RD") }
    if unsafe ldns_pkt_ra(read) != 0 { flags.insert("RA") }
    if unsafe ldns_pkt_ad(read) != 0 { flags.insert("AD") }
    if unsafe ldns_pkt_cd(read) != 0 { flags.insert("CD") }
    self.flags = flags
    question = unsafe Self.texts(ldns_pkt_question(read))
    answer = unsafe Self.texts(ldns_pkt_answer(read))
    authority = unsafe Self.texts(ldns_pkt_authority(read))
    additional = unsafe Self.texts(ldns_pkt_additional(read))
    hasEDNS = unsafe ldns_pkt_edns(read) != 0
    code = unsafe Int(ldns_pkt_get_rcode(read).rawValue)
    if hasEDNS { code |= unsafe Int(ldns_pkt_edns_extended_rcode(read)) << 4 }
    id = unsafe ldns_pkt_id(read)
    length = octets.count
    if hasEDNS, let data = unsafe ldns_pkt_edns_data(read) {
      let size = unsafe ldns_rdf_size(data)
      let bytes = (0..<size).map { unsafe ldns_rdf_data(data)[$0] }
      subnet = Self.subnet(in: bytes)
    }
  }

  private static func subnet(
    in options: [UInt8]
  ) -> (family: Int, source: Int, scope: Int, address: [UInt8])? {
    var at = 0
    while at + 4 <= options.count {
      let code = Int(options[at]) << 8 | Int(options[at + 1])
      let length = Int(options[at + 2]) << 8 | Int(options[at + 3])
      if code == 8, length >= 4, at + 4 + length <= options.count {
        return (
          Int(options[at + 4]) << 8 | Int(options[at + 5]), Int(options[at + 6]),
          Int(options[at + 7]), Array(options[(at + 8)..<(at + 4 + length)])
        )
      }
      at += 4 + length
    }
    return nil
  }

  private static func texts(_ list: UnsafeMutablePointer<ldns_rr_list>?) -> [String] {
    guard let list = unsafe list else { return [] }
    return unsafe (0..<ldns_rr_list_rr_count(list)).map { index in
      guard let text = unsafe ldns_rr2str(ldns_rr_list_rr(list, index)) else { return "?" }
      defer { unsafe free(text) }
      return unsafe String(cString: text).split(whereSeparator: { " \t\n".contains($0) }).joined(
        separator: " ")
    }
  }

  /// The RDATA of the answer's records of a type.
  public func answers(_ type: String) -> [String] {
    answer.compactMap { line in
      let fields = line.split(separator: " ", maxSplits: 4)
      return fields.count == 5 && fields[3] == type ? String(fields[4]) : nil
    }
  }

  /// The TTLs of the answer's records.
  public var answerTTLs: [Int] {
    answer.compactMap { Int($0.split(separator: " ")[1]) }
  }

  /// The response code's name.
  public var codeName: String {
    switch code {
    case 0: "NOERROR"
    case 1: "FORMERR"
    case 2: "SERVFAIL"
    case 3: "NXDOMAIN"
    case 4: "NOTIMP"
    case 5: "REFUSED"
    case 6: "YXDOMAIN"
    case 16: "BADVERS"
    default: "RCODE\(code)"
    }
  }
}
