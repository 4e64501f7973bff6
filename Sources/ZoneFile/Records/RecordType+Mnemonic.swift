import DNSWire

extension RecordType {
  /// The type with this mnemonic, in any case of letters, where it is one of those that fill zones: for these, no
  /// look into libldns is needed.
  init?(commonMnemonic text: Span<UInt8>) {
    var letters: UInt64 = 0
    guard text.count <= 5 else { return nil }
    for index in text.indices { letters = letters << 8 | UInt64(text[index].uppercased) }
    switch letters {
    case 0x41: self = .a
    case 0x41_4141_41: self = .aaaa
    case 0x4E53: self = .ns
    case 0x43_4E41_4D45: self = .cname
    case 0x4D58: self = .mx
    case 0x54_5854: self = .txt
    case 0x50_5452: self = .ptr
    case 0x53_5256: self = .srv
    case 0x53_4F41: self = .soa
    default: return nil
    }
  }
}
