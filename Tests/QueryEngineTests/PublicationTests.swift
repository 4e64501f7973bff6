import Foundation
import Synchronization
import Testing

@testable import QueryEngine

struct PublicationTests {
  /// What is published while readers are at work is whole, in order, and freed only when nobody reads it.
  @Test func readersSeeWholeVersionsInOrder() {
    let board = Board()
    let versions: UInt = 500
    let readers = 3
    let group = DispatchGroup()
    for _ in 0..<readers {
      thread(group) {
        let reader = board.publication.register()
        var last: UInt = 0
        var turns = 0
        while !board.isDone {
          let number = Version.number(reader.quiescent()) ?? 0
          if number < max(last, 1) { board.faults.add(1, ordering: .relaxed) }
          last = number
          turns += 1
          if turns == 1 { board.ready.add(1, ordering: .releasing) }
          if turns % 16 == 0 { reader.offline() }
          sched_yield()
        }
        board.slowest.min(last, ordering: .relaxed)
      }
    }
    while board.ready.load(ordering: .acquiring) < readers { sched_yield() }
    var current = board.first
    for number in 2...versions {
      let next = Version.make(number)
      board.publication.publish(next)
      Version.free(current)
      current = next
    }
    board.done.store(true, ordering: .releasing)
    group.wait()
    let (faults, slowest) = (
      board.faults.load(ordering: .relaxed), board.slowest.load(ordering: .relaxed)
    )
    #expect(faults == 0)
    #expect(slowest > 1)
    Version.free(current)
  }

  /// `publish` returns only when the reader has left the older version.
  @Test func publishWaitsForReaders() {
    let board = Board()
    let group = DispatchGroup()
    let reader = board.publication.register()
    let witness = board.publication.register()
    #expect(Version.number(reader.quiescent()) == 1)
    let second = Version.make(2)
    thread(group) {
      board.publication.publish(second)
      board.done.store(true, ordering: .releasing)
    }
    while Version.number(witness.quiescent()) != 2 { sched_yield() }
    witness.offline()
    for _ in 0..<1000 {
      sched_yield()
      #expect(!board.isDone)
    }
    #expect(Version.number(reader.quiescent()) == 2)
    group.wait()
    #expect(board.isDone)
  }

  /// A reader that sleeps, or is gone, holds nothing back.
  @Test func publishDoesNotWaitForWhoIsOffline() {
    let board = Board()
    let sleeping = board.publication.register()
    _ = sleeping.quiescent()
    sleeping.offline()
    do {
      let gone = board.publication.register()
      _ = gone.quiescent()
    }
    board.publication.publish(Version.make(2))
    #expect(Version.number(sleeping.quiescent()) == 2)
  }

  /// The place of a reader that is gone is another's.
  @Test func readersMakeRoom() {
    let board = Board()
    for _ in 0..<(3 * Publication.maximumReaders) {
      let reader = board.publication.register()
      #expect(Version.number(reader.quiescent()) == 1)
    }
  }
}

/// What the threads of a test share.
private final class Board: Sendable {
  let first = Version.make(1)
  let publication: Publication
  let ready = Atomic<Int>(0)
  let done = Atomic<Bool>(false)
  let faults = Atomic<Int>(0)
  let slowest = Atomic<UInt>(.max)

  var isDone: Bool { done.load(ordering: .acquiring) }

  init() { publication = Publication(first) }
}

/// A version that can be told from half of one, and from freed memory.
private enum Version {
  static let words = 64

  static func make(_ number: UInt) -> Snapshot {
    let memory = UnsafeMutablePointer<UInt>.allocate(capacity: words)
    unsafe memory.initialize(repeating: number, count: words)
    return Snapshot(bits: UInt(bitPattern: memory))
  }

  /// Overwrites it before it is freed, so that whoever is still in it would see.
  static func free(_ version: Snapshot) {
    guard let memory = unsafe UnsafeMutablePointer<UInt>(bitPattern: version.bits) else { return }
    unsafe memory.update(repeating: 0, count: words)
    unsafe memory.deallocate()
  }

  /// The number that all words have; nil where they differ or are a freed version's.
  static func number(_ version: Snapshot) -> UInt? {
    guard let memory = unsafe UnsafePointer<UInt>(bitPattern: version.bits) else { return nil }
    let words = unsafe UnsafeBufferPointer(start: memory, count: words)
    guard let first = unsafe words.first, first != 0 else { return nil }
    return unsafe words.allSatisfy { $0 == first } ? first : nil
  }
}

/// Runs `body` on a thread of its own.
private func thread(_ group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
  group.enter()
  Thread {
    body()
    group.leave()
  }.start()
}
