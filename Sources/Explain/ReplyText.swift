import CLdns
import Glibc

/// A reply in presentation form, as libldns has it.
public struct ReplyText: Sendable {
  /// How many octets it has.
  public var length: Int
  /// The response code's mnemonic: `NOERROR`.
  public var code: String
  /// The records of the answer section, a line each.
  public var answer: [String]
  /// The whole message.
  public var text: String
  /// The message in hexadecimal.
  public var hexadecimal: String

  /// Reads a reply; nil where libldns cannot.
  init?(_ octets: ArraySlice<UInt8>) {
    length = octets.count
    hexadecimal = octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    var packet: UnsafeMutablePointer<ldns_pkt>?
    // SAFETY: the octets outlive the call; what libldns hands over is freed on every way out.
    let status = unsafe octets.withUnsafeBufferPointer {
      unsafe ldns_wire2pkt(&packet, $0.baseAddress, $0.count)
    }
    guard status == LDNS_STATUS_OK, let packet = unsafe packet else { return nil }
    defer { unsafe ldns_pkt_free(packet) }
    code = unsafe Self.text(ldns_pkt_rcode2str(ldns_pkt_get_rcode(packet)))
    text = unsafe Self.text(ldns_pkt2str(packet))
    answer = unsafe Self.text(ldns_rr_list2str(ldns_pkt_answer(packet)))
      .split(separator: "\n").map { $0.split(separator: "\t").joined(separator: " ") }
  }

  /// Copies a C string and frees it.
  @unsafe
  private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
    guard let pointer = unsafe pointer else { return "" }
    defer { unsafe free(pointer) }
    return unsafe String(cString: pointer)
  }
}
