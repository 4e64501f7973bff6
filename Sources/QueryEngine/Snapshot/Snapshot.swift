import DNSWire
import FlatMemory
import Steering

/// One version of everything that answers are made from: a plain pointer, free to copy.
@safe
public struct Snapshot: @unchecked Sendable {
  // SAFETY: points into a `SnapshotStorage`, which the control plane keeps until `Publication.publish`
  // of a later version has returned; nothing writes to it after it is made.
  let root: UnsafePointer<SnapshotRoot>

  init(root: UnsafePointer<SnapshotRoot>) { unsafe self.root = unsafe root }

  /// The pointer as a number, for an atomic.
  var bits: UInt { unsafe UInt(bitPattern: root) }

  init(bits: UInt) {
    guard let pointer = unsafe UnsafePointer<SnapshotRoot>(bitPattern: bits) else {
      preconditionFailure("a publication always holds a version")
    }
    unsafe root = pointer
  }

  var catalogue: Catalogue { unsafe root.pointee.catalogue }

  var pools: PoolTable { unsafe root.pointee.pools }

  var serving: ServingChoices { unsafe root.pointee.serving }

  var settings: SettingsImage { unsafe root.pointee.settings }

  var key: NameHashKey { unsafe root.pointee.key }

  func zone(_ index: UInt32) -> Placed<ServedZone> { catalogue.zones.place(at: Int(index)) }
}
