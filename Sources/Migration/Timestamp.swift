/// Moments as RFC 3339 writes them, in whole seconds.
public enum Timestamp {
  /// The seconds since 1970 (UTC) that `text` says, such as `2026-12-01T06:00:00+02:00`; nil where it is
  /// not a date, a time and an offset.
  public static func seconds(_ text: String) -> Int64? {
    let octets = Array(text.utf8)
    guard octets.count >= 20 else { return nil }
    let pattern = Array("dddd-dd-ddTdd:dd:dd".utf8)
    for (octet, expected) in zip(octets, pattern) {
      guard expected == 0x64 ? octet.isDigit : octet.uppercased == expected else { return nil }
    }
    func number(_ range: Range<Int>) -> Int64 {
      octets[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
    guard year >= 1970, (1...12).contains(month), (1...days(in: month, of: year)).contains(day),
      hour < 24, minute < 60, second < 60, let offset = offset(octets[19...])
    else { return nil }
    return days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
      - offset
  }

  /// `seconds` since 1970 as RFC 3339 in UTC; what is outside the years 1 to 9999 as their ends.
  public static func text(_ seconds: Int64) -> String {
    let seconds = max(-62_135_596_800, min(seconds, 253_402_300_799))
    let day = Int64((Double(seconds) / 86_400).rounded(.down))
    let second = seconds - day * 86_400
    // Hinnant's civil_from_days, with eras of 400 years that begin on March 1st.
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(year)-\(two(month))-\(two(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))"
    return date + "T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    let next = month == 12 ? (year + 1, Int64(1)) : (year, month + 1)
    return days(year: next.0, month: next.1, day: 1) - days(year: year, month: month, day: 1)
  }

  /// Days since 1970-01-01 (Hinnant's days_from_civil; years from 1970 on).
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The seconds of `Z` or `±hh:mm`.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
    let octets = Array(text)
    if octets.count == 1, octets[0].uppercased == 0x5A { return 0 }
    guard octets.count == 6, octets[0] == 0x2B || octets[0] == 0x2D, octets[3] == 0x3A else {
      return nil
    }
    let digits = [octets[1], octets[2], octets[4], octets[5]]
    guard digits.allSatisfy(\.isDigit) else { return nil }
    let numbers = digits.map { Int64($0 - 0x30) }
    let (hours, minutes) = (numbers[0] * 10 + numbers[1], numbers[2] * 10 + numbers[3])
    guard hours < 24, minutes < 60 else { return nil }
    return (octets[0] == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self &- 0x30 < 10 }

  fileprivate var uppercased: UInt8 { self &- 97 < 26 ? self & 0xDF : self }
}
