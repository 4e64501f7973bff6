import CMaxMindDB

extension MaxMindFile {
  /// Why a record is of no use, in a few words.
  struct RecordFault: Error, Equatable {
    var reason: String
  }

  /// How many octets the data section has.
  var dataOctetCount: Int {
    // SAFETY: `handle` is an open database.
    unsafe Int(handle.pointee.data_section_size)
  }

  /// Throws where the value at `offset` of the data section is unsound. The functions below may only be
  /// called for a value that is sound. `check` has seen nothing yet, or other values of this file.
  func checkRecord(at offset: UInt32, _ check: inout SoundnessCheck) throws(RecordFault) {
    // SAFETY: `handle` is open: its data section has that many octets for as long as it is.
    let section = unsafe UnsafeBufferPointer(
      start: handle.pointee.data_section, count: dataOctetCount)
    guard check.isSound(unsafe section.span, at: Int(offset)) else {
      throw RecordFault(reason: "its structure is broken")
    }
  }

  /// The string that `path` leads to inside the record at `offset`; nil where there is nothing.
  func string(at offset: UInt32, _ path: LookupPath) throws(RecordFault) -> String? {
    guard let data = unsafe try data(at: offset, path) else { return nil }
    guard let text = unsafe Self.string(data) else {
      throw RecordFault(reason: "\(path) is not a string")
    }
    return text
  }

  /// The whole number that `path` leads to; nil where there is nothing.
  func number(at offset: UInt32, _ path: LookupPath) throws(RecordFault) -> UInt32? {
    guard let data = unsafe try data(at: offset, path) else { return nil }
    let number: UInt32? =
      switch unsafe Int32(data.type) {
      case MMDB_DATA_TYPE_UINT16: unsafe UInt32(data.uint16)
      case MMDB_DATA_TYPE_UINT32: unsafe data.uint32
      case MMDB_DATA_TYPE_UINT64: unsafe UInt32(exactly: data.uint64)
      case MMDB_DATA_TYPE_INT32: unsafe UInt32(exactly: data.int32)
      default: nil
      }
    guard let number else { throw RecordFault(reason: "\(path) is not a number of 32 bits") }
    return number
  }

  /// The fraction that `path` leads to; nil where there is nothing.
  func fraction(at offset: UInt32, _ path: LookupPath) throws(RecordFault) -> Double? {
    guard let data = unsafe try data(at: offset, path) else { return nil }
    switch unsafe Int32(data.type) {
    case MMDB_DATA_TYPE_DOUBLE: return unsafe data.double_value
    case MMDB_DATA_TYPE_FLOAT: return unsafe Double(data.float_value)
    default: throw RecordFault(reason: "\(path) is not a double")
    }
  }

  @unsafe
  private func data(
    at offset: UInt32, _ path: LookupPath
  ) throws(RecordFault) -> MMDB_entry_data_s? {
    var entry = unsafe MMDB_entry_s(mmdb: handle, offset: offset)
    var data = unsafe MMDB_entry_data_s()
    // SAFETY: `handle` is open, the record is sound, and `path.keys` ends with nil.
    let status = unsafe MMDB_aget_value(&entry, &data, path.keys)
    switch status {
    case MMDB_SUCCESS: return unsafe data.has_data ? data : nil
    case MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR, MMDB_INVALID_LOOKUP_PATH_ERROR: return nil
    default: throw RecordFault(reason: maxMindMessage(status))
    }
  }

  /// The whole value at `offset`.
  func value(at offset: UInt32) throws(RecordFault) -> MaxMindValue {
    var entry = unsafe MMDB_entry_s(mmdb: handle, offset: offset)
    var first: UnsafeMutablePointer<MMDB_entry_data_list_s>?
    // SAFETY: `handle` is open and the record is sound, so the list is short and not deep. It is freed
    // here, and its strings, which lie in the file, are copied before.
    let status = unsafe MMDB_get_entry_data_list(&entry, &first)
    defer { unsafe MMDB_free_entry_data_list(first) }
    guard status == MMDB_SUCCESS else { throw RecordFault(reason: maxMindMessage(status)) }
    var list = unsafe EntryList(next: first)
    return unsafe try list.value()
  }

  // SAFETY: data of that type points to `data_size` octets of the file.
  @unsafe
  fileprivate static func string(_ data: MMDB_entry_data_s) -> String? {
    guard unsafe data.type == UInt32(MMDB_DATA_TYPE_UTF8_STRING) else { return nil }
    let octets = unsafe UnsafeBufferPointer(start: data.utf8_string, count: Int(data.data_size))
    return unsafe String(validating: octets, as: Unicode.UTF8.self)
  }
}

/// The flat list of values that libmaxminddb makes of a record.
@unsafe
private struct EntryList {
  var next: UnsafeMutablePointer<MMDB_entry_data_list_s>?

  /// Takes a whole value off the list.
  mutating func value() throws(MaxMindFile.RecordFault) -> MaxMindValue {
    guard let entry = unsafe next?.pointee else {
      throw MaxMindFile.RecordFault(reason: "it ends in the middle")
    }
    unsafe next = unsafe entry.next
    let data = unsafe entry.entry_data
    let count = unsafe Int(data.data_size)
    switch unsafe Int32(data.type) {
    case MMDB_DATA_TYPE_MAP:
      var entries: [MaxMindValue.Entry] = []
      for _ in 0..<count {
        guard case .string(let key) = unsafe try value() else {
          throw MaxMindFile.RecordFault(reason: "a key is not a string")
        }
        entries.append(MaxMindValue.Entry(key, unsafe try value()))
      }
      return .map(entries)
    case MMDB_DATA_TYPE_ARRAY:
      var values: [MaxMindValue] = []
      for _ in 0..<count { values.append(unsafe try value()) }
      return .array(values)
    case MMDB_DATA_TYPE_UTF8_STRING:
      guard let text = unsafe MaxMindFile.string(data) else {
        throw MaxMindFile.RecordFault(reason: "a string is not UTF-8")
      }
      return .string(text)
    case MMDB_DATA_TYPE_BYTES:
      return .bytes(unsafe Array(UnsafeBufferPointer(start: data.bytes, count: count)))
    case MMDB_DATA_TYPE_DOUBLE: return .double(unsafe data.double_value)
    case MMDB_DATA_TYPE_FLOAT: return .float(unsafe data.float_value)
    case MMDB_DATA_TYPE_UINT16: return .uint16(unsafe data.uint16)
    case MMDB_DATA_TYPE_UINT32: return .uint32(unsafe data.uint32)
    case MMDB_DATA_TYPE_UINT64: return .uint64(unsafe data.uint64)
    case MMDB_DATA_TYPE_INT32: return .int32(unsafe data.int32)
    case MMDB_DATA_TYPE_BOOLEAN: return .boolean(unsafe data.boolean)
    case MMDB_DATA_TYPE_UINT128:
      var high: UInt64 = 0
      var low: UInt64 = 0
      unsafe withUnsafePointer(to: data) { unsafe sextant_entry_uint128($0, &high, &low) }
      return .uint128(UInt128(high) << 64 | UInt128(low))
    default: throw MaxMindFile.RecordFault(reason: "a value is of no known type")
    }
  }
}
