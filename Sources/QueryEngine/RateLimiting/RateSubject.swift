import ZoneStore

/// The kind of an answer, by which answers to a network are counted.
///
/// It says where the answer came from, not what was asked: names that a client makes up below a wildcard,
/// a zone cut or nothing at all are one kind, however many they are.
struct RateSubject {
  enum Kind: UInt64 {
    /// The records of a name, or of a wildcard.
    case positive
    /// A referral to a zone cut.
    case referral
    /// NODATA and NXDOMAIN of a zone.
    case negative
    /// All errors, and replies that no zone has a part in.
    case error
    /// All of these.
    case all
  }

  var kind: Kind
  /// The zone's index.
  var zone: UInt32 = noIndex
  /// The node that answered: the name, the wildcard, the zone cut or the DNAME's owner.
  var node: UInt32 = noIndex
}

extension Answer {
  /// What the answer counts as.
  var subject: RateSubject {
    mutating get {
      // Cookies alone come from no zone.
      if question.isForCookie { return RateSubject(kind: .error) }
      switch response.code {
      case .noError where response.answerCount > 0 || response.isTruncated,
        .nameError where response.answerCount > 0:
        return RateSubject(kind: .positive, zone: firstZone, node: source)
      case .noError where isReferral:
        return RateSubject(kind: .referral, zone: firstZone, node: source)
      case .noError, .nameError:
        return RateSubject(kind: .negative, zone: firstZone)
      default:
        return RateSubject(kind: .error)
      }
    }
  }
}
