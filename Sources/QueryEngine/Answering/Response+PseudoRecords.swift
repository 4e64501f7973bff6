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
  func optLength(_ settings: SettingsImage) -> Int {
    let header = 11
    let extendedError = 6
    return header + extendedError
      + (clientSubnet.isPresent ? 8 + clientSubnet.addressOctets : 0)
      + (cookie.isPresent ? 28 : 0)
      + (wantsIdentifier && settings.identifier.count > 0 ? 4 + settings.identifier.count : 0)
      + (wantsKeepalive ? 6 : 0)
  }
}

extension Response {
  /// Appends the OPT and the TSIG of a reply, where the request has them.
  mutating func appendPseudoRecords(
    answering question: Question, _ message: PacketReader, _ context: QueryContext,
    _ settings: SettingsImage, scope: Int, cookie: ServerCookie?
  ) {
    if let edns = question.edns {
      appendOPT(answering: edns, context, settings, scope: scope, cookie: cookie)
    }
    if let signature = question.signature {
      let mark = writer.count
      writer.append(badKeyFor: signature, of: message)
      if writer.overflowed {
        cutBack(to: mark)
        isTruncated = true
      } else {
        count(1, in: .additional)
      }
    }
  }

  /// Appends the OPT of a reply: what the query's options ask for, and only that.
  private mutating func appendOPT(
    answering edns: EDNS, _ context: QueryContext, _ settings: SettingsImage, scope: Int,
    cookie: ServerCookie?
  ) {
    writer.append(UInt8(0))
    writer.append(RecordType.opt.rawValue)
    writer.append(UInt16(truncatingIfNeeded: settings.payloadSize))
    writer.append(UInt8(truncatingIfNeeded: code.rawValue >> 4))
    writer.append(UInt8(0))
    writer.append(edns.wantsSignatures ? 0x8000 : UInt16(0))
    let lengthAt = writer.count
    writer.append(UInt16(0))
    if edns.wantsIdentifier, settings.identifier.count > 0 {
      writer.append(EDNSOption.identifier)
      writer.append(UInt16(truncatingIfNeeded: settings.identifier.count))
      unsafe writer.append(settings.identifier.octets(0, settings.identifier.count))
    }
    if edns.clientSubnet.isPresent { writer.append(edns.clientSubnet, scope: scope) }
    if let cookie {
      writer.append(EDNSOption.cookie)
      writer.append(UInt16(24))
      writer.append(edns.cookie.client)
      writer.append(cookie.head)
      writer.append(cookie.hash)
    }
    // Only where there is a connection to keep (RFC 7828 §3.3.2).
    if edns.wantsKeepalive, context.transport == .tcp {
      writer.append(EDNSOption.keepalive)
      writer.append(UInt16(2))
      writer.append(settings.keepalive)
    }
    if let extendedError {
      writer.append(EDNSOption.extendedError)
      writer.append(UInt16(2))
      writer.append(extendedError.rawValue)
    }
    writer.set(UInt16(truncatingIfNeeded: writer.count - lengthAt - 2), at: lengthAt)
    count(1, in: .additional)
  }
}
