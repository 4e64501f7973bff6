import Addresses
import CMaxMindDB
import Glibc

/// An open MaxMind DB, read by libmaxminddb from a private copy in memory.
///
/// This and its extensions are the only place that calls libmaxminddb.
@safe
public final class MaxMindFile: @unchecked Sendable {
  // SAFETY: the structure is filled by MMDB_open in `init`, never written after it, and closed in
  // `deinit`; libmaxminddb only reads it, so threads may share it. The file behind it is sealed.
  @unsafe let handle: UnsafeMutablePointer<MMDB_s>

  /// The path that it was opened by.
  public let path: String
  /// What it says about itself.
  public let metadata: MaxMindMetadata

  /// Opens the file at `path`.
  public convenience init(path: String) throws(GeoDatabaseError) {
    try self.init(PrivateFile(copyOf: path), path: path)
  }

  /// Opens the octets of a file, which came from `path`.
  public convenience init(octets: [UInt8], path: String) throws(GeoDatabaseError) {
    try self.init(PrivateFile(octets: octets, path: path), path: path)
  }

  /// Opens a copy of the file at `path`.
  init(_ file: consuming PrivateFile, path: String) throws(GeoDatabaseError) {
    let trailer = file.tail(128 << 10)
    guard let start = Self.metadataStart(in: trailer) else {
      throw .notADatabase(path: path, reason: "it does not end with the metadata of a MaxMind DB")
    }
    // MMDB_open trusts the structure of the metadata.
    var check = SoundnessCheck()
    guard check.isSound(trailer.span.extracting(start...), at: 0) else {
      throw .notADatabase(path: path, reason: "its metadata is damaged")
    }
    let structure = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
    unsafe structure.initialize(to: MMDB_s())
    let status = unsafe MMDB_open(file.path, UInt32(MMDB_MODE_MMAP), structure)
    guard status == MMDB_SUCCESS else {
      unsafe structure.deallocate()
      throw .notADatabase(path: path, reason: maxMindMessage(status))
    }
    unsafe handle = unsafe structure
    self.path = path
    metadata = unsafe Self.metadata(of: structure.pointee)
    // MMDB_open multiplies in 32 bits.
    guard metadata.nodeCount * metadata.recordSize / 4 + 16 <= file.octetCount else {
      throw .notADatabase(path: path, reason: "its search tree is larger than the file")
    }
  }

  deinit {
    unsafe MMDB_close(handle)
    unsafe handle.deallocate()
  }

  /// Where the metadata begins: behind the last marker, as there may be one in the data.
  private static func metadataStart(in trailer: [UInt8]) -> Int? {
    let marker: [UInt8] = [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
    guard trailer.count > marker.count else { return nil }
    for start in stride(from: trailer.count - marker.count, through: 0, by: -1)
    where trailer[start] == marker[0]
      && trailer[start..<(start + marker.count)].elementsEqual(marker)
    {
      return start + marker.count
    }
    return nil
  }

  // SAFETY: MMDB_open has succeeded, so all strings are set and end with NUL, and the arrays have as
  // many elements as their counts say.
  @unsafe
  private static func metadata(of database: MMDB_s) -> MaxMindMetadata {
    let own = unsafe database.metadata
    let languages = unsafe (0..<own.languages.count).compactMap {
      unsafe own.languages.names[$0].map { unsafe String(cString: $0) }
    }
    var descriptions: [String: String] = [:]
    for index in unsafe 0..<own.description.count {
      guard let entry = unsafe own.description.descriptions[index] else { continue }
      unsafe descriptions[String(cString: entry.pointee.language)] = String(
        cString: entry.pointee.description)
    }
    return unsafe MaxMindMetadata(
      type: String(cString: own.database_type), buildEpoch: own.build_epoch,
      ipVersion: Int(own.ip_version), nodeCount: Int(own.node_count),
      recordSize: Int(own.record_size), languages: languages, descriptions: descriptions)
  }
}

/// libmaxminddb's words for a status.
func maxMindMessage(_ status: Int32) -> String {
  // SAFETY: MMDB_strerror returns a constant string for every number.
  unsafe String(cString: MMDB_strerror(status))
}
