import CLdns
import DNSWire

/// One field of a record's RDATA, as libldns describes it.
struct RecordField {
  private let kind: ldns_rdf_type

  /// The fields that every record of `type` has, in order, and whether a list of record types follows them.
  static func fields(of type: RecordType) -> (fields: [RecordField], typesFollow: Bool) {
    // SAFETY: descriptors are static data of libldns.
    guard let descriptor = unsafe ldns_rr_descript(type.rawValue) else { return ([], false) }
    let minimum = unsafe ldns_rr_descriptor_minimum(descriptor)
    let maximum = unsafe ldns_rr_descriptor_maximum(descriptor)
    let kinds = (0..<min(maximum, minimum + 1)).map {
      unsafe ldns_rr_descriptor_field_type(descriptor, $0)
    }
    return (
      kinds.prefix(minimum).filter { $0 != LDNS_RDF_TYPE_BITMAP }.map { RecordField(kind: $0) },
      kinds.contains(LDNS_RDF_TYPE_BITMAP)
    )
  }

  /// Whether the field is a domain name.
  var isName: Bool { kind == LDNS_RDF_TYPE_DNAME }

  /// Whether the field takes just one word, so that the next word belongs to the next field.
  var isOneWord: Bool {
    switch kind {
    case LDNS_RDF_TYPE_DNAME, LDNS_RDF_TYPE_INT8, LDNS_RDF_TYPE_INT16, LDNS_RDF_TYPE_INT32,
      LDNS_RDF_TYPE_A, LDNS_RDF_TYPE_AAAA, LDNS_RDF_TYPE_STR, LDNS_RDF_TYPE_TYPE,
      LDNS_RDF_TYPE_ALG, LDNS_RDF_TYPE_CERT_ALG, LDNS_RDF_TYPE_TIME, LDNS_RDF_TYPE_PERIOD,
      LDNS_RDF_TYPE_TAG, LDNS_RDF_TYPE_EUI48, LDNS_RDF_TYPE_EUI64, LDNS_RDF_TYPE_ILNP64,
      LDNS_RDF_TYPE_CERTIFICATE_USAGE, LDNS_RDF_TYPE_SELECTOR, LDNS_RDF_TYPE_MATCHING_TYPE:
      true
    default: false
    }
  }

  /// Whether `text`, without quotes, can stand as this field. Numbers and types are not left to libldns, which
  /// takes the low bits of a number that is too large, and 0 for a type that it does not know.
  func accepts(_ text: String) -> Bool {
    switch kind {
    case LDNS_RDF_TYPE_INT8: Self.isNumber(text, upTo: 0xFF)
    case LDNS_RDF_TYPE_INT16: Self.isNumber(text, upTo: 0xFFFF)
    case LDNS_RDF_TYPE_INT32: Self.isNumber(text, upTo: 0xFFFF_FFFF)
    case LDNS_RDF_TYPE_TYPE: LDNS.type(named: text) != nil
    case LDNS_RDF_TYPE_DNAME: (try? NameText.name(Array(text.utf8), origin: .root)) != nil
    default: isReadByLDNS(text)
    }
  }

  private static func isNumber(_ text: String, upTo limit: Int) -> Bool {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit), let number = Int(text) else {
      return false
    }
    return number <= limit
  }

  private func isReadByLDNS(_ text: String) -> Bool {
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
    case LDNS_RDF_TYPE_B64: "base64 text"
    case LDNS_RDF_TYPE_HEX: "a row of hexadecimal digits"
    case LDNS_RDF_TYPE_TYPE: "a record type"
    case LDNS_RDF_TYPE_ALG: "a DNSSEC algorithm"
    case LDNS_RDF_TYPE_CERT_ALG: "a certificate type"
    case LDNS_RDF_TYPE_TIME: "a time as YYYYMMDDHHMMSS"
    case LDNS_RDF_TYPE_PERIOD: "a duration"
    case LDNS_RDF_TYPE_LOC: "a location (RFC 1876)"
    case LDNS_RDF_TYPE_TAG: "a tag of letters and digits"
    case LDNS_RDF_TYPE_EUI48: "six pairs of hexadecimal digits with '-' between"
    case LDNS_RDF_TYPE_EUI64: "eight pairs of hexadecimal digits with '-' between"
    case LDNS_RDF_TYPE_ILNP64: "four groups of hexadecimal digits with ':' between"
    default: "data of its type"
    }
  }
}
