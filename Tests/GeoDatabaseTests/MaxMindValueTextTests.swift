import Testing

@testable import GeoDatabase

@Suite struct MaxMindValueTextTests {
  static let value = MaxMindValue.map([
    .init("city", .map([.init("names", .map([.init("en", .string("A \"b\"\n\\ü\u{7F}"))]))])),
    .init(
      "parts",
      .array([
        .map([.init("code", .string("X")), .init("id", .uint32(7))]), .array([.boolean(true)]),
      ])),
    .init("bytes", .bytes([0, 10, 255])), .init("half", .double(0.5)), .init("none", .double(.nan)),
    .init("small", .float(.infinity)), .init("big", .uint128(.max)), .init("less", .int32(-1)),
    .init("empty", .map([])),
  ])

  /// RFC 8259.
  @Test func json() {
    #expect(
      Self.value.json == #"{"city":{"names":{"en":"A \"b\"\u000a\\ü\u007f"}},"#
        + #""parts":[{"code":"X","id":7},[true]],"bytes":"000aff","half":0.5,"none":null,"#
        + #""small":null,"big":340282366920938463463374607431768211455,"less":-1,"empty":{}}"#)
  }

  @Test func lines() {
    #expect(
      MaxMindValueTextTests.value.lines.dropFirst(3).prefix(6) == [
        "parts:", "  - code: X", "    id: 7", "  - - true", "bytes: 000aff", "half: 0.5",
      ])
  }
}
