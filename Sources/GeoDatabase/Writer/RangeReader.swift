import Addresses

/// Reads files of address ranges with a country each.
enum RangeReader {
  /// A range of addresses of one family.
  struct Range {
    var first: IPAddress
    var last: IPAddress
    /// The ISO 3166-1 code of its country.
    var country: String
    fileprivate var path: String
    fileprivate var line: Int

    /// The fewest networks that cover the range exactly.
    var networks: [IPPrefix] {
      var networks: [IPPrefix] = []
      var start = first.number
      while true {
        // The largest block that begins here and does not reach behind the end.
        let remaining = last.number - start
        let fitting = remaining == .max ? 128 : 127 - (remaining + 1).leadingZeroBitCount
        let bits = min(start.trailingZeroBitCount, fitting, first.bitWidth)
        let address =
          first.isIPv4
          ? IPAddress(ipv4: UInt32(truncatingIfNeeded: start)) : IPAddress(ipv6: start)
        networks.append(IPPrefix(address, length: first.bitWidth - bits))
        let size = bits == 128 ? 0 : (1 as UInt128) << UInt128(bits)
        if size == 0 || remaining < size { return networks }
        start += size
      }
    }
  }

  /// The ranges with a known country in the files at `paths`, in ascending order by family.
  static func read(
    _ paths: [String], mistakes: inout MistakeList
  ) throws(GeoDatabaseError) -> [Range] {
    var ranges: [Range] = []
    for path in paths {
      let file = try TextFile(path: path)
      file.forEachLine { line, fields in
        do throws(GeoDatabaseError.Mistake) {
          ranges.append(try range(fields, path: path, line: line))
        } catch {
          mistakes.append(error.path, line: error.line, column: error.column, error.message)
        }
      }
    }
    ranges.sort { ($0.first.bitWidth, $0.first.number) < ($1.first.bitWidth, $1.first.number) }
    for (one, next) in zip(ranges, ranges.dropFirst())
    where one.first.isIPv4 == next.first.isIPv4 && one.last.number >= next.first.number {
      mistakes.append(
        next.path, line: next.line,
        "the range overlaps that of \(one.path):\(one.line), \(one.first)-\(one.last)")
    }
    return ranges.filter { $0.country != "??" }
  }

  private static func range(
    _ fields: [TextFile.Field], path: String, line: Int
  ) throws(GeoDatabaseError.Mistake) -> Range {
    func mistake(_ field: TextFile.Field?, _ message: String) -> GeoDatabaseError.Mistake {
      .init(path: path, line: line, column: field?.column ?? 1, message: message)
    }
    guard fields.count == 3 else {
      throw mistake(nil, "a line of ranges is 'first,last,country', with 3 fields")
    }
    var ends: [IPAddress] = []
    for field in fields[..<2] {
      guard let end = UInt32(field.text).map(IPAddress.init(ipv4:)) ?? IPAddress(field.text) else {
        throw mistake(field, "'\(field.text)' is no address, nor the number of an IPv4 address")
      }
      guard end.isIPv4 || end.number >> 32 != 0 else {
        throw mistake(field, "'\(field.text)' is where the format keeps IPv4")
      }
      ends.append(end)
    }
    guard ends[0].isIPv4 == ends[1].isIPv4, ends[0].number <= ends[1].number else {
      throw mistake(fields[1], "the range ends before it begins")
    }
    let country = fields[2].text
    guard country == "??" || country.isCountryCode else {
      throw mistake(fields[2], "'\(country)' is no country code: two capital letters, or ??")
    }
    return Range(first: ends[0], last: ends[1], country: country, path: path, line: line)
  }
}
