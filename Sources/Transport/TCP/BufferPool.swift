/// The buffers of one worker, by number.
struct BufferPool {
  /// A buffer: its number is its place in the worker's memory.
  struct Buffer: Equatable {
    let number: Int
  }

  private var free: [Buffer]

  init(count: Int) { free = (0..<count).reversed().map { Buffer(number: $0) } }

  /// A free buffer, the one used last; nil where there is none.
  mutating func take() -> Buffer? { free.popLast() }

  mutating func give(_ buffer: Buffer) { free.append(buffer) }
}
