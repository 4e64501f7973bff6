/// One version of everything that answers are made from: a plain pointer, free to copy.
@frozen
@safe
public struct Snapshot: @unchecked Sendable {
  // SAFETY: points to memory that the control plane keeps until `Publication.publish` of a later
  // version has returned; nothing writes to it after it is published.
  let root: UnsafeRawPointer

  /// The pointer as a number, for an atomic.
  var bits: UInt { unsafe UInt(bitPattern: root) }

  init(bits: UInt) {
    guard let pointer = unsafe UnsafeRawPointer(bitPattern: bits) else {
      preconditionFailure("a publication always holds a version")
    }
    unsafe root = pointer
  }
}
