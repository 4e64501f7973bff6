// What a look-up in a map of a million networks costs, in loads from an array of 25 MB at random places, and
// what memory the map takes. Each look-up begins with what the last one found, each load too. Rounds are short
// and in turns, time is that of the thread, and a figure is the median of the rounds' ratios: other load on
// the machine then meets both alike. Exits with 1 where a random look-up of IPv4 costs more than 2.5 loads from
// an array in huge pages, which are the cheaper ones, or a map takes more than 25 MB.

import Addresses
import DNSWire
import GeoDatabase
import GeoMap
import Glibc

let loadsAtMost = 2.5
let megabytesAtMost = 25.0
let rounds = 60
let stepsARound = 50_000
let outcomeCount = 256

/// Nanoseconds that this thread has run.
func threadTime() -> Double {
  var time = timespec()
  // SAFETY: clock_gettime writes the structure that it is handed.
  _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Nanoseconds of a step of `body`, which is handed what it yielded last.
func cost(_ body: (_ step: Int, _ last: UInt32) -> UInt32) -> Double {
  var last: UInt32 = 0
  let begin = threadTime()
  for step in 0..<stepsARound { last = body(step, last) }
  let cost = (threadTime() - begin) / Double(stepsARound)
  // What was yielded has to be worked out.
  return last == .max ? -cost : cost
}

struct Workload {
  var name: String
  var storage: GeoMapStorage
  var client: (inout RandomGenerator) -> IPAddress
  var isBounded: Bool
}

func compile(_ networks: [IPPrefix], _ generator: inout RandomGenerator) throws -> GeoMapStorage {
  var matchers = [[GeoMatcher]](repeating: [], count: outcomeCount)
  for network in networks {
    matchers[Int.random(in: 0..<outcomeCount, using: &generator)].append(.network(network))
  }
  matchers[0].append(.default)
  let rules = matchers.enumerated().map { GeoRule(matchers: $1, items: [$0]) }
  return try GeoDatabases([]).compile(rules).storage
}

func inside(_ networks: [IPPrefix]) -> (inout RandomGenerator) -> IPAddress {
  { generator in
    let network = networks[Int.random(in: networks.indices, using: &generator)]
    let hostBits = network.address.bitWidth - network.length
    let hosts = ((1 as UInt128) << UInt128(hostBits)) &- 1
    let host = UInt128.random(in: 0...hosts, using: &generator)
    let number = network.address.number | host
    return network.address.isIPv4
      ? IPAddress(ipv4: UInt32(truncatingIfNeeded: number)) : IPAddress(ipv6: number)
  }
}

func anyIPv4(_ generator: inout RandomGenerator) -> IPAddress {
  IPAddress(ipv4: UInt32.random(in: .min ... .max, using: &generator))
}

/// The median ratios and costs of a workload: of a look-up, of a load in small pages and in huge ones.
func measure(
  _ workload: Workload, _ small: RandomArray, _ huge: RandomArray,
  _ generator: inout RandomGenerator
) -> (lookup: Double, small: Double, huge: Double, overSmall: Double, overHuge: Double) {
  var seen: [(lookup: Double, small: Double, huge: Double)] = []
  let map = workload.storage.map
  for _ in 0..<rounds {
    let clients = (0..<stepsARound).map { _ in workload.client(&generator) }
    let indexes = (0..<stepsARound).map { _ in
      UInt32.random(in: 0..<RandomArray.count, using: &generator)
    }
    let lookup = cost { step, last in
      let client = clients[step]
      // Outcomes have no bit there.
      let next = IPAddress(dependent: client, on: UInt64(last &>> 16))
      let found = map.lookup(next)
      return found.outcome ^ UInt32(truncatingIfNeeded: found.scope)
    }
    let inSmall = cost { step, last in small.load(indexes[step] ^ last &>> 24) }
    let inHuge = cost { step, last in huge.load(indexes[step] ^ last &>> 24) }
    seen.append((lookup, inSmall, inHuge))
  }
  withExtendedLifetime(workload.storage) {}
  return (
    median(seen.map(\.lookup)), median(seen.map(\.small)), median(seen.map(\.huge)),
    median(seen.map { $0.lookup / $0.small }), median(seen.map { $0.lookup / $0.huge })
  )
}

extension IPAddress {
  /// `client`, once `zero`, which is 0, is known.
  @inline(__always)
  init(dependent client: IPAddress, on zero: UInt64) {
    if client.isIPv4 {
      self.init(ipv4: client.ipv4 ^ UInt32(truncatingIfNeeded: zero))
    } else {
      self.init(high: client.high ^ zero, low: client.low)
    }
  }
}

func pad(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

func tenths(_ number: Double) -> String {
  let scaled = Int((number * 100).rounded())
  return "\(scaled / 100)." + (scaled % 100 < 10 ? "0" : "") + "\(scaled % 100)"
}

func run() throws -> Bool {
  var generator = RandomGenerator(seed: 4)
  let small = RandomArray(hugePages: false)
  let huge = RandomArray(hugePages: true)
  var workloads: [Workload] = []
  for (name, networks) in [
    ("IPv4", Networks.spread(&generator)), ("IPv4 crowded", Networks.crowded(&generator)),
    ("IPv6", Networks.ipv6(&generator)),
  ] {
    let storage = try compile(networks, &generator)
    if name != "IPv6" {
      workloads.append(
        Workload(name: "\(name), anywhere", storage: storage, client: anyIPv4, isBounded: true))
    }
    workloads.append(
      Workload(
        name: "\(name), in networks", storage: storage, client: inside(networks),
        isBounded: false))
  }
  print("a million networks         intervals    MB  look-up ns  load ns  huge  ratio  huge")
  var holds = true
  for workload in workloads {
    let seen = measure(workload, small, huge, &generator)
    let megabytes = Double(workload.storage.octetCount) / 1e6
    let isBad = megabytes > megabytesAtMost || workload.isBounded && seen.overHuge > loadsAtMost
    holds = holds && !isBad
    print(
      workload.name + String(repeating: " ", count: 25 - workload.name.count)
        + pad("\(workload.storage.intervalCount)", 11) + pad(tenths(megabytes), 6)
        + pad(tenths(seen.lookup), 12) + pad(tenths(seen.small), 9) + pad(tenths(seen.huge), 6)
        + pad(tenths(seen.overSmall), 7) + pad(tenths(seen.overHuge), 6)
        + (isBad ? "  TOO MUCH" : ""))
  }
  return holds
}

exit(try run() ? 0 : 1)
