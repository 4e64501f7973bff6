/// The version of the program; CHANGELOG.md says what is in it.
let version = "0.1.0"
