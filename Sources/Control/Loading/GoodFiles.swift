import DNSWire
import SourceText
import ZoneFile

/// The files of a version that were found good, on their way into the state folder.
struct GoodFiles {
  var zones: [(apex: DomainName, sources: [SourceFile])] = []
  var databases: [(path: String, octets: [UInt8])] = []
}
