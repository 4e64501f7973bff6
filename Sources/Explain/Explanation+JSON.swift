import GeoDatabase

extension Explanation {
  /// The explanation as one JSON object.
  public var json: String {
    var fields: [MaxMindValue.Entry] = [
      .init("name", .string("\(name)")), .init("type", .string(type)),
      .init("client", .string("\(client)")), .init("location", .map(locationFields)),
    ]
    if let zone {
      fields.append(
        .init(
          "zone",
          .map([.init("apex", .string("\(zone.apex)")), .init("serial", .uint32(zone.serial))])))
    }
    fields.append(.init("steered", .array(steered.map(\.value))))
    if let scope { fields.append(.init("scope", .uint32(UInt32(scope)))) }
    if let reply {
      fields.append(.init("code", .string(reply.code)))
      fields.append(.init("answer", .array(reply.answer.map { .string($0) })))
      fields.append(.init("packet", .string(reply.hexadecimal)))
      fields.append(.init("text", .string(reply.text)))
    }
    return MaxMindValue.map(fields).json
  }

  private var locationFields: [MaxMindValue.Entry] {
    var fields: [MaxMindValue.Entry] = []
    if let continent = location.continent { fields.append(.init("continent", .string(continent))) }
    if let country = location.country { fields.append(.init("country", .string(country))) }
    if !location.subdivisions.isEmpty {
      fields.append(.init("subdivisions", .array(location.subdivisions.map { .string($0) })))
    }
    if let city = location.city { fields.append(.init("city", .uint32(city))) }
    if let asn = location.asn { fields.append(.init("asn", .uint32(asn))) }
    if let place = location.coordinates {
      fields.append(.init("latitude", .double(place.latitude)))
      fields.append(.init("longitude", .double(place.longitude)))
    }
    if let network = location.network { fields.append(.init("network", .string("\(network)"))) }
    if let network = location.asnNetwork {
      fields.append(.init("asn_network", .string("\(network)")))
    }
    return fields
  }
}

extension Explanation.SteeredName {
  fileprivate var value: MaxMindValue {
    var fields: [MaxMindValue.Entry] = [
      .init("owner", .string(owner)), .init("steer", .string(text)), .init("place", .string(place)),
      .init("steps", .array(steps.map(\.value))),
    ]
    if let pick { fields.append(.init("pool", .string(pick.pool))) }
    if let pick { fields.append(.init("selection", .string(pick.selection))) }
    if let ttl {
      fields.append(.init("ttl", .uint32(ttl.seconds)))
      fields.append(.init("ttl_reason", .string(ttl.reason)))
    }
    return .map(fields)
  }
}

extension Explanation.Step {
  fileprivate var value: MaxMindValue {
    switch self {
    case .policy(let text, let place):
      Self.step("policy", [("text", .string(text)), ("place", place.map { .string($0) })])
    case .rule(let text, let place, let list, let scope):
      Self.step(
        "rule",
        [
          ("text", .string(text)), ("place", place.map { .string($0) }),
          ("list", .array(list.map { .string($0) })), ("scope", .uint32(UInt32(scope))),
        ])
    case .pool(let name, let place, let isUp, let reason, let targets):
      Self.step(
        "pool",
        [
          ("name", .string(name)), ("place", .string(place)), ("up", .boolean(isUp)),
          ("reason", .string(reason)), ("targets", .array(targets.map { .string($0) })),
        ])
    case .unused(let name): Self.step("unused", [("name", .string(name))])
    case .ignoringHealth: Self.step("ignoring-health", [])
    case .nothingUp(let whenDown): Self.step("nothing-up", [("when_down", .string(whenDown))])
    }
  }

  private static func step(_ kind: String, _ fields: [(String, MaxMindValue?)]) -> MaxMindValue {
    .map(
      [.init("step", .string(kind))]
        + fields.compactMap { name, value in value.map { .init(name, $0) } })
  }
}
