import Glibc

/// Whether output to a descriptor may be coloured: a terminal, and nobody has set `NO_COLOR`.
func usesColor(_ descriptor: Int32) -> Bool {
  isatty(descriptor) == 1 && environment("NO_COLOR") == nil
}

/// The value of an environment variable, nil where it is not set or empty.
func environment(_ name: String) -> String? {
  // SAFETY: getenv returns nil or a string that ends with NUL; it is copied here, and nothing in this
  // process changes the environment.
  guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
  return unsafe String(cString: value)
}
