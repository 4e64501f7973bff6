/// One end of a stream of octets, as a TCP connection is: a socket, or in a test a script. No call waits.
package protocol StreamSocket {
  /// Receives into `bytes`.
  func receive(into bytes: UnsafeMutableRawBufferPointer) -> Transfer
  /// Sends `bytes`, or a first part of them.
  func send(_ bytes: UnsafeRawBufferPointer) -> Transfer
  func close()
}

/// What a call that does not wait came to.
package enum Transfer: Equatable {
  /// That many octets went through; 0 from `receive` is the end of the stream.
  case octets(Int)
  /// It would have to wait.
  case wouldBlock
  /// The connection is of no use any more.
  case failed
}

extension Descriptor: StreamSocket {}
