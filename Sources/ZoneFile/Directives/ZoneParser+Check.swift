import HealthState
import SourceText

extension ZoneParser {
  private static let timing = ["port", "interval", "timeout", "fall", "rise"]
  private static let http = ["path", "host", "expect", "body", "method", "verify"]

  /// Kinds that the language names and this version has not, with what can be done instead.
  private static let kindsNotBuilt = [
    "tls": "'tcp' probes the port, 'https' a web server with its certificate",
    "dns": "'tcp' probes the port",
    "icmp": "'tcp' probes a port that the target listens on",
    "grpc": "'tcp' probes the port, 'http' a health page beside it",
    "exec": "let the target serve a page, and probe it with 'http'",
    "push": "let the target serve a page, and probe it with 'http'",
    "static": "a target without check= is always up; 'state=down' takes it out",
    "all": "probe one page with 'http' that answers 200 only while all is well",
    "any": "probe one page with 'http' that answers 200 while any part is well",
    "atleast": "probe one page with 'http' that answers 200 while enough is well",
  ]

  /// Reads `$CHECK name kind option…`.
  mutating func parseCheck(_ entry: Entry) {
    guard entry.tokens.count >= 3 else {
      return reportMissing(
        entry, "$CHECK takes a name and a kind", hint: "such as '$CHECK web http path=/health'")
    }
    let name = entry.word(entry.tokens[1])
    checkName(name, kind: "check")
    let settings = checkSettings(entry)
    declarations.checks.append(
      CheckDeclaration(name: name, settings: settings ?? CheckSettings(kind: .tcp, port: 1)))
  }

  private mutating func checkSettings(_ entry: Entry) -> CheckSettings? {
    let word = entry.word(entry.tokens[2])
    let kind = word.text.lowercased()
    if let instead = Self.kindsNotBuilt[kind] {
      diagnostics.error(word, "the check kind '\(kind)' is not built yet", hint: instead)
      return nil
    }
    let kinds = ["tcp", "http", "https"]
    guard kinds.contains(kind) else {
      diagnostics.error(
        word, "no check kind '\(word.text)'\(Suggestion.text(for: kind, among: kinds))",
        hint: "one of \(kinds.joined(separator: ", "))")
      return nil
    }
    let isHTTP = kind != "tcp"
    let foreign = isHTTP ? [] : Self.http.map { ($0, "is for http and https checks, not for tcp") }
    let rules = OptionRules(
      taker: "a check of kind \(kind)", known: (isHTTP ? Self.http : []) + Self.timing,
      elsewhere: Dictionary(foreign) { first, _ in first })
    var request = CheckSettings.HTTPRequest()
    var settings = CheckSettings(kind: .tcp)
    var bodyWord: Word?
    var timeoutWord: Word?
    for option in options(entry, from: 3, rules) {
      switch option.name.text {
      case "timeout":
        timeoutWord = option.value
        take(option, into: &settings)
      case "body":
        bodyWord = option.value
        take(option, into: &request)
      case let key where Self.timing.contains(key): take(option, into: &settings)
      default: take(option, into: &request)
      }
    }
    if let timeoutWord, settings.timeout > settings.interval {
      diagnostics.error(
        timeoutWord,
        "timeout=\(timeoutWord.text) is above the interval of "
          + "\(DurationText.text(milliseconds: Int64(settings.interval)))",
        hint: "a probe has to end before the next one begins: lower timeout= or raise interval=")
    }
    settings.timeout = min(settings.timeout, settings.interval)
    if let bodyWord, request.method == "HEAD" {
      diagnostics.error(
        bodyWord, "the reply to HEAD has no body to look into", hint: "write method=GET")
    }
    if isHTTP { settings.kind = .http(request, secure: kind == "https") }
    return settings
  }

  private mutating func take(_ option: Option, into settings: inout CheckSettings) {
    switch option.name.text {
    case "port":
      settings.port = number(option, in: 1...65_535).map { UInt16($0) }
    case "interval":
      if let value = milliseconds(option, in: 100...86_400_000) {
        settings.interval = UInt32(value)
      }
    case "timeout":
      if let value = milliseconds(option, in: 10...86_400_000) { settings.timeout = UInt32(value) }
    case "rise":
      if let value = number(option, in: 1...CheckSettings.longestFallWindow) {
        settings.rise = value
      }
    default:
      let parts = option.value.text.split(separator: "/", omittingEmptySubsequences: false)
      let numbers = parts.map { Self.number($0) ?? 0 }
      guard parts.count <= 2,
        numbers.allSatisfy({ (1...CheckSettings.longestFallWindow).contains($0) }),
        numbers[0] <= numbers[numbers.count - 1]
      else {
        return diagnostics.error(
          option.value, "'\(option.value.text)' is not a count of failures",
          hint:
            "write fall=3, or fall=3/10 for 3 failures within the last 10 probes; at most \(CheckSettings.longestFallWindow)"
        )
      }
      settings.fall = numbers[0]
      settings.fallWindow = numbers[numbers.count - 1]
    }
  }

  private mutating func take(_ option: Option, into request: inout CheckSettings.HTTPRequest) {
    let text = option.value.text
    switch option.name.text {
    case "path":
      guard text.hasPrefix("/"), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        return diagnostics.error(
          option.value, "'\(text)' is not a path",
          hint: "a path begins with '/', other characters than ASCII are written %XX")
      }
      request.path = text
    case "host":
      let isHost = text.utf8.allSatisfy {
        $0.isDigit || $0.uppercased &- 65 < 26 || "-_.:[]".utf8.contains($0)
      }
      guard !text.isEmpty, text.utf8.count <= 255, isHost else {
        return diagnostics.error(option.value, "'\(text)' is not a host name")
      }
      request.host = text
    case "expect":
      if let ranges = Self.statusRanges(text) {
        request.expect = ranges
      } else {
        diagnostics.error(
          option.value, "'\(text)' is not a list of status codes",
          hint: "such as expect=200 or expect=200-299,301")
      }
    case "body":
      guard !text.isEmpty, text.utf8.count <= 1024 else {
        return diagnostics.error(option.value, "body= takes a text of 1 to 1024 octets")
      }
      request.body = text
    case "method":
      if let method: HTTPMethod = choice(option) { request.method = method.rawValue.uppercased() }
    default:
      if let answer: YesOrNo = choice(option) { request.verify = answer == .yes }
    }
  }

  /// The ranges of `200-299,301`; nil where it is no such list.
  private static func statusRanges(_ text: String) -> [ClosedRange<Int>]? {
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
        number($0) ?? 0
      }
      guard ends.count <= 2, ends.allSatisfy({ (100...599).contains($0) }),
        let first = ends.first, let last = ends.last, first <= last
      else { return nil }
      ranges.append(first...last)
    }
    return ranges
  }

  private enum HTTPMethod: String, CaseIterable {
    case get
    case head
  }

  private enum YesOrNo: String, CaseIterable {
    case yes
    case no
  }
}
