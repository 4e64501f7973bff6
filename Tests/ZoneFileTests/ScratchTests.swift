import Testing
import Foundation
import DNSWire
@testable import ZoneFile
@Test func scratch() throws {
  for p in (ProcessInfo.processInfo.environment["TRY"] ?? "").split(separator: ",") {
    let start = ContinuousClock.now
    let l = ZoneLoader(now: newYear).load(path: String(p), apex: example)
    print(ContinuousClock.now - start)
    print(l.rendered())
    if ProcessInfo.processInfo.environment["EXPORT"] != nil, let z = l.zone { print(plainMasterFile(of: z)) }
    print(l.errorCount, l.warningCount)
  }
}
