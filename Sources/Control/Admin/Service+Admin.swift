import Addresses
import DNSWire
import Explain
import Glibc
import HealthState
import LinuxSystem
import ZoneFile

extension Service {
  /// Answers a request of the administration.
  func administer(_ request: HTTPRequest) -> HTTPReply {
    do throws(ControlError) {
      switch (request.method, request.path) {
      case ("GET", "/v1/explain"): return try explain(request.arguments)
      case ("POST", "/v1/failback"): return try failBack(request.arguments)
      case (_, "/v1/explain"), (_, "/v1/failback"):
        return HTTPReply(status: 405, body: "GET /v1/explain, and POST to /v1/failback\n")
      default:
        return HTTPReply(status: 404, body: "there are GET /v1/explain and POST /v1/failback\n")
      }
    } catch {
      return HTTPReply(status: 400, body: error.description + "\n")
    }
  }

  private func explain(_ arguments: [String: String]) throws(ControlError) -> HTTPReply {
    let question = try ExplainArguments(
      name: arguments["name"] ?? "", type: arguments["type"] ?? "A",
      client: arguments["client"] ?? "", now: Int64(time(nil)), monotonic: monotonicMilliseconds()
    ).question
    let explanation = explain(question)
    switch arguments["format"] {
    case "text": return HTTPReply(body: explanation.text)
    case "packet": return HTTPReply(body: explanation.text + "\n" + explanation.packet)
    default: break
    }
    return HTTPReply(type: "application/json", body: explanation.json + "\n")
  }

  private func failBack(_ arguments: [String: String]) throws(ControlError) -> HTTPReply {
    guard let owner = arguments["owner"] else {
      throw ControlError("failback needs the owner or the policy: owner=NAME")
    }
    let (subject, pools) = try failBack(owner)
    return HTTPReply(
      body: pools.isEmpty
        ? "\(subject) holds no pool back that is up\n"
        : "\(subject) goes back to \(pools.joined(separator: ", "))\n")
  }
}

/// A question as people write it.
public struct ExplainArguments {
  /// The question.
  public let question: Explainer.Question

  /// Reads a question: `type` by its mnemonic, the time in seconds since 1970.
  public init(
    name text: String, type: String, client: String, now: Int64, monotonic: UInt64
  ) throws(ControlError) {
    guard !text.isEmpty, let name = DomainName(text.hasSuffix(".") ? text : text + ".") else {
      throw ControlError("'\(text)' is not a name")
    }
    guard let number = recordType(named: type) else {
      throw ControlError("there is no type '\(type)'")
    }
    guard let address = IPAddress(client) else {
      throw ControlError("'\(client)' is not the address of a client")
    }
    question = Explainer.Question(
      name: name, type: number, typeName: type.uppercased(), client: address.canonical, now: now,
      monotonic: monotonic)
  }
}
