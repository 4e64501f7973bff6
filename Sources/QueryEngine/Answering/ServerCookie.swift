import Addresses
import DNSWire

/// The server's half of a cookie (RFC 9018 §4).
struct ServerCookie {
  /// Version 1 and a time.
  let head: UInt64
  /// The hash over both cookies' other parts and the client's address.
  let hash: UInt64
  /// Whether the query brought a good server cookie, so that its source address is its own.
  let isProven: Bool

  /// Judges the cookie of a query and makes the one of its reply. A good one that is less than half an
  /// hour old is sent back as it is (§4.3).
  init(answering cookie: Cookie, from address: IPAddress, now: Int64, settings: SettingsImage) {
    let age = Int64(
      Int32(truncatingIfNeeded: now &- Int64(cookie.serverHead & 0xFFFF_FFFF)))
    let isInTime = cookie.serverHead >> 56 == 1 && age <= 3600 && age >= -300
    let expected = settings.cookieSecret.hash(
      client: cookie.client, head: cookie.serverHead, address: address)
    let isCurrent = isInTime && expected == cookie.serverHash
    isProven =
      isCurrent
      || isInTime
        && cookie.serverHash
          == settings.previousCookieSecret.hash(
            client: cookie.client, head: cookie.serverHead, address: address)
    if isCurrent, age < 1800 {
      head = cookie.serverHead
      hash = cookie.serverHash
    } else {
      head = 1 << 56 | UInt64(UInt32(truncatingIfNeeded: now))
      hash = settings.cookieSecret.hash(client: cookie.client, head: head, address: address)
    }
  }
}
