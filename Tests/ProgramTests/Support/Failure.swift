import Glibc

/// What a test could not go on without.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Asks again and again until `body` has an answer; an error once `limit` is over.
func eventually<Result>(
  within limit: Duration = .seconds(20), _ what: @autoclosure () -> String,
  _ body: () throws -> Result?
) throws -> Result {
  let deadline = ContinuousClock.now + limit
  while true {
    if let result = try body() { return result }
    if ContinuousClock.now > deadline { throw Failure("\(limit) went by without \(what())") }
    usleep(2000)
  }
}
