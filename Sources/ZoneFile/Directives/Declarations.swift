import Addresses
import DNSWire
import GeoMap
import HealthState
import Migration
import SourceText
import Steering

/// The steering lines of a zone as they were read: what they refer to is still a word.
struct Declarations {
  var checks: [CheckDeclaration] = []
  var sites: [SiteDeclaration] = []
  var pools: [PoolDeclaration] = []
  var maps: [MapDeclaration] = []
  var policies: [PolicyDeclaration] = []
  var steers: [SteerDeclaration] = []
  var migrations: [MigrateDeclaration] = []
  var expectations: [ExpectDeclaration] = []
}

/// A `$CHECK`.
struct CheckDeclaration {
  var name: Word
  var settings: CheckSettings
}

/// A `$SITE`.
struct SiteDeclaration {
  var name: Word
  var coordinates: Coordinates?
}

/// A `$POOL`.
struct PoolDeclaration {
  /// `name@site` as one word, and its parts.
  var fullName: Word
  var name: String
  var site: Word?
  var check: Word?
  var coordinates: Coordinates?
  var bias = 0
  var biasWord: Word?
  var selection = Selection.roundRobin
  var network = ClientNetwork.standard
  var networkWord: Word?
  /// The word `smooth`.
  var smoothWord: Word?
  var answer = Pool.Answer.cname
  /// Where `answer=` stands.
  var answerWord: Word?
  var answers: Int?
  var minimumHealthy = Pool.MinimumHealthy.count(1)
  var targets: [TargetDeclaration] = []
}

/// A target of a `$POOL`.
struct TargetDeclaration {
  var word: Word
  var target: Target
  var check: Word?
  /// Where `weight=` stands.
  var weightWord: Word?
  /// Where `port=` stands.
  var portWord: Word?
}

/// A `$MAP`, or the rules in a `STEER geo`.
struct MapDeclaration {
  /// Nil where the rules stand in a policy.
  var name: Word?
  var rules: [RuleDeclaration]
  var location: SourceLocation
}

/// A rule of a map.
struct RuleDeclaration {
  /// The matchers as written (`country:US,CA`), for messages.
  var word: Word
  var matchers: [(matcher: GeoMatcher, word: Word)]
  var isNearest: Bool
  var items: [Word]
}

/// What stands behind `STEER` or behind the name of a `$POLICY`.
struct PolicySyntax {
  /// The policy's kind with its arguments.
  enum Body {
    case failover([Word], Failback)
    case choice(Selection, [(target: Word, weight: UInt32)], ClientNetwork)
    case nearest([Word])
    case latency(table: Word, [Word])
    case geo(map: Word, pools: Word?)
    case inlineGeo(MapDeclaration, pools: Word?)
  }

  /// The word that names its kind.
  var word: Word
  var body: Body
}

/// A `$POLICY`.
struct PolicyDeclaration {
  var name: Word
  /// Nil where it is wrong.
  var policy: PolicySyntax?
}

/// A `STEER`.
struct SteerDeclaration {
  var owner: DomainName
  /// The word STEER.
  var word: Word
  /// The TTL column, where there is one.
  var ttlWord: Word?
  var maximumTTL: UInt32
  var minimumTTL: UInt32
  /// Nil where it is wrong.
  var policy: PolicySyntax?
  var whenDown: (value: Steer.WhenDown, word: Word)?
}

/// A `$MIGRATE`.
struct MigrateDeclaration {
  var name: Word
  var owners: [(name: DomainName, word: Word)]
  /// Its `old` is not known yet.
  var timeline: Timeline
  /// Where `at=` and `ttl=` stand.
  var atWord: Word
  var ttlWord: Word
}

/// An `$EXPECT`.
struct ExpectDeclaration {
  var name: DomainName
  /// Where the name stands.
  var nameWord: Word
  var type: RecordType
  var client: IPAddress
  /// What `down=` names.
  var down: [Word]
  /// What stands behind `->`; a host name with its octets.
  var items: [(word: Word, raw: [UInt8])]
}
