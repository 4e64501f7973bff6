import DNSWire

/// An INFO-CODE of an Extended DNS Error (RFC 8914 §4).
enum ExtendedError: UInt16 {
  /// Something else: no target of a steered name is up.
  case other = 0
  /// The server does not serve the zone.
  case notAuthoritative = 20
  /// The server does not do what is asked.
  case notSupported = 21
}

extension Answer {
  /// How many octets the OPT of the reply has at the most.
  @inline(__always)
  mutating func optLength() -> Int {
    if !question.additional.edns.isPresent { return 0 }
    let fixedPart = 11
    let extendedError = 6
    return fixedPart &+ extendedError
      &+ (question.additional.edns.hasOptions ? optionsLength() : 0)
  }

  private mutating func optionsLength() -> Int {
    let identifier = snapshot.settings.identifier.count
    var length = 0
    if question.additional.edns.clientSubnet.isPresent {
      length = question.additional.edns.clientSubnet.length
    }
    if question.additional.edns.cookie.isPresent { length &+= 28 }
    if question.additional.edns.wantsIdentifier, identifier > 0 { length &+= 4 &+ identifier }
    if question.additional.edns.wantsKeepalive { length &+= 6 }
    return length
  }

  /// Appends the OPT and the TSIG of a reply, where the request has them.
  mutating func appendPseudoRecords(_ message: PacketReader, cookie: ServerCookie?) {
    if question.additional.edns.isPresent { appendOPT(message, cookie: cookie) }
    if question.additional.signature != nil { appendSignature(message) }
  }

  private mutating func appendSignature(_ message: PacketReader) {
    guard let signature = question.additional.signature else { return }
    let mark = response.writer.count
    response.writer.append(badKeyFor: signature, of: message)
    if response.writer.overflowed {
      response.cutBack(to: mark)
      response.isTruncated = true
    } else {
      response.count(1, in: .additional)
    }
  }

  /// Appends the OPT of a reply: what the query's options ask for, and only that.
  @inline(__always)
  private mutating func appendOPT(_ message: PacketReader, cookie: ServerCookie?) {
    // TYPE, the payload size as CLASS, the upper bits of the RCODE, version 0 and the flags as TTL.
    let payloadSize = UInt64(truncatingIfNeeded: snapshot.settings.payloadSize) & 0xFFFF
    let codeAndFlags =
      UInt64(response.code.rawValue >> 4) << 24
      | UInt64(question.additional.edns.wantsSignatures ? 0x8000 : 0)
    response.writer.append(
      opt: UInt64(RecordType.opt.rawValue) << 48 | payloadSize << 32 | codeAndFlags)
    response.count(1, in: .additional)
    let start = response.writer.count
    if question.additional.edns.hasOptions { appendOptions(message, cookie: cookie) }
    if let extendedError = response.extendedError {
      response.writer.append(EDNSOption.extendedError)
      response.writer.append(UInt16(2))
      response.writer.append(extendedError.rawValue)
    }
    if response.writer.count > start {
      response.writer.set(
        UInt16(truncatingIfNeeded: response.writer.count &- start), at: start &- 2)
    }
  }

  private mutating func appendOptions(_ message: PacketReader, cookie: ServerCookie?) {
    if question.additional.edns.clientSubnet.isPresent {
      response.writer.append(question.additional.edns.clientSubnet, of: message, scope: scope)
    }
    let identifier = snapshot.settings.identifier
    if question.additional.edns.wantsIdentifier, identifier.count > 0 {
      response.writer.append(EDNSOption.identifier)
      response.writer.append(UInt16(truncatingIfNeeded: identifier.count))
      unsafe response.writer.append(identifier.octets(0, identifier.count))
    }
    if let cookie {
      response.writer.append(EDNSOption.cookie)
      response.writer.append(UInt16(24))
      response.writer.append(question.additional.edns.cookie.client)
      response.writer.append(cookie.head)
      response.writer.append(cookie.hash)
    }
    // Only where there is a connection to keep (RFC 7828 §3.3.2).
    if question.additional.edns.wantsKeepalive, context.transport == .tcp {
      response.writer.append(EDNSOption.keepalive)
      response.writer.append(UInt16(2))
      response.writer.append(snapshot.settings.keepalive)
    }
  }
}
