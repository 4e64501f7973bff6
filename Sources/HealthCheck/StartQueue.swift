import HealthState

/// The planned starts of probes, the earliest first: a binary heap. Plans are not taken back: one whose
/// schedule no longer counts is passed over when it comes up.
struct StartQueue {
  /// A planned start.
  struct Plan {
    let start: UInt64
    let schedule: UInt64
    let key: ProbeKey
  }

  private var heap: [Plan] = []

  /// The earliest plan.
  var first: Plan? { heap.first }

  /// Adds a plan; O(log n).
  mutating func insert(_ plan: Plan) {
    heap.append(plan)
    var child = heap.count - 1
    while child > 0, heap[child].start < heap[(child - 1) / 2].start {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes the earliest plan out; O(log n).
  mutating func removeFirst() -> Plan? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      let children = (2 * parent + 1)..<min(2 * parent + 3, max(heap.count, 2 * parent + 1))
      guard let child = children.min(by: { heap[$0].start < heap[$1].start }),
        heap[child].start < heap[parent].start
      else { return first }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
