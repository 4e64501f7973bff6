import DNSWire
import FlatMemory
import Migration
import Steering
import ZoneStore

/// A zone as it is answered from.
@frozen
public struct ServedZone: Sendable, BitwiseCopyable {
  /// Its names and records.
  public var image: ZoneImage
  /// Its steering.
  public var steering: Placed<SteeringImage>
  /// Where what its steering has begins among that of all zones.
  public var bases: SteeringBases
  /// Its migrations.
  public var timelines: Table<Timeline>
  /// Whether answers may follow the client subnet of a query; where not, the option is answered with scope
  /// 0 and otherwise ignored (RFC 7871 §7.2.1).
  public var usesClientSubnet: Bool

  /// A zone from its parts.
  public init(
    image: ZoneImage, steering: Placed<SteeringImage>, bases: SteeringBases,
    timelines: Table<Timeline>, usesClientSubnet: Bool = true
  ) {
    self.image = image
    self.steering = steering
    self.bases = bases
    self.timelines = timelines
    self.usesClientSubnet = usesClientSubnet
  }
}
