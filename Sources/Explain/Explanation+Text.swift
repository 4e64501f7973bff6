import GeoDatabase

extension Explanation {
  /// The explanation as a person reads it, in lines.
  public var text: String {
    var lines = ["\(name) \(type) for the client \(client)", ""]
    lines.append(Self.line("client", locationText))
    lines.append(
      Self.line(
        "zone", zone.map { "\($0.apex), serial \($0.serial)" } ?? "none that is served here"))
    for name in steered { lines += name.lines }
    if steered.isEmpty, zone != nil {
      lines.append(Self.line("steered", "no; the records are the answer"))
    }
    if let scope {
      let meaning =
        scope == 0
        ? "the client's address played no part" : "all clients in its /\(scope) get the same list"
      lines.append(Self.line("scope", "/\(scope): \(meaning)"))
    }
    guard let reply else {
      return (lines + [Self.line("answer", "none is sent")]).joined(separator: "\n") + "\n"
    }
    lines.append(Self.line("answer", "\(reply.code), \(reply.length) octets over TCP"))
    lines += reply.answer.map { Self.line("", $0) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The whole reply in presentation form.
  public var packet: String { reply?.text ?? "" }

  /// What is known of the client.
  var locationText: String {
    var parts = location.city.map { ["city \($0)"] } ?? []
    parts += location.subdivisions.reversed()
    parts += [location.country, location.continent].compactMap(\.self)
    if let asn = location.asn { parts.append("AS\(asn)") }
    if let place = location.coordinates {
      parts.append("near \(place.latitude),\(place.longitude)")
    }
    guard !parts.isEmpty else { return "nothing is known of \(client)" }
    let network = location.network.map { ", by the record of \($0)" } ?? ""
    return parts.joined(separator: ", ") + network
  }

  /// A label and what belongs to it.
  static func line(_ label: String, _ text: String, _ place: String? = nil) -> String {
    let start = label + String(repeating: " ", count: max(1, 9 - label.utf8.count)) + text
    guard let place else { return start }
    return start + String(repeating: " ", count: max(2, 68 - start.utf8.count)) + place
  }
}

extension Explanation.SteeredName {
  /// Its part of the explanation.
  fileprivate var lines: [String] {
    var lines = [Explanation.line("steer", "\(owner) \(text)", place)]
    for step in steps {
      switch step {
      case .policy(let policy, let place):
        // The first is what the STEER line says already.
        if !self.text.hasSuffix(policy) { lines.append(Explanation.line("policy", policy, place)) }
      case .rule(let rule, let place, let list, let scope):
        lines.append(Explanation.line("rule", "\(rule) (/\(scope))", place))
        lines.append(Explanation.line("list", list.joined(separator: ", ")))
      case .pool(let name, let place, let isUp, let reason, let targets):
        lines.append(Explanation.line("", "\(name) is \(isUp ? "up" : "down"): \(reason)", place))
        lines += targets.map { Explanation.line("", "  \($0)") }
      case .unused(let name):
        lines.append(Explanation.line("", "\(name) is not needed"))
      case .ignoringHealth:
        lines.append(
          Explanation.line("", "nothing is up, so all is looked at as if it were (when-down=all)"))
      case .nothingUp(let whenDown):
        lines.append(Explanation.line("", "nothing is up: when-down=\(whenDown)"))
      }
    }
    if let pick { lines.append(Explanation.line("pick", "\(pick.pool): \(pick.selection)")) }
    if let ttl { lines.append(Explanation.line("TTL", "\(ttl.seconds): \(ttl.reason)")) }
    return lines
  }
}
