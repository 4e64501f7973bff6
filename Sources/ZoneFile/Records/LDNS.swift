import CLdns
import DNSWire
import Glibc
import Synchronization

/// The type with that mnemonic, or `TYPE123`, in any case of letters; nil where there is none.
public func recordType(named name: String) -> RecordType? { LDNS.type(named: name) }

/// The few calls of libldns that this module makes: RDATA text to wire form and back.
enum LDNS {
  /// The longest RDATA text that `ldns_rr_new_frm_str` takes (LDNS_MAX_LINELEN, with room for the rest).
  static let maximumText = 10_000

  /// The type with that mnemonic, or `TYPE123`, in any case of letters; nil where there is none.
  static func type(named name: String) -> RecordType? {
    // libldns reads 'TYPE-1' and 'TYPE99999' as well.
    if name.uppercased().hasPrefix("TYPE") {
      let digits = name.dropFirst(4)
      return digits.utf8.allSatisfy(\.isDigit)
        ? UInt16(digits).map(RecordType.init(rawValue:)) : nil
    }
    // SAFETY: the string is passed as a C string for the length of the call.
    let type = unsafe ldns_get_rr_type_by_name(name)
    return type.rawValue == 0
      ? nil : UInt16(exactly: type.rawValue).map(RecordType.init(rawValue:))
  }

  /// The mnemonic of `type`, `TYPE123` where it has none.
  static func name(of type: RecordType) -> String {
    // SAFETY: the result is a C string from malloc, freed here after it was copied.
    guard let text = unsafe ldns_rr_type2str(ldns_rr_type(rawValue: UInt32(type.rawValue))) else {
      return "TYPE\(type.rawValue)"
    }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// Held while libldns asks the C library for services and protocols by name, which is for one thread at a time.
  private static let services = Mutex(())

  /// The mnemonics of the types up to 260, for suggestions.
  static let mnemonics = (1...260).map { name(of: RecordType(rawValue: $0)) }
    .filter { !$0.hasPrefix("TYPE") }

  /// Whether libldns knows how the RDATA of `type` is built.
  static func knows(_ type: RecordType) -> Bool { !name(of: type).hasPrefix("TYPE") }

  /// The RDATA that `text` (without octets 0) says, names in it completed with `origin`; else why not.
  static func rdata(
    type: RecordType, text: [UInt8], origin: DomainName
  ) -> Result<[UInt8], RecordDataFailure> {
    let line = Array(". 0 IN \(name(of: type)) ".utf8) + text + [0]
    // SAFETY: `line` ends with a NUL; `name` and `record` are freed on every way out, `ldns_dname_new_frm_data`
    // copies the octets, and `ldns_rr_new_frm_str` neither keeps nor writes what it is handed.
    let name = unsafe origin.wire.withUnsafeBytes {
      unsafe ldns_dname_new_frm_data(UInt16($0.count), $0.baseAddress)
    }
    defer { unsafe ldns_rdf_deep_free(name) }
    var record: UnsafeMutablePointer<ldns_rr>?
    func parse() -> ldns_status {
      unsafe line.withUnsafeBytes {
        unsafe ldns_rr_new_frm_str(
          &record, $0.baseAddress?.assumingMemoryBound(to: CChar.self), 0, name, nil)
      }
    }
    let isWKS = type.rawValue == 11
    let status = isWKS ? services.withLock { _ in parse() } : parse()
    guard status == LDNS_STATUS_OK, let record = unsafe record else {
      return .failure(RecordDataFailure(message: explanation(of: status)))
    }
    defer { unsafe ldns_rr_free(record) }
    return unsafe rdata(of: record)
  }

  /// The RDATA of a record, field by field.
  private static func rdata(
    of record: UnsafeMutablePointer<ldns_rr>
  ) -> Result<[UInt8], RecordDataFailure> {
    var octets: [UInt8] = []
    // SAFETY: `record` is alive in the caller; a field's data has as many octets as its size says.
    let count = unsafe ldns_rr_rd_count(record)
    for index in 0..<count {
      guard let field = unsafe ldns_rr_rdf(record, index) else { continue }
      let size = unsafe ldns_rdf_size(field)
      if unsafe ldns_rdf_get_type(field) == LDNS_RDF_TYPE_DNAME, size > 255 {
        return .failure(RecordDataFailure(message: "a name in it has more than 255 octets"))
      }
      if let data = unsafe ldns_rdf_data(field) {
        unsafe octets += UnsafeBufferPointer(start: data, count: size)
      }
    }
    guard octets.count <= Int(UInt16.max) else {
      return .failure(RecordDataFailure(message: "it has more than 65535 octets"))
    }
    return .success(octets)
  }

  /// Whether `rdata` is well formed for `type`, its names uncompressed.
  static func isValid(_ rdata: [UInt8], for type: RecordType) -> Bool {
    unsafe withRecord(type: type, rdata: rdata[...]) { record in
      guard case .success(let octets) = unsafe self.rdata(of: record) else { return false }
      return octets == rdata
    } ?? false
  }

  /// `rdata` in presentation form; nil where it is malformed.
  ///
  /// libldns does not escape all that a lexer takes for more than a letter: what comes out may not be read
  /// again as it was.
  static func text(of rdata: ArraySlice<UInt8>, type: RecordType) -> String? {
    unsafe withRecord(type: type, rdata: rdata) { record -> String? in
      // SAFETY: the result is a C string from malloc, freed here after it was copied.
      guard let line = unsafe ldns_rr2str(record) else { return nil }
      defer { unsafe free(line) }
      // Owner, TTL, class and type have a tab behind them each.
      let fields = unsafe String(cString: line).split(
        separator: "\t", maxSplits: 4, omittingEmptySubsequences: false)
      return fields.count == 5 ? String(fields[4].prefix { $0 != "\n" }) : nil
    } ?? nil
  }

  /// Calls `body` with the record that libldns reads from wire form; nil where it reads none, or not all.
  private static func withRecord<T>(
    type: RecordType, rdata: ArraySlice<UInt8>,
    _ body: (UnsafeMutablePointer<ldns_rr>) -> T
  ) -> T? {
    // The root as owner, class IN, TTL 0.
    var wire: [UInt8] = [
      0, UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xFF), 0, 1, 0, 0, 0, 0,
    ]
    wire += [UInt8(truncatingIfNeeded: rdata.count >> 8), UInt8(truncatingIfNeeded: rdata.count)]
    wire += rdata
    var record: UnsafeMutablePointer<ldns_rr>?
    var position = 0
    // SAFETY: `ldns_wire2rr` reads within the count it is given, and `record` is freed after `body`.
    let status = unsafe wire.withUnsafeBufferPointer {
      unsafe ldns_wire2rr(&record, $0.baseAddress, $0.count, &position, LDNS_SECTION_ANSWER)
    }
    defer { unsafe ldns_rr_free(record) }
    guard status == LDNS_STATUS_OK, position == wire.count, let record = unsafe record else {
      return nil
    }
    return unsafe body(record)
  }

  private static func explanation(of status: ldns_status) -> String {
    // SAFETY: the result is a static C string of libldns, or null.
    guard let text = unsafe ldns_get_errorstr_by_id(status) else { return "it is malformed" }
    return unsafe String(cString: text).lowercased()
  }
}
