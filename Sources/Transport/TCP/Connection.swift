import Addresses

/// One TCP connection, in its slot. What it holds of buffers is taken only while it needs it.
package struct Connection {
  /// What a connection waits for, and so by which timeout it is closed.
  enum State: Int, CaseIterable {
    /// The slot is free.
    case closed
    /// For a message, nothing of which has come.
    case idle
    /// For the rest of a message, or for the client to take up its replies.
    case busy
  }

  var peer = SocketAddress(IPAddress(ipv4: 0), port: 0)
  /// The address at this end.
  var local = IPAddress(ipv4: 0)
  /// Tells this connection from earlier ones in the slot.
  var generation: UInt32 = 0
  /// Changed by `ConnectionTable` alone.
  var state = State.closed
  /// Since when it has been in this state, or made progress in it, in milliseconds.
  var since: UInt64 = 0
  /// The neighbours in the list of its state, the free ones too: older and newer; -1 at the ends.
  var older: Int32 = -1
  var newer: Int32 = -1

  /// How many octets of a message have been received. They are in the slot's own memory, or where they are
  /// too many for it, at the start of a buffer.
  var inputCount = 0
  var input: BufferPool.Buffer?
  /// Replies that the client has not yet taken: octets of a buffer.
  var output: BufferPool.Buffer?
  var outputStart = 0
  var outputEnd = 0

  package init() {}
}
