/// Shares as people read them: `40 %`, `33.3 %`.
public enum PercentText {
  /// A share (0…1) in percent, with one digit behind the point where it is not whole; what is neither nothing
  /// nor all does not look so.
  public static func text(_ share: Double) -> String {
    if share > 0, share < 0.0005 { return "<0.1 %" }
    if share < 1, share >= 0.9995 { return ">99.9 %" }
    let tenths = Int((share * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}
