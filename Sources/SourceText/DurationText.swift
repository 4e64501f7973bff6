/// Spans of time as people write them: `30`, `30s`, `10m`, `2h`, `1d`, `1w` and sums (`1h30m`).
public enum DurationText {
  /// The largest TTL, in seconds (RFC 2181 §8).
  public static let maximumTTL: Int64 = 0x7FFF_FFFF

  /// The longest span that is read, in milliseconds; so that no sum of spans overflows.
  private static let longest: Int64 = 1_000_000_000_000_000

  /// The seconds that `text` says; nil where it is not a duration.
  public static func seconds(_ text: some Collection<UInt8>) -> Int64? {
    guard let milliseconds = milliseconds(text), milliseconds % 1000 == 0 else { return nil }
    return milliseconds / 1000
  }

  /// The milliseconds that `text` says, the unit `ms` allowed as well; nil where it is not a duration.
  public static func milliseconds(_ text: some Collection<UInt8>) -> Int64? {
    var sum: Int64 = 0
    var at = text.startIndex
    guard at < text.endIndex else { return nil }
    while at < text.endIndex {
      let first = at
      var number: Int64 = 0
      while at < text.endIndex, (0x30...0x39).contains(text[at]) {
        number = number * 10 + Int64(text[at] - 0x30)
        guard number <= longest / 1000 else { return nil }
        at = text.index(after: at)
      }
      guard at != first else { return nil }
      guard at < text.endIndex else {
        // A number without a unit is seconds, and stands alone.
        return first == text.startIndex ? number * 1000 : nil
      }
      let unit = upperCase(text[at])
      at = text.index(after: at)
      let scale: Int64
      if unit == 0x4D, at < text.endIndex, upperCase(text[at]) == 0x53 {
        at = text.index(after: at)
        scale = 1
      } else if let seconds = seconds(ofUnit: unit) {
        scale = seconds * 1000
      } else {
        return nil
      }
      guard number <= (longest - sum) / scale else { return nil }
      sum += number * scale
    }
    return sum
  }

  private static func upperCase(_ octet: UInt8) -> UInt8 {
    (0x61...0x7A).contains(octet) ? octet & 0xDF : octet
  }

  private static func seconds(ofUnit unit: UInt8) -> Int64? {
    switch unit {
    case 0x53: 1
    case 0x4D: 60
    case 0x48: 3600
    case 0x44: 86_400
    case 0x57: 604_800
    default: nil
    }
  }

  /// `seconds` in the form that is read, in whole units: `90` is `90s`, `5400` is `1h30m`.
  public static func text(_ seconds: Int64) -> String {
    let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    var rest = seconds
    var text = ""
    for (scale, unit) in units where rest >= scale {
      if seconds < 120 && scale > 1 { continue }
      text += "\(rest / scale)\(unit)"
      rest %= scale
    }
    return text.isEmpty ? "0s" : text
  }

  /// `milliseconds` in the form that is read.
  public static func text(milliseconds: Int64) -> String {
    milliseconds % 1000 == 0 ? text(milliseconds / 1000) : "\(milliseconds)ms"
  }
}
