import Foundation
import Glibc
import Testing

/// A folder that anybody may read and that goes with this object.
final class TemporaryFolder {
  /// Its path.
  let path: String

  /// A folder in `parent`, or in the system's for such.
  init(in parent: URL = FileManager.default.temporaryDirectory) {
    path = parent.appendingPathComponent("sextant-\(UUID())").path
    try? FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
  }

  /// A folder whose files may have any time that a number of 64 bits names, where the system has one.
  static func withAllTimes() -> TemporaryFolder {
    let memory = URL(fileURLWithPath: "/dev/shm")
    return FileManager.default.isWritableFile(atPath: memory.path)
      ? TemporaryFolder(in: memory) : TemporaryFolder()
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Removes a file.
  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// Gives a file a time of its last change, in seconds since 1970, or the nearest that its file system keeps.
  func setModificationTime(of name: String, _ seconds: Int) {
    let time = timespec(tv_sec: seconds, tv_nsec: 0)
    // SAFETY: utimensat reads two structures.
    let result = unsafe [time, time].withUnsafeBufferPointer {
      unsafe utimensat(AT_FDCWD, path(name), $0.baseAddress, 0)
    }
    #expect(result == 0)
  }

  /// The text of a file; empty where there is none.
  func read(_ name: String) -> String {
    (try? Data(contentsOf: URL(fileURLWithPath: path(name)))).map {
      String(decoding: $0, as: UTF8.self)
    } ?? ""
  }

  /// Writes a file, in the place of one that is there and at once; its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Data(text.utf8))
  }

  /// Writes a file, in the place of one that is there and at once; its path.
  @discardableResult
  func write(_ name: String, _ data: Data) throws -> String {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file, options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
    return file.path
  }
}
