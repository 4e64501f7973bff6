extension Setting {
  /// Every setting, in the order of `sextant.example.yaml`, which explains them.
  static let all: [Setting] = [
    .list("listen", \.listen, .listenAddress, atLeast: 1),
    .value("admin", \.admin, .optional(.listenAddress, or: "off")),
    .value("workers", \.workers, .optional(.number(1...64), or: "auto")),
    .value("user", \.user, .optional(.user, or: "auto")),
    .value("zones", \.zones, .path("a folder")),
    .list("geoip", \.geoip, orAuto: .path("a file")),
    .value("country-centres", \.countryCentres, .path("a file")),
    .value("state", \.state, .optional(.path("a folder"), or: "auto")),
    .value("identity", \.identity, .optional(.text(1...128), or: "off")),
    .value("version", \.version, .optional(.text(1...128), or: "off")),
    .section(
      "udp",
      [.value("payload-size", \.transport.udpPayloadLimit, .number(512...65_535, "octets"))]),
    .section(
      "tcp",
      [
        .value("connections", \.transport.tcpConnectionLimit, .number(1...100_000)),
        .value(
          "connections-per-network", \.transport.tcpNetworkLimit, .number(1...100_000)),
        .value("idle-timeout", \.transport.tcpIdleTimeout, .duration(1...3600)),
        .value("message-timeout", \.transport.tcpMessageTimeout, .duration(1...3600)),
      ]),
    .section(
      "edns",
      [
        .value("client-subnet", \.usesClientSubnet, .flag),
        .list("client-subnet-except", \.zonesWithoutClientSubnet, .zone),
      ]),
    .section(
      "load",
      [
        .value("file", \.loadFile, .optional(.path("a file"), or: "off")),
        .value("lifetime", \.loadLifetime, .seconds(1...86_400)),
      ]),
    .section(
      "cookies",
      [
        .value("secret", \.cookieSecret, .optional(.secret, or: "auto")),
        .value("previous-secret", \.previousCookieSecret, .optional(.secret, or: "off")),
      ]),
    .section(
      "rate-limit",
      [
        .value(
          "answers-per-second", \.rateLimit.answersPerSecond,
          .optional(.number(1...1_000_000), or: "off")),
        .value(
          "octets-per-second", \.rateLimit.octetsPerSecond,
          .optional(.number(10_000...100_000_000, "octets"), or: "off")),
        .value("window", \.rateLimit.window, .seconds(0...3600)),
        .value("slip", \.rateLimit.slip, .number(0...100)),
        .value("ipv4-prefix", \.rateLimit.ipv4Length, .number(8...32, "bits")),
        .value("ipv6-prefix", \.rateLimit.ipv6Length, .number(16...64, "bits")),
        .list("exempt", \.rateLimit.exempt, .network, atMost: 100),
        .value("log-only", \.rateLimit.isLogOnly, .flag),
      ]),
    .section(
      "resolver",
      [
        .list("servers", \.resolver.servers, orAuto: .resolver, 1...8),
        .value("timeout", \.resolver.timeout, .duration(1...30)),
      ]),
  ]
}
