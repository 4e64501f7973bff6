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

extension EDNS {
  /// How many octets the OPT of the reply has at the most.
  func optLength(_ snapshot: Snapshot) -> Int {
    let header = 11
    let extendedError = 6
    guard hasOptions else { return header + extendedError }
    let identifier = snapshot.settings.identifier.count
    return header + extendedError
      + (clientSubnet.isPresent ? 8 + clientSubnet.addressOctets : 0)
      + (cookie.isPresent ? 28 : 0)
      + (wantsIdentifier && identifier > 0 ? 4 + identifier : 0)
      + (wantsKeepalive ? 6 : 0)
  }
}

extension Answer {
  /// Appends the OPT and the TSIG of a reply, where the request has them.
  mutating func appendPseudoRecords(_ message: PacketReader, cookie: ServerCookie?) {
    if question.additional.edns.isPresent { appendOPT(cookie: cookie) }
    if let signature = question.additional.signature {
      let mark = response.writer.count
      response.writer.append(badKeyFor: signature, of: message)
      if response.writer.overflowed {
        response.cutBack(to: mark)
        response.isTruncated = true
      } else {
        response.count(1, in: .additional)
      }
    }
  }

  /// Appends the OPT of a reply: what the query's options ask for, and only that.
  private mutating func appendOPT(cookie: ServerCookie?) {
    // TYPE, the payload size as CLASS, the upper bits of the RCODE, version 0 and the flags as TTL.
    let payloadSize = UInt64(truncatingIfNeeded: snapshot.settings.payloadSize) & 0xFFFF
    let codeAndFlags =
      UInt64(response.code.rawValue >> 4) << 24
      | UInt64(question.additional.edns.wantsSignatures ? 0x8000 : 0)
    response.writer.append(
      opt: UInt64(RecordType.opt.rawValue) << 48 | payloadSize << 32 | codeAndFlags)
    response.count(1, in: .additional)
    let start = response.writer.count
    if question.additional.edns.hasOptions { appendOptions(cookie: cookie) }
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

  private mutating func appendOptions(cookie: ServerCookie?) {
    let edns = question.additional.edns
    let identifier = snapshot.settings.identifier
    if edns.wantsIdentifier, identifier.count > 0 {
      response.writer.append(EDNSOption.identifier)
      response.writer.append(UInt16(truncatingIfNeeded: identifier.count))
      unsafe response.writer.append(identifier.octets(0, identifier.count))
    }
    if edns.clientSubnet.isPresent { response.writer.append(edns.clientSubnet, scope: scope) }
    if let cookie {
      response.writer.append(EDNSOption.cookie)
      response.writer.append(UInt16(24))
      response.writer.append(edns.cookie.client)
      response.writer.append(cookie.head)
      response.writer.append(cookie.hash)
    }
    // Only where there is a connection to keep (RFC 7828 §3.3.2).
    if edns.wantsKeepalive, context.transport == .tcp {
      response.writer.append(EDNSOption.keepalive)
      response.writer.append(UInt16(2))
      response.writer.append(snapshot.settings.keepalive)
    }
  }
}
