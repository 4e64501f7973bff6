import CLdns
import DNSWire
import Glibc

/// The few calls of libldns that this module makes: RDATA text to wire form and back.
enum LDNS {
  /// The longest RDATA text that `ldns_rr_new_frm_str` takes (LDNS_MAX_LINELEN, with room for the rest).
  static let maximumText = 10_000

  /// The type with that mnemonic, in any case of letters; nil where libldns knows none.
  static func type(named name: String) -> RecordType? {
    // SAFETY: the string is passed as a C string for the length of the call.
    let type = unsafe ldns_get_rr_type_by_name(name)
    return type.rawValue == 0 ? nil : RecordType(rawValue: UInt16(type.rawValue))
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
    let status = unsafe line.withUnsafeBytes {
      unsafe ldns_rr_new_frm_str(
        &record, $0.baseAddress?.assumingMemoryBound(to: CChar.self), 0, name, nil)
    }
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

  /// The kinds of the fields that every record of `type` has, in order.
  static func fields(of type: RecordType) -> [Field] {
    // SAFETY: descriptors are static data of libldns.
    guard let descriptor = unsafe ldns_rr_descript(type.rawValue) else { return [] }
    return unsafe (0..<ldns_rr_descriptor_minimum(descriptor)).map {
      unsafe Field(kind: ldns_rr_descriptor_field_type(descriptor, $0))
    }
  }

  /// One field of a record's RDATA.
  struct Field {
    fileprivate var kind: ldns_rdf_type

    /// The largest number that the field holds; nil where it is no number.
    private var largestNumber: Int? {
      switch kind {
      case LDNS_RDF_TYPE_INT8: 0xFF
      case LDNS_RDF_TYPE_INT16: 0xFFFF
      case LDNS_RDF_TYPE_INT32: 0xFFFF_FFFF
      default: nil
      }
    }

    /// Whether the field is a number that `text` does not say. libldns takes the low bits of any number.
    func isNumberOtherThan(_ text: String) -> Bool {
      guard let largestNumber else { return false }
      guard text.utf8.allSatisfy(\.isDigit), let number = Int(text) else { return true }
      return number > largestNumber
    }

    /// Whether `text` (without octets 0) can stand as this field.
    func accepts(_ text: String) -> Bool {
      if largestNumber != nil { return !isNumberOtherThan(text) }
      // SAFETY: the string is passed as a C string for the length of the call; the result is freed.
      guard let field = unsafe ldns_rdf_new_frm_str(kind, text) else { return false }
      unsafe ldns_rdf_deep_free(field)
      return true
    }

    /// What stands in this field.
    var description: String {
      switch kind {
      case LDNS_RDF_TYPE_DNAME: "a domain name"
      case LDNS_RDF_TYPE_INT8: "a number from 0 to 255"
      case LDNS_RDF_TYPE_INT16: "a number from 0 to 65535"
      case LDNS_RDF_TYPE_INT32: "a number from 0 to 4294967295"
      case LDNS_RDF_TYPE_A: "an IPv4 address"
      case LDNS_RDF_TYPE_AAAA: "an IPv6 address"
      case LDNS_RDF_TYPE_STR: "a string of at most 255 octets"
      case LDNS_RDF_TYPE_LONG_STR: "a string"
      case LDNS_RDF_TYPE_BITMAP: "record types"
      case LDNS_RDF_TYPE_LOC: "a location (RFC 1876)"
      case LDNS_RDF_TYPE_B64: "base64 text"
      case LDNS_RDF_TYPE_HEX: "a row of hexadecimal digits"
      case LDNS_RDF_TYPE_TYPE: "a record type"
      case LDNS_RDF_TYPE_ALG: "a DNSSEC algorithm"
      case LDNS_RDF_TYPE_CERT_ALG: "a certificate type"
      case LDNS_RDF_TYPE_TIME: "a time as YYYYMMDDHHMMSS"
      case LDNS_RDF_TYPE_PERIOD: "a duration"
      case LDNS_RDF_TYPE_TAG: "a tag of letters and digits"
      case LDNS_RDF_TYPE_EUI48: "six pairs of hexadecimal digits with '-' between"
      case LDNS_RDF_TYPE_EUI64: "eight pairs of hexadecimal digits with '-' between"
      case LDNS_RDF_TYPE_ILNP64: "four groups of hexadecimal digits with ':' between"
      default: "data of its type"
      }
    }
  }

  /// Whether `rdata` is well formed for `type`, its names uncompressed.
  static func isValid(_ rdata: [UInt8], for type: RecordType) -> Bool {
    unsafe withRecord(owner: [0], type: type, ttl: 0, rdata: rdata[...]) { record in
      guard case .success(let octets) = unsafe self.rdata(of: record) else { return false }
      return octets == rdata
    } ?? false
  }

  /// A record as a line of a master file, ending with a newline; nil where its RDATA is malformed.
  static func line(
    owner: ArraySlice<UInt8>, type: RecordType, ttl: UInt32, rdata: ArraySlice<UInt8>
  ) -> String? {
    unsafe withRecord(owner: owner, type: type, ttl: ttl, rdata: rdata) { record -> String? in
      // SAFETY: the result is a C string from malloc, freed here after it was copied.
      guard let text = unsafe ldns_rr2str(record) else { return nil }
      defer { unsafe free(text) }
      // An owner that begins with '$' would be taken for a directive.
      return unsafe (text.pointee == CChar(UInt8.dollar) ? "\\" : "") + String(cString: text)
    } ?? nil
  }

  /// Calls `body` with the record that libldns reads from wire form; nil where it reads none, or not all.
  private static func withRecord<T>(
    owner: ArraySlice<UInt8>, type: RecordType, ttl: UInt32, rdata: ArraySlice<UInt8>,
    _ body: (UnsafeMutablePointer<ldns_rr>) -> T
  ) -> T? {
    var wire = Array(owner)
    wire += [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xFF), 0, 1]
    wire += (0..<4).map { UInt8(truncatingIfNeeded: ttl >> (24 - 8 * UInt32($0))) }
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
