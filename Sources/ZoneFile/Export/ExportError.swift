import DNSWire

/// Why a zone has no plain master file.
public struct ExportError: Error, CustomStringConvertible {
  /// The steered names that would have a CNAME, and cannot.
  let namesWithoutCNAME: [DomainName]

  /// One line: what is in the way, and the mend.
  public var description: String {
    let names = namesWithoutCNAME.map { "'\($0)'" }.joined(separator: ", ")
    return
      "\(names): answered with the addresses that host names are resolved to, and where other "
      + "records stand a plain master file cannot have a CNAME; give such a name plain A and AAAA "
      + "records, which are exported"
  }
}
