import Addresses
import Testing

@testable import Transport

struct ListenAddressTests {
  @Test(arguments: [
    "127.0.0.1:53", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:5300", "[::]:53",
    "[2001:db8::53]:53",
  ])
  func roundTrips(text: String) throws {
    #expect(try ListenAddress(parsing: text).description == text)
  }

  @Test(arguments: [
    ("127.0.0.1", "no port behind the address; write 127.0.0.1:53"),
    ("::1", "no port behind the address; write [::1]:53"),
    ("[::1]", "no port behind the address; write [::1]:53"),
    (
      "::1:53",
      "'::1:53' needs brackets around the IPv6 address; write [ADDRESS]:PORT, such as [::1]:53"
    ),
    (
      "2001:db8:0:0:0:0:0:1:5300",
      "'2001:db8:0:0:0:0:0:1:5300' needs brackets around the IPv6 address; "
        + "write [ADDRESS]:PORT, such as [::1]:53"
    ),
    ("127.0.0.1:", "'' is not a port; write a number from 0 to 65535 behind the last colon"),
    (
      "127.0.0.1:65536",
      "'65536' is not a port; write a number from 0 to 65535 behind the last colon"
    ),
    ("[::1]:-1", "'-1' is not a port; write a number from 0 to 65535 behind the last colon"),
    ("[::1]:+5", "'+5' is not a port; write a number from 0 to 65535 behind the last colon"),
    (
      "localhost:53",
      "'localhost' is not an address; write ADDRESS:PORT, such as 127.0.0.1:53 or [::1]:53"
    ),
    (
      "[127.0.0.1]:53",
      "'127.0.0.1' is not an address; write ADDRESS:PORT, such as 127.0.0.1:53 or [::1]:53"
    ),
    ("", "'' is not an address; write ADDRESS:PORT, such as 127.0.0.1:53 or [::1]:53"),
    (":53", "'' is not an address; write ADDRESS:PORT, such as 127.0.0.1:53 or [::1]:53"),
    ("[", "'[' is not an address; write ADDRESS:PORT, such as 127.0.0.1:53 or [::1]:53"),
    ("[]:53", "'' is not an address; write ADDRESS:PORT, such as 127.0.0.1:53 or [::1]:53"),
  ])
  func saysHowToMend(text: String, message: String) {
    let error = #expect(throws: ListenAddress.ParseError.self) {
      try ListenAddress(parsing: text)
    }
    #expect(error.map { "\($0)" } == message)
  }
}
