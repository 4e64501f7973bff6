import Glibc

let help = """
  Sextant answers DNS queries by where the client is and by what is alive.

  sextant serve      serves zones; without options the demo, on 127.0.0.1:5300
  sextant check      says what is wrong with zone files, all at once
  sextant explain    says why a client gets an answer
  sextant whatif     says how many clients a change moves, and from where to where
  sextant ctl        talks to a running server
  sextant export     writes a steered zone as a plain master file
  sextant geoip      makes and reads MaxMind DB files
  sextant version    says the version

  Each has --help. Exit status: 0 done, 1 what was asked does not hold, 2 wrong use.

  """

let arguments = Array(CommandLine.arguments.dropFirst())
let rest = Array(arguments.dropFirst())
switch arguments.first {
case "serve": exit(ServeCommand.run(rest))
case "check": exit(CheckCommand.run(rest))
case "explain": exit(ExplainCommand.run(rest))
case "ctl": exit(ControlCommand.run(rest))
case "whatif": exit(WhatIfCommand.run(rest))
case "export": exit(ExportCommand.run(rest))
case "geoip": exit(GeoIPCommand.run(rest))
case "version", "--version": exit(VersionCommand.run(rest))
case "--help", "-h", "help":
  print(help, terminator: "")
case let word?:
  exit(CommandError.usage("there is no command '\(word)'", command: "").report())
case nil:
  exit(CommandError.usage("a command is missing", command: "").report())
}
