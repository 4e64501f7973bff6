/// One plain value where it stands in an arena: a pointer, free to copy. What reads a part of the value
/// loads that part alone.
@frozen
@safe
public struct Placed<Value: BitwiseCopyable>: @unchecked Sendable, BitwiseCopyable {
  // SAFETY: as in `Table`: the arena that made it, or its table, lives as long as anybody can see this.
  @usableFromInline let pointer: UnsafePointer<Value>

  @usableFromInline
  init(_ pointer: UnsafePointer<Value>) { unsafe self.pointer = unsafe pointer }

  /// The value.
  @inlinable public var value: Value {
    @inline(__always) get { unsafe pointer.pointee }
  }
}

extension Table {
  /// The element at `index`, where it stands.
  @inlinable
  public func place(at index: Int) -> Placed<Element> { unsafe Placed(pointer(at: index)) }
}

extension Arena {
  /// `value` in the arena; valid as long as the arena.
  public func place<Value: BitwiseCopyable>(_ value: Value) -> Placed<Value> {
    table([value]).place(at: 0)
  }
}
