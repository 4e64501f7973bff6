import CMaxMindDB
import Glibc

/// A sealed copy of a file in memory: nobody can change or truncate it while it is mapped.
///
/// libmaxminddb maps the file that it is handed, and a mapped file that shrinks kills the process
/// (SIGBUS); so it is handed this one.
struct PrivateFile: ~Copyable {
  private let descriptor: Int32
  /// How many octets the file has.
  let octetCount: Int

  /// The path under which this process can open the copy.
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Copies the file at `path`.
  init(copyOf path: String) throws(GeoDatabaseError) {
    (descriptor, octetCount) = try Self.copy(path)
  }

  /// Makes a file of octets that were read from `path`.
  init(octets: [UInt8], path: String) throws(GeoDatabaseError) {
    octetCount = octets.count
    descriptor = try Self.memoryFile(path: path) { (file) throws(GeoDatabaseError) in
      var rest = octets[...]
      while !rest.isEmpty {
        // SAFETY: write reads only the octets that it is handed.
        let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        guard count >= 0 || errno == EINTR else {
          throw .unreadable(path: path, reason: systemMessage())
        }
        rest = rest.dropFirst(max(0, count))
      }
    }
  }

  deinit { close(descriptor) }

  private static func copy(_ path: String) throws(GeoDatabaseError) -> (Int32, Int) {
    // SAFETY: Swift passes a string to C with its NUL and keeps it for the call; here and below.
    let source = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard source >= 0 else { throw .unreadable(path: path, reason: systemMessage()) }
    defer { close(source) }
    var status = stat()
    guard unsafe fstat(source, &status) == 0 else {
      throw .unreadable(path: path, reason: systemMessage())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "not a regular file")
    }
    var octetCount = 0
    let copy = try memoryFile(path: path) { (copy) throws(GeoDatabaseError) in
      octetCount = try fill(copy, from: source, path: path)
    }
    return (copy, octetCount)
  }

  /// A memory file that `fill` has filled, sealed.
  private static func memoryFile(
    path: String, fill: (Int32) throws(GeoDatabaseError) -> Void
  ) throws(GeoDatabaseError) -> Int32 {
    let file = unsafe sextant_memory_file("sextant-mmdb")
    guard file >= 0 else { throw .unreadable(path: path, reason: systemMessage()) }
    do throws(GeoDatabaseError) {
      try fill(file)
      guard sextant_seal_memory_file(file) == 0 else {
        throw .unreadable(path: path, reason: systemMessage())
      }
      return file
    } catch {
      close(file)
      throw error
    }
  }

  /// Copies `source` to the memory file `copy`; the count of octets.
  private static func fill(
    _ copy: Int32, from source: Int32, path: String
  ) throws(GeoDatabaseError) -> Int {
    var octetCount = 0
    while true {
      let count = sendfile(copy, source, nil, 1 << 24)
      if count == 0 { break }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .unreadable(path: path, reason: systemMessage()) }
      octetCount += count
      // libmaxminddb counts octets in 32 bits.
      guard octetCount <= UInt32.max else {
        throw .notADatabase(path: path, reason: "it is larger than 4 GiB")
      }
    }
    return octetCount
  }

  /// The last `count` octets, or all where there are fewer.
  func tail(_ count: Int) -> [UInt8] {
    let length = min(count, octetCount)
    // SAFETY: pread writes at most `length` octets, the capacity of the buffer.
    return unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
      initialized = max(
        0, unsafe pread(descriptor, buffer.baseAddress, length, octetCount - length))
    }
  }
}

/// What the last failed system call of this thread says.
func systemMessage() -> String {
  // SAFETY: strerror returns a string that ends with NUL and stays until the thread's next call.
  unsafe String(cString: strerror(errno))
}
