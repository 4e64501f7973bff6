// swift-tools-version: 6.2
import PackageDescription

/// Every target is built with strict memory safety: an unsafe construct has to be marked where it stands.
let strict: [SwiftSetting] = [.strictMemorySafety()]

/// The data plane spans several modules; one `answer` has to be optimized as one piece of code.
let dataPlane: [SwiftSetting] =
  strict + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

let package = Package(
  name: "sextant",
  products: [.executable(name: "sextant", targets: ["sextant"])],
  targets: [
    // C libraries.
    .systemLibrary(name: "CLdns", pkgConfig: "ldns", providers: [.apt(["libldns-dev"])]),
    .systemLibrary(
      name: "CMaxMindDB", pkgConfig: "libmaxminddb", providers: [.apt(["libmaxminddb-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(name: "CCares", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CLinux"),

    // Foundations.
    .target(name: "LinuxSystem", dependencies: ["CLinux"], swiftSettings: dataPlane),
    .target(name: "Addresses", swiftSettings: dataPlane),
    .target(name: "FlatMemory", swiftSettings: dataPlane),
    .target(
      name: "DNSWire", dependencies: ["Addresses", "FlatMemory"], swiftSettings: dataPlane),

    // The data plane.
    .target(name: "GeoMap", dependencies: ["Addresses"], swiftSettings: dataPlane),
    .target(name: "HealthState", dependencies: ["Addresses"], swiftSettings: dataPlane),
    .target(name: "Migration", swiftSettings: dataPlane),
    .target(
      name: "ZoneStore", dependencies: ["DNSWire", "FlatMemory"], swiftSettings: dataPlane),
    .target(
      name: "Steering",
      dependencies: ["Addresses", "DNSWire", "FlatMemory", "GeoMap", "HealthState"],
      swiftSettings: dataPlane),
    .target(
      name: "QueryEngine",
      dependencies: [
        "Addresses", "DNSWire", "FlatMemory", "ZoneStore", "GeoMap", "HealthState", "Steering",
        "Migration",
      ],
      swiftSettings: dataPlane),
    .target(
      name: "Transport",
      dependencies: ["Addresses", "FlatMemory", "QueryEngine", "LinuxSystem", "CLinux"],
      swiftSettings: dataPlane),

    // The control plane.
    .target(name: "SourceText", swiftSettings: strict),
    .target(
      name: "ZoneFile",
      dependencies: [
        "Addresses", "DNSWire", "GeoMap", "HealthState", "Migration", "SourceText", "Steering",
        "CLdns",
      ],
      swiftSettings: strict),
    .target(
      name: "Configuration",
      dependencies: [
        "Addresses", "DNSWire", "HostLookup", "QueryEngine", "SourceText", "Transport", "CYAML",
      ],
      swiftSettings: strict),
    .target(
      name: "GeoDatabase", dependencies: ["Addresses", "GeoMap", "CMaxMindDB"],
      swiftSettings: strict),
    .target(
      name: "HealthCheck",
      dependencies: ["Addresses", "HealthState", "LinuxSystem", "CCurl", "CLinux"],
      swiftSettings: strict),
    .target(
      name: "HostLookup",
      dependencies: ["Addresses", "DNSWire", "LinuxSystem", "CCares", "CLdns"],
      swiftSettings: strict),
    .target(
      name: "ZoneCompiler",
      dependencies: [
        "Addresses", "DNSWire", "FlatMemory", "ZoneFile", "ZoneStore", "GeoDatabase", "GeoMap",
        "Steering", "HealthState", "Migration", "QueryEngine", "SourceText",
      ],
      swiftSettings: strict),
    .target(
      name: "Explain",
      dependencies: [
        "Addresses", "DNSWire", "GeoDatabase", "HealthState", "QueryEngine", "Steering",
        "ZoneCompiler", "CLdns",
      ],
      swiftSettings: strict),
    .target(
      name: "Replay",
      dependencies: ["Addresses", "DNSWire", "GeoMap", "SourceText", "ZoneCompiler"],
      swiftSettings: strict),
    .target(
      name: "Control",
      dependencies: [
        "Configuration", "Explain", "ZoneCompiler", "ZoneFile", "GeoDatabase", "HealthCheck",
        "Migration", "SourceText", "Transport", "QueryEngine", "LinuxSystem", "CCurl",
        "CMicroHTTPD", "CLinux",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "sextant",
      dependencies: [
        "Addresses", "Configuration", "Control", "DNSWire", "Explain", "GeoDatabase", "HealthState",
        "LinuxSystem", "Migration", "QueryEngine", "Replay", "SourceText", "Steering",
        "ZoneCompiler", "ZoneFile",
      ],
      swiftSettings: strict),

    // Counted instructions (Scripts/instructions).
    .executableTarget(
      name: "AnswerBench", dependencies: ["DNSWire", "TestSupport"], path: "Benchmarks/AnswerBench",
      swiftSettings: strict),
    // Timed look-ups (`make bench-geomap`).
    .executableTarget(
      name: "GeoMapBench", dependencies: ["Addresses", "DNSWire", "GeoDatabase", "GeoMap"],
      path: "Benchmarks/GeoMapBench", swiftSettings: dataPlane),
    // Parsers of outside octets, and a test that feeds them what is in Fuzz/Corpus.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Addresses", "Configuration", "DNSWire", "GeoDatabase", "HealthState", "QueryEngine",
        "SourceText", "Steering", "TestSupport", "Transport", "ZoneCompiler", "ZoneFile",
      ],
      path: "Fuzz/Targets", swiftSettings: strict),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"], swiftSettings: strict),

    // Tests, one target a module.
    .testTarget(name: "AddressesTests", dependencies: ["Addresses"], swiftSettings: strict),
    .testTarget(
      name: "DNSWireTests", dependencies: ["Addresses", "DNSWire"], swiftSettings: strict),
    .testTarget(
      name: "ZoneStoreTests", dependencies: ["DNSWire", "ZoneStore"], swiftSettings: strict),
    .testTarget(
      name: "SteeringTests",
      dependencies: ["Addresses", "DNSWire", "FlatMemory", "GeoMap", "HealthState", "Steering"],
      swiftSettings: strict),
    .testTarget(name: "HealthStateTests", dependencies: ["HealthState"], swiftSettings: strict),
    .testTarget(
      name: "HealthCheckTests", dependencies: ["HealthCheck", "LinuxSystem", "CCurl"],
      swiftSettings: strict),
    .testTarget(
      name: "HostLookupTests", dependencies: ["Addresses", "DNSWire", "HostLookup", "LinuxSystem"],
      swiftSettings: strict),
    .testTarget(
      name: "ControlTests",
      dependencies: ["Addresses", "Control", "DNSWire", "QueryEngine", "SourceText", "ZoneFile"],
      swiftSettings: strict),
    .testTarget(
      name: "GeoMapTests", dependencies: ["Addresses", "DNSWire", "GeoMap"], swiftSettings: strict),
    .testTarget(
      name: "GeoDatabaseTests", dependencies: ["Addresses", "DNSWire", "GeoMap", "GeoDatabase"],
      swiftSettings: strict),
    .testTarget(
      name: "ZoneFileTests",
      dependencies: [
        "Addresses", "DNSWire", "GeoMap", "HealthState", "Migration", "SourceText", "TestSupport",
        "ZoneFile",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ZoneCompilerTests",
      dependencies: [
        "Addresses", "DNSWire", "GeoDatabase", "HealthState", "SourceText", "TestSupport",
        "ZoneCompiler", "ZoneFile",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ReplayTests",
      dependencies: [
        "Addresses", "DNSWire", "GeoDatabase", "HealthState", "Replay", "SourceText",
        "ZoneCompiler", "ZoneFile",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConfigurationTests",
      dependencies: [
        "Addresses", "Configuration", "DNSWire", "HostLookup", "QueryEngine", "SourceText",
        "TestSupport", "Transport",
      ],
      swiftSettings: strict),
    .testTarget(name: "MigrationTests", dependencies: ["Migration"], swiftSettings: strict),
    .target(name: "CMallocCounter", path: "Tests/CMallocCounter"),
    .target(
      name: "TestSupport",
      dependencies: [
        "Addresses", "CLdns", "DNSWire", "GeoDatabase", "HealthState", "QueryEngine",
        "SourceText", "Steering", "ZoneCompiler", "ZoneFile",
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "QueryEngineTests",
      dependencies: [
        "QueryEngine", "TestSupport", "CMallocCounter", "DNSWire", "FlatMemory", "GeoDatabase",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "Addresses", "Control", "DNSWire", "GeoDatabase", "Migration", "TestSupport", "Transport",
        "sextant",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TransportTests",
      dependencies: [
        "Addresses", "CLinux", "FlatMemory", "LinuxSystem", "QueryEngine", "Transport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "DocumentationTests",
      dependencies: [
        "DNSWire", "GeoDatabase", "HealthState", "SourceText", "ZoneCompiler", "ZoneFile",
        "sextant",
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)

// `make fuzz` links this library with libFuzzer.
if Context.environment["SEXTANT_FUZZ"] != nil {
  package.products.append(
    .library(name: "FuzzTargets", type: .static, targets: ["FuzzTargets"]))
}
