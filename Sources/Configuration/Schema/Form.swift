import Addresses
import DNSWire
import HostLookup
import SourceText
import Transport

/// How a value is written.
struct Form<Value: Sendable>: Sendable {
  /// Why a text is not of the form; nil where the form itself says all.
  struct Mistake: Error {
    var explanation: String?
  }

  /// The form in words: 'a number from 1 to 64'.
  var expected: String
  /// The words among the values, for suggestions.
  var words: [String] = []
  /// Reads a text; `isPlain` says that it stands without quotes.
  var read: @Sendable (_ text: String, _ isPlain: Bool) throws(Mistake) -> Value
}

extension Form {
  /// The word for a value that the server finds by itself.
  static var auto: String { "auto" }

  /// The form, or the plain word `auto` or `off` for nothing.
  static func optional<Wrapped>(_ form: Form<Wrapped>, or word: String) -> Form<Wrapped?>
  where Value == Wrapped? {
    Form<Wrapped?>(expected: "\(form.expected), or \(word)", words: form.words + [word]) {
      (text, isPlain) throws(Mistake) in
      if isPlain, text.lowercased() == word { return nil }
      do throws(Form<Wrapped>.Mistake) {
        return try form.read(text, isPlain)
      } catch {
        throw Mistake(explanation: error.explanation)
      }
    }
  }
}

extension Form<Int> {
  /// A whole number of some unit.
  static func number(_ range: ClosedRange<Int>, _ unit: String? = nil) -> Form {
    let unit = unit.map { " of \($0)" } ?? ""
    return Form(expected: "a number\(unit) from \(range.lowerBound) to \(range.upperBound)") {
      (text, _) throws(Mistake) in
      guard !text.hasPrefix("+"), let number = Int(text), range.contains(number) else {
        throw Mistake()
      }
      return number
    }
  }
}

extension Form<Duration> {
  /// A span of time in whole seconds.
  static func duration(_ range: ClosedRange<Int64>) -> Form {
    let (first, last) = (range.lowerBound, range.upperBound)
    return Form(
      expected: "a time from \(DurationText.text(first)) to \(DurationText.text(last)), such as 30s"
    ) { (text, _) throws(Mistake) in
      guard let seconds = DurationText.seconds(text.utf8), range.contains(seconds) else {
        throw Mistake()
      }
      return .seconds(seconds)
    }
  }
}

extension Form<Int> {
  /// A span of time as its seconds.
  static func seconds(_ range: ClosedRange<Int64>) -> Form {
    let duration = Form<Duration>.duration(range)
    return Form(expected: duration.expected) { (text, isPlain) throws(Mistake) in
      do throws(Form<Duration>.Mistake) {
        return Int(try duration.read(text, isPlain).components.seconds)
      } catch {
        throw Mistake(explanation: error.explanation)
      }
    }
  }
}

extension Form<IPPrefix> {
  /// A network, or one address.
  static var network: Form {
    Form(expected: "a network, such as 192.0.2.0/24, or an address") { (text, _) throws(Mistake) in
      do throws(IPPrefix.ParseError) {
        return try IPPrefix(parsing: text)
      } catch {
        guard case .hostBits(let network) = error else { throw Mistake() }
        throw Mistake(explanation: "bits are set behind the prefix; did you mean \(network)?")
      }
    }
  }
}

extension Form<Bool> {
  /// `on` or `off`, and YAML's other words for them.
  static var flag: Form {
    Form(expected: "on or off", words: ["on", "off", "yes", "no", "true", "false"]) {
      (text, isPlain) throws(Mistake) in
      switch isPlain ? text.lowercased() : "" {
      case "on", "yes", "true": return true
      case "off", "no", "false": return false
      default: throw Mistake()
      }
    }
  }
}

extension Form<String> {
  /// Text of some octets.
  static func text(_ range: ClosedRange<Int>) -> Form {
    Form(expected: "a text of \(range.lowerBound) to \(range.upperBound) octets") {
      (text, _) throws(Mistake) in
      guard range.contains(text.utf8.count) else { throw Mistake() }
      return text
    }
  }

  /// The path of a file or folder.
  static func path(_ what: String) -> Form {
    Form(expected: "the path of \(what)") { (text, _) throws(Mistake) in
      guard !text.isEmpty, !text.utf8.contains(0) else { throw Mistake() }
      return text
    }
  }

  /// The name of a user.
  static var user: Form {
    Form(expected: "the name of a user") { (text, _) throws(Mistake) in
      guard !text.isEmpty, !text.utf8.contains(0), text.utf8.count <= 256 else { throw Mistake() }
      return text
    }
  }
}

extension Form<ListenAddress> {
  /// Where to listen.
  static var listenAddress: Form {
    Form(expected: "ADDRESS:PORT") { (text, _) throws(Mistake) in
      do throws(ListenAddress.ParseError) {
        return try ListenAddress(parsing: text)
      } catch {
        throw Mistake(explanation: "\(error)")
      }
    }
  }
}

extension Form<ResolverAddress> {
  /// Whom to ask.
  static var resolver: Form {
    Form(expected: "ADDRESS or ADDRESS:PORT") { (text, _) throws(Mistake) in
      let place: ListenAddress
      do throws(ListenAddress.ParseError) {
        place = try ListenAddress(parsing: text)
      } catch {
        guard case .noPort(let address) = error else { throw Mistake(explanation: "\(error)") }
        return ResolverAddress(address)
      }
      guard !place.isWildcard, place.port > 0 else {
        throw Mistake(
          explanation: "write the address of one server, and its port where it is not 53")
      }
      return ResolverAddress(place.address, port: place.port)
    }
  }
}

extension Form<DomainName> {
  /// The name of a zone.
  static var zone: Form {
    Form(expected: "the name of a zone, such as example.com.") { (text, _) throws(Mistake) in
      guard !text.isEmpty, let name = DomainName(text) else { throw Mistake() }
      return name
    }
  }
}

extension Form<CookieSecret> {
  /// A secret, or the file that holds it.
  static var secret: Form {
    Form(expected: "32 hexadecimal digits, or the path of a file that holds them") {
      (text, _) throws(Mistake) in
      guard text.contains("/") else { return try secret(text) }
      let octets: [UInt8]
      do throws(FileError) {
        octets = try FileError.readFile(text)
      } catch {
        throw Mistake(explanation: "it cannot be read: \(error.explanation)")
      }
      let words = String(decoding: octets.prefix(64), as: UTF8.self)
        .split(whereSeparator: \.isWhitespace)
      guard octets.count <= 64, words.count == 1 else {
        throw Mistake(explanation: "the file does not hold 32 hexadecimal digits alone")
      }
      return try secret(String(words[0]))
    }
  }

  private static func secret(_ digits: String) throws(Mistake) -> CookieSecret {
    let values = digits.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard values.count == 32, digits.utf8.count == 32,
      let secret = CookieSecret(
        octets: (0..<16).map { UInt8(values[2 * $0] << 4 | values[2 * $0 + 1]) })
    else { throw Mistake() }
    return secret
  }
}
