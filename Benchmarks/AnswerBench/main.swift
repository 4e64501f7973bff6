import Glibc
import TestSupport

/// `AnswerBench SCENARIO COUNT` answers one query COUNT times by the one `answer` function, for a tool that
/// counts instructions; `AnswerBench --list` names the scenarios.
func run() throws -> Int32 {
  let arguments = CommandLine.arguments
  if arguments.count == 2, arguments[1] == "--list" {
    for scenario in Scenario.all { print(scenario.name) }
    return 0
  }
  guard arguments.count == 3, let count = Int(arguments[2]), count > 0,
    let scenario = Scenario.all.first(where: { $0.name == arguments[1] })
  else {
    print("AnswerBench SCENARIO COUNT, or --list")
    return 2
  }
  let head = "$TTL 300\n@ SOA ns1 hostmaster 1 7200 1800 1209600 120\n@ NS ns1\nns1 A 192.0.2.53\n"
  let engine = try Engine("example.com.", head + scenario.zone + "\n")
  engine.set(scenario.down, isUp: false)
  let octets = engine.answerRepeatedly([scenario.query], rounds: count, from: "192.0.2.200")
  print("\(octets / count) octets an answer")
  return 0
}

exit(try run())
